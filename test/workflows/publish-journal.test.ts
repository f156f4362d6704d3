import { describe, expect, test } from 'vitest';
import type { OutwardAct } from '../../src/core/outward-act.ts';
import { earlierActs, type JournalEntry } from '../../src/core/publish/journal-entry.ts';
import { carryOut } from '../../src/workflows/journal.ts';
import { takeBack } from '../../src/workflows/take-back.ts';

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
      return id === failing
        ? Promise.reject(new Error('no'))
        : Promise.resolve({ outcome: `${id} done`, made: true });
    },
  }));
}

describe('carrying out acts', () => {
  test('records each before and after it, with its details and the time', async () => {
    const journal = new MemoryJournal();
    const account = await carryOut(actsOf([]), { journal, clock });
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
      made: true,
    });
    expect(journal.entries.at(-1)?.event).toBe('finished');
  });

  test('ends at the first that fails', async () => {
    const [journal, log]: [MemoryJournal, string[]] = [new MemoryJournal(), []];
    const account = await carryOut(actsOf(log, 'second'), { journal, clock });
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
      const account = await carryOut(actsOf(log), { journal: new MemoryJournal(failAt), clock });
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
    const account = await carryOut(actsOf([], 'first'), { journal: new MemoryJournal(1), clock });
    expect(account.failed).toMatchObject({ what: 'do the first', error: { message: 'no' } });
    expect(account.notBegun).toHaveLength(2);
  });
});

/** Acts on a world that is a set of names, each of which fails once where it is told to. */
class NameWorld {
  readonly names: Set<string>;
  readonly #failures: string[];
  readonly log: string[] = [];

  /** @param failures `before first`: the act fails with nothing done; `after first`: it is done and fails then. */
  constructor(failures: readonly string[] = [], standing: readonly string[] = []) {
    this.#failures = [...failures];
    this.names = new Set(standing);
  }

  readonly acts: readonly OutwardAct[] = ['first', 'second', 'third'].map((id) => ({
    id,
    title: `make the ${id}`,
    details: {},
    perform: async (begun = false) => {
      await this.#fail(`before ${id}`);
      const made = begun || !this.names.has(id);
      if (!this.names.has(id)) this.log.push(`made ${id}`);
      this.names.add(id);
      await this.#fail(`after ${id}`);
      return { outcome: id, made, facts: { number: id } };
    },
    undo: async () => {
      await this.#fail(`undo ${id}`);
      return { undone: this.names.delete(id), outcome: `took back ${id}` };
    },
  }));

  #fail(point: string): Promise<void> {
    const at = this.#failures.indexOf(point);
    if (at >= 0) this.#failures.splice(at, 1);
    return at >= 0 ? Promise.reject(new Error(point)) : Promise.resolve();
  }
}

const points = ['first', 'second', 'third'].flatMap((id) => [`before ${id}`, `after ${id}`]);

describe.each(points)('a run that failed %s act', (point) => {
  test('is finished by a later one, which does nothing twice', async () => {
    const [world, journal] = [new NameWorld([point]), new MemoryJournal()];
    const first = await carryOut(world.acts, { journal, clock });
    expect(first.failed).toBeDefined();
    const earlier = earlierActs(journal.entries);
    const second = await carryOut(world.acts, { journal, clock, earlier });
    expect(second).toMatchObject({ failed: undefined, notBegun: [] });
    expect(second.done).toHaveLength(3);
    expect(world.log).toEqual(['made first', 'made second', 'made third']);
    expect(journal.entries.at(-1)?.event).toBe('finished');
  });

  test('is taken back as a whole, what it was doing included', async () => {
    const [world, journal] = [new NameWorld([point], ['older']), new MemoryJournal()];
    await carryOut(world.acts, { journal, clock });
    const { failed } = await takeBack(world.acts, earlierActs(journal.entries), journal, clock);
    expect(failed).toEqual([]);
    expect([...world.names]).toEqual(['older']);
    expect(journal.entries.at(-1)?.event).toBe('aborted');
    expect(earlierActs(journal.entries)).toEqual(new Map());
  });
});

describe('taking back', () => {
  test('leaves what stood there before the run', async () => {
    const [world, journal] = [new NameWorld(['before third'], ['first']), new MemoryJournal()];
    await carryOut(world.acts, { journal, clock });
    const { undone, kept } = await takeBack(world.acts, earlierActs(journal.entries), journal, clock);
    expect(undone.map(({ act }) => act.id)).toEqual(['second']);
    expect(kept.map(({ outcome }) => outcome)).toEqual([
      'took back third',
      'first; it was not made by this run',
    ]);
    expect([...world.names]).toEqual(['first']);
  });

  test('takes back the last act first, goes on after a failure, and the rest at the next time', async () => {
    const [world, journal] = [new NameWorld(['after third', 'undo second']), new MemoryJournal()];
    await carryOut(world.acts, { journal, clock });
    const first = await takeBack(world.acts, earlierActs(journal.entries), journal, clock);
    expect(first.undone.map(({ act }) => act.id)).toEqual(['third', 'first']);
    expect(first.failed.map(({ act }) => act.id)).toEqual(['second']);
    expect(journal.entries.map(({ event }) => event)).not.toContain('aborted');
    const second = await takeBack(world.acts, earlierActs(journal.entries), journal, clock);
    expect(second.undone.map(({ act }) => act.id)).toEqual(['second']);
    expect(world.names.size).toBe(0);
    expect(journal.entries.at(-1)?.event).toBe('aborted');
  });

  test('says of an act without a way back whether it was done', async () => {
    const [world, journal] = [new NameWorld(['after second']), new MemoryJournal()];
    const acts = world.acts.map(({ undo: _, ...act }) => act);
    await carryOut(acts, { journal, clock });
    const { undone, kept } = await takeBack(acts, earlierActs(journal.entries), journal, clock);
    expect(undone).toEqual([]);
    expect(kept.map(({ outcome }) => outcome)).toEqual(['nobody knows whether it was done', 'first']);
  });
});

test('a run that is interrupted ends before its next act and says so', async () => {
  const [journal, log, abort] = [new MemoryJournal(), [] as string[], new AbortController()];
  const acts = actsOf(log).map((act) => ({
    ...act,
    perform: () => {
      abort.abort('Interrupted.');
      return act.perform();
    },
  }));
  const account = await carryOut(acts, { journal, clock, signal: abort.signal });
  expect(log).toEqual(['first']);
  expect(account.failed).toEqual({ what: 'go on: do the second', error: 'Interrupted.' });
  expect(account.notBegun.map(({ id }) => id)).toEqual(['second', 'third']);
});
