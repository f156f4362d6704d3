import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { chronicleSchema } from '../../src/adapters/chronicle-schema.ts';
import type { ChronicledCheckpoint, HistoryMemory } from '../../src/core/chain/checkpoint.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Chronicle, GrowingChronicle } from '../../src/core/report/chronicle.ts';
import { finding } from '../../src/core/report/report.ts';
import { History } from '../../src/page/history.ts';
import { Chronicler } from '../../src/workflows/chronicler.ts';
import { chronicles } from '../support/arbitrary-chronicle.ts';
import { longChronicle } from '../support/chronicle.ts';
import {
  all,
  answersWith,
  cutOff,
  filesBelow,
  oneByteChanged,
  openMemory,
} from '../support/history-memory.ts';

const oid = 'ab'.repeat(20) as Oid;

/** A checkpoint at the last step of a chronicle. */
function checkpointOf(chronicle: Chronicle): ChronicledCheckpoint {
  return {
    head: (chronicle.steps.oid.at(-1) ?? oid) as Oid,
    start: oid,
    steps: chronicle.forgotten + chronicle.steps.oid.length,
    now: Date.UTC(2100, 0) / 1000,
    surroundings: '[]',
    tags: [],
    changed: [],
    ledger: '{}',
    sums: {
      counts: { steps: { verified: 0, rejected: 0, undetermined: 0 }, signatures: {}, paths: {} },
      findings: { error: [], warning: [], note: [] },
      met: { error: 0, warning: 0, note: 0 },
    },
    chronicle,
  };
}

/** Two steps, each by somebody else. */
const few = longChronicle(2);
const short = checkpointOf({
  ...few,
  names: few.names.slice(0, 2),
  fingerprints: few.fingerprints.slice(0, 2),
});

const recalled = (memory: HistoryMemory): Promise<readonly ChronicledCheckpoint[]> =>
  all(memory.recallChronicled('conditions'));

describe('a chronicle that was kept', () => {
  test('comes back as it was, to the byte, whatever people wrote into their commits', async () => {
    const { memory } = await openMemory();
    await fc.assert(
      fc.asyncProperty(chronicles, async (chronicle) => {
        const checkpoint = checkpointOf(chronicle);
        await memory.keepChronicled('conditions', checkpoint);
        const [newest] = await recalled(memory);
        expect(JSON.stringify(newest)).toBe(JSON.stringify(checkpoint));
      }),
      { numRuns: 50 },
    );
  });

  test('is no checkpoint for whoever needs none, and a checkpoint alone is no chronicle', async () => {
    const { memory } = await openMemory();
    await memory.keepChronicled('conditions', short);
    expect(await all(memory.recall('conditions'))).toEqual([]);
    const { chronicle, ...checkpoint } = short;
    const { memory: other } = await openMemory();
    await other.keep('conditions', checkpoint);
    expect(await recalled(other)).toEqual([]);
    expect(await all(other.recall('conditions'))).toEqual([checkpoint]);
    expect(chronicle.steps.oid).toHaveLength(2);
  });

  test('is one of a bounded number, the newest ones', async () => {
    const { memory, folder } = await openMemory();
    for (let length = 1; length <= 9; length += 1)
      await memory.keepChronicled('conditions', checkpointOf(longChronicle(length)));
    const kept = await recalled(memory);
    expect(kept).toHaveLength(8);
    expect(Math.max(...kept.map(({ steps }) => steps))).toBe(9);
    expect((await filesBelow(folder)).length).toBeLessThanOrEqual(2 * 8);
  });

  test('is not kept at all where it is larger than an entry may be', async () => {
    const { memory, folder } = await openMemory();
    const { chronicle } = short;
    const title = chronicle.steps.title.map(() => 'x'.repeat(17 * 1024 * 1024));
    await memory.keepChronicled('conditions', {
      ...short,
      chronicle: { ...chronicle, steps: { ...chronicle.steps, title } },
    });
    expect(await filesBelow(folder)).toEqual([]);
  });

  test('is whole, or not there, when it was cut off at any byte', async () => {
    const { memory, folder } = await openMemory();
    await memory.keepChronicled('conditions', short);
    const answers = await answersWith(folder, cutOff, () => recalled(memory));
    expect(answers).toEqual(new Set(['[]']));
    expect(await recalled(memory)).toEqual([short]);
  }, 60_000);

  test('is whole, or not there, when one byte was changed', async () => {
    const { memory, folder } = await openMemory();
    await memory.keepChronicled('conditions', short);
    const answers = await answersWith(folder, oneByteChanged, () => recalled(memory));
    answers.delete(JSON.stringify([short]));
    expect(answers).toEqual(new Set(['[]']));
  }, 60_000);

  test('leaves its place to the next one when it was damaged', async () => {
    const { memory, folder } = await openMemory();
    await memory.keepChronicled('conditions', short);
    for (const file of await filesBelow(join(folder, 'chronicles'))) await truncate(file, 10);
    expect(await recalled(memory)).toEqual([]);
    await memory.keepChronicled('conditions', short);
    expect(await recalled(memory)).toEqual([short]);
  });
});

type Editable<T> = { -readonly [K in keyof T]: T[K] extends string | number ? T[K] : Editable<T[K]> };
type Entry = Omit<ChronicledCheckpoint, 'head' | 'steps' | 'now' | 'chronicle'> & {
  head: Oid;
  steps: number;
  now: number;
  chronicle: Editable<GrowingChronicle>;
};

