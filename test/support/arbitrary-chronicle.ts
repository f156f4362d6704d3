import fc from 'fast-check';
import {
  acts,
  attributionKinds,
  type Chronicle,
  evidenceKinds,
  signatureLetters,
  stepConclusions,
} from '../../src/core/report/chronicle.ts';

const pool = { names: 4, fingerprints: 3, subjects: 6 } as const;

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: length, maxLength: length })
    .map((digits) => digits.map((digit) => digit.toString(16)).join(''));
const text = fc.string({ unit: 'binary', maxLength: 12 });
const placeIn = (list: readonly unknown[]): fc.Arbitrary<number> => fc.nat(list.length - 1);
const distinct = (one: fc.Arbitrary<string>, length: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(one, { minLength: length, maxLength: length });

const change = fc.record({
  subject: fc.nat(pool.subjects - 1),
  act: placeIn(acts),
  kind: placeIn(attributionKinds),
  paths: fc.integer({ min: 1, max: 9 }),
  /** Undefined: the evidence of the change before, in the same step. */
  evidence: fc.option(
    fc.record({
      kind: placeIn(evidenceKinds),
      object: hex(40),
      contributor: fc.integer({ min: -1, max: pool.names - 1 }),
      key: fc.integer({ min: -1, max: pool.fingerprints - 1 }),
    }),
    { nil: undefined },
  ),
});

const step = fc.record({
  oid: hex(40),
  passed: fc.nat(10_000),
  conclusion: placeIn(stepConclusions),
  title: text,
  pull: fc.nat(999_999_999),
  author: fc.nat(pool.names - 1),
  merger: fc.nat(pool.names - 1),
  signatures: fc
    .array(fc.constantFrom(...Object.values(signatureLetters)), { maxLength: 13 })
    .map((all) => all.join('')),
  side: fc.nat(20),
  changes: fc.array(change, { maxLength: 4 }),
});

const month = fc.record({
  month: fc.nat(600),
  signed: fc.nat(),
  unsigned: fc.nat(),
  none: fc.nat(),
  good: fc.nat(),
  other: fc.nat(),
  absent: fc.nat(),
});

const parts = fc.record({
  forgotten: fc.nat(1000),
  names: distinct(text, pool.names),
  fingerprints: distinct(
    hex(40).map((digits) => digits.toUpperCase()),
    pool.fingerprints,
  ),
  subjects: distinct(
    fc.tuple(fc.constantFrom('', 'foo', 'bar'), text).map((pair) => pair.join('/')),
    pool.subjects,
  ),
  months: fc
    .uniqueArray(month, { selector: (one) => one.month, maxLength: 4 })
    .map((all) => all.sort((one, other) => one.month - other.month)),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
});

/** Chronicles of one step or more, whose texts may be any. */
export const chronicles: fc.Arbitrary<Chronicle> = parts.map(({ steps, subjects, ...rest }) => {
  const column = <T>(of: (one: (typeof steps)[number]) => T): T[] => steps.map(of);
  const split = subjects.map((one) => one.split('/'));
  let time = 1_700_000_000;
  return {
    forgotten: rest.forgotten,
    steps: {
      oid: column(({ oid }) => oid),
      time: column(({ passed }) => (time += passed)),
      conclusion: column(({ conclusion }) => conclusion),
      title: column(({ title }) => title),
      pull: column(({ pull }) => pull),
      author: column(({ author }) => author),
      merger: column(({ merger }) => merger),
      signatures: column(({ signatures }) => signatures),
      side: column(({ side }) => side),
    },
    ...changesOf(steps.map(({ changes }) => changes)),
    subjects: {
      package: split.map(([name = '']) => name),
      label: split.map(([, ...label]) => label.join('/')),
    },
    names: rest.names,
    fingerprints: rest.fingerprints,
    months: rest.months,
  };
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changesOf(steps: readonly (readonly Change[])[]): Pick<Chronicle, 'changes' | 'evidence'> {
  const rows = steps.flatMap((changes, place) => changes.map((one) => ({ ...one, step: place })));
  const evidence = rows.flatMap((one) => one.evidence ?? []);
  let [met, metBefore] = [0, 0];
  const places = rows.map((one, row) => {
    if (rows[row - 1]?.step !== one.step) metBefore = met;
    if (one.evidence !== undefined) met += 1;
    return met > metBefore ? met - 1 : -1;
  });
  return {
    changes: {
      step: rows.map((one) => one.step),
      subject: rows.map(({ subject }) => subject),
      act: rows.map(({ act }) => act),
      kind: rows.map(({ kind }) => kind),
      evidence: places,
      paths: rows.map(({ paths }) => paths),
    },
    evidence: {
      kind: evidence.map(({ kind }) => kind),
      object: evidence.map(({ object }) => object),
      contributor: evidence.map(({ contributor }) => contributor),
      key: evidence.map(({ key }) => key),
    },
  };
}
