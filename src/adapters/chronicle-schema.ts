import * as v from 'valibot';
import {
  acts,
  attributionKinds,
  evidenceKinds,
  type GrowingChronicle,
  signatureLetters,
  stepConclusions,
} from '../core/report/chronicle.ts';
import { count, fingerprint, oid } from './history-schema.ts';

/** Whole numbers. A column may have a hundred thousand of them: it is looked at and not copied. */
const numbers = (least = 0, most = Number.MAX_SAFE_INTEGER) =>
  v.custom<number[]>(
    (value) =>
      Array.isArray(value) &&
      value.every((one) => Number.isSafeInteger(one) && Number(one) >= least && Number(one) <= most),
  );
const placesIn = (list: readonly unknown[]) => numbers(0, list.length - 1);
/** A place, or -1 for none. */
const places = numbers(-1);

const texts = (isOne: (text: string) => boolean = () => true) =>
  v.custom<string[]>(
    (value) => Array.isArray(value) && value.every((one) => typeof one === 'string' && isOne(one)),
  );
const differentTexts = (isOne?: (text: string) => boolean) =>
  v.pipe(
    texts(isOne),
    v.check((list) => areDifferent(list)),
  );
const oids = texts((text) => v.is(oid, text));
const letters = new RegExp(`^[${Object.values(signatureLetters).join('')}]*$`);

const steps = v.pipe(
  v.strictObject({
    oid: oids,
    time: numbers(),
    conclusion: placesIn(stepConclusions),
    title: texts(),
    pull: numbers(),
    author: numbers(),
    merger: numbers(),
    signatures: texts((text) => letters.test(text)),
    side: numbers(),
  }),
  v.check((columns) => areEquallyLong(columns) && isAscending(columns.time)),
);

const changes = v.pipe(
  v.strictObject({
    step: numbers(),
    subject: numbers(),
    act: placesIn(acts),
    kind: placesIn(attributionKinds),
    evidence: places,
    paths: numbers(1),
  }),
  v.check((columns) => areEquallyLong(columns) && isAscending(columns.step)),
);

const evidence = v.pipe(
  v.strictObject({ kind: placesIn(evidenceKinds), object: oids, contributor: places, key: places }),
  v.check((columns) => areEquallyLong(columns)),
);

const subjects = v.pipe(
  v.strictObject({ package: texts((name) => !name.includes('/')), label: texts() }),
  v.check((columns) => areEquallyLong(columns)),
  v.check(({ package: names, label }) =>
    areDifferent(names.map((name, place) => `${name}/${label[place] ?? ''}`)),
  ),
);

const months = v.pipe(
  v.array(
    v.strictObject({
      month: count,
      signed: count,
      unsigned: count,
      none: count,
      good: count,
      other: count,
      absent: count,
    }),
  ),
  v.check((all) => all.every(({ month }, row) => month > (all[row - 1]?.month ?? -1))),
);

/** A chronicle of which every place is in range: whoever reads it or writes on in it never falls out of a column. */
export const chronicleSchema = v.pipe(
  v.strictObject({
    forgotten: count,
    steps,
    changes,
    evidence,
    subjects,
    names: differentTexts(),
    fingerprints: differentTexts((text) => v.is(fingerprint, text)),
    months,
  }),
  v.check((chronicle) => pointsWithin(chronicle) && hasEvidenceInOrder(chronicle)),
);

/** Columns speak of the same rows. */
function areEquallyLong(columns: Readonly<Record<string, readonly unknown[]>>): boolean {
  return new Set(Object.values(columns).map(({ length }) => length)).size === 1;
}

function areDifferent(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

function isAscending(column: readonly number[]): boolean {
  return column.every((one, row) => one >= (column[row - 1] ?? one));
}

function pointsWithin(chronicle: GrowingChronicle): boolean {
  const { steps, changes, evidence, subjects, names, fingerprints } = chronicle;
  const pointers: readonly (readonly [readonly number[], readonly unknown[]])[] = [
    [steps.author, names],
    [steps.merger, names],
    [evidence.contributor, names],
    [evidence.key, fingerprints],
    [changes.step, steps.oid],
    [changes.subject, subjects.package],
    [changes.evidence, evidence.object],
  ];
  return pointers.every(([column, list]) => column.every((place) => place < list.length));
}

/**
 * Each piece of evidence belongs to one step, and stands where a change first rests on it: otherwise forgetting old steps
 * would take away what newer ones point at.
 */
function hasEvidenceInOrder({ changes, evidence }: GrowingChronicle): boolean {
  let met = 0;
  let metBefore = 0;
  for (const [row, place] of changes.evidence.entries()) {
    if (changes.step[row] !== changes.step[row - 1]) metBefore = met;
    if (place === -1) continue;
    if (place < metBefore || place > met) return false;
    met = Math.max(met, place + 1);
  }
  return met === evidence.object.length;
}