const edits: Readonly<Record<string, (entry: Entry) => void>> = {
  'a column that is longer than the others': ({ chronicle }) => chronicle.steps.title.push('one more'),
  'a column that is shorter': ({ chronicle }) => chronicle.changes.paths.pop(),
  'a name that is not there': ({ chronicle }) => (chronicle.steps.author[0] = 500),
  'a subject that is not there': ({ chronicle }) => (chronicle.changes.subject[1] = 2),
  'a step that is not there': ({ chronicle }) => (chronicle.changes.step[1] = 2),
  'evidence that is not there': ({ chronicle }) => (chronicle.changes.evidence[1] = 2),
  'evidence of another step': ({ chronicle }) => (chronicle.changes.evidence[1] = 0),
  'evidence that nothing rests on': ({ chronicle }) => (chronicle.changes.evidence[1] = -1),
  'a key that is not there': ({ chronicle }) => (chronicle.evidence.key[0] = 500),
  'a conclusion that there is not': ({ chronicle }) => (chronicle.steps.conclusion[0] = 3),
  'an act that there is not': ({ chronicle }) => (chronicle.changes.act[0] = 3),
  'half a place': ({ chronicle }) => (chronicle.steps.merger[0] = 0.5),
  'changes in another order': ({ chronicle }) => chronicle.changes.step.reverse(),
  'a letter that there is not': ({ chronicle }) => (chronicle.steps.signatures[0] = 'z'),
  'an abbreviated id': ({ chronicle }) => (chronicle.evidence.object[0] = 'abcdef'),
  'the same name twice': ({ chronicle }) => (chronicle.names[1] = chronicle.names[0] ?? ''),
  'the same subject twice': ({ chronicle }) => {
    chronicle.subjects.package.fill('p');
    chronicle.subjects.label.fill('1');
  },
  'time that runs backwards': ({ chronicle }) => chronicle.steps.time.reverse(),
  'a time that no calendar has': ({ chronicle }) => (chronicle.steps.time[1] = Number.MAX_SAFE_INTEGER),
  'a month that has not come': ({ chronicle }) => chronicle.months[0] && (chronicle.months[0].month = 1e9),
  'a month that comes twice': ({ chronicle }) => chronicle.months.push(...chronicle.months),
  'a step that the checkpoint does not count': (entry) => (entry.steps += 1),
  'more forgotten steps than the checkpoint counts': ({ chronicle }) => (chronicle.forgotten += 1),
  'another head than its last step': (entry) => (entry.head = oid),
  'a moment before its last step': (entry) => (entry.now = 1),
  'something that nobody asked for': (entry) => Object.assign(entry.chronicle, { more: [] }),
};

describe('a chronicle that somebody edited is as if it were not there', () => {
  test.each(Object.entries(edits))('%s', async (_, edit) => {
    const { memory } = await openMemory();
    const entry = JSON.parse(JSON.stringify(short)) as Entry;
    edit(entry);
    await memory.keepChronicled('conditions', entry);
    expect(await recalled(memory)).toEqual([]);
  });

  test('and where it is believed, nobody who reads it or writes on in it falls out of a column', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(chronicles, fc.nat(), value, (chronicle, at, other) => {
        const edited = withOther(chronicle, at, other);
        const reading = v.safeParse(chronicleSchema, JSON.parse(JSON.stringify(edited)));
        if (reading.success) expectInRange(reading.output);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A copy in which one of the values is another, counted through all of the columns. */
function withOther(chronicle: Chronicle, at: number, other: unknown): unknown {
  let left = at % valuesIn(chronicle);
  const replaced = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return left-- === 0 ? other : value;
    if (Array.isArray(value)) return value.map(replaced);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one)]));
  };
  return replaced(chronicle);
}

const valuesIn = (value: object): number =>
  Object.values(value).reduce<number>(
    (sum, one: unknown) => sum + (typeof one === 'object' && one !== null ? valuesIn(one) : 1),
    0,
  );

/** Reads all of it as the page does, and again after all but its end was forgotten. */
function expectInRange(chronicle: GrowingChronicle): void {
  expectPlaces(chronicle);
  const chronicler = new Chronicler({ steps: 2, changes: 2 });
  chronicler.goOnFrom(chronicle);
  const refused = finding('object.missing', { object: oid }, 'It is not there.');
  chronicler.add({ kind: 'refused', index: 1, oid, finding: refused });
  expectPlaces(chronicler.chronicle);
  expect(v.is(chronicleSchema, JSON.parse(JSON.stringify(chronicler.chronicle)))).toBe(true);
}

function expectPlaces(chronicle: Chronicle): void {
  const { steps, changes, evidence, names, fingerprints, subjects } = chronicle;
  const history = new History(chronicle);
  for (let place = 0; place < history.length; place += 1) {
    expect(names[steps.author[place] ?? -1]).toBeDefined();
    expect(names[steps.merger[place] ?? -1]).toBeDefined();
    expect(history.changesOf(place).every(({ step }) => step === place)).toBe(true);
  }
  for (const [row, place] of changes.evidence.entries()) {
    expect(subjects.package[changes.subject[row] ?? -1]).toBeDefined();
    if (place !== -1) expect(evidence.object[place]).toBeDefined();
  }
  for (const place of evidence.contributor) if (place !== -1) expect(names[place]).toBeDefined();
  for (const place of evidence.key) if (place !== -1) expect(fingerprints[place]).toBeDefined();
}
