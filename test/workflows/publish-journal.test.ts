import { describe, expect, test } from 'vitest';
import type { OutwardAct } from '../../src/core/ports.ts';
import { carryOut, type JournalEntry } from '../../src/workflows/journal.ts';

const clock = (): number => Date.UTC(2026, 4, 4, 12) / 1000;

class MemoryJournal {
  readonly path = 'memory';
  readonly entries: JournalEntry[] = [];
  readonly #failAt: number;

  /** @param failAt the entry that can't be written, counted from 0. */
  constructor(failAt = Number.POSITIVE_INFINITY) {
    this.#failAt = failAt;
  }

  append(entry: JournalEntry): Promise<void> {
    if (this.entries.length >= this.#failAt) return Promise.reject(new Error('disk full'));
    this.entries.push(entry);
    return Promise.resolve();
  }
}

function actsOf(log: string[], failing?: string): readonly OutwardAct[] {
  return ['first', 'second', 'third'].map((id) => ({
    id,
    title: `do the ${id}`,
    details: { which: id },
    perform: () => {
      log.push(id);
      return id === failing ? Promise.reject(new Error('no')) : Promise.resolve(`${id} done`);
    },
  }));
}

describe('carrying out acts', () => {
  test('records each before and after it, with its details and the time', async () => {
    const journal = new MemoryJournal();
    const account = await carryOut(actsOf([]), journal, clock);
    expect(account).toMatchObject({ failed: undefined, notBegun: [] });
    expect(account.done.map(({ outcome }) => outcome)).toEqual(['first done', 'second done', 'third done']);
    expect(journal.entries).toHaveLength(7);
    expect(journal.entries[1]).toEqual({
      event: 'done',
      at: '2026-05-04T12:00:00Z',
      act: 'first',
      title: 'do the first',
      details: { which: 'first' },
      outcome: 'first done',
    });
    expect(journal.entries.at(-1)?.event).toBe('finished');
  });

  test('ends at the first that fails', async () => {
    const [journal, log]: [MemoryJournal, string[]] = [new MemoryJournal(), []];
    const account = await carryOut(actsOf(log, 'second'), journal, clock);
    expect(log).toEqual(['first', 'second']);
    expect(account.failed).toMatchObject({ what: 'do the second', error: { message: 'no' } });
    expect(account.notBegun.map(({ id }) => id)).toEqual(['third']);
    expect(journal.entries.at(-1)).toMatchObject({ event: 'failed', act: 'second', reason: 'no' });
  });

  test.each([
    [0, [], [], ['first', 'second', 'third']],
    [1, ['first'], ['first'], ['second', 'third']],
    [2, ['first'], ['first'], ['second', 'third']],
    [6, ['first', 'second', 'third'], ['first', 'second', 'third'], []],
  ])(
    'does nothing more once entry %i cannot be written, and tells what was done',
    async (failAt, performed, done, notBegun) => {
      const log: string[] = [];
      const account = await carryOut(actsOf(log), new MemoryJournal(failAt), clock);
      expect(log).toEqual(performed);
      expect(account.done.map(({ act }) => act.id)).toEqual(done);
      expect(account.failed).toMatchObject({
        what: 'write the journal memory',
        error: { message: 'disk full' },
      });
      expect(account.notBegun.map(({ id }) => id)).toEqual(notBegun);
    },
  );

  test('tells of the act that failed, not of the journal that then failed too', async () => {
    const account = await carryOut(actsOf([], 'first'), new MemoryJournal(1), clock);
    expect(account.failed).toMatchObject({ what: 'do the first', error: { message: 'no' } });
    expect(account.notBegun).toHaveLength(2);
  });
});
