import { Fault } from '../fault.ts';
import { type Commit, type Malformation, parseCommit } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import { rememberTree } from '../git/tree.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';

export type CommitReading =
  | { readonly ok: true; readonly commit: Commit }
  | { readonly ok: false; readonly malformation: Malformation };

/** Reads and parses a commit; refuses bytes that have another id than the one asked for (trust model, 2.1). */
export async function readCommit(
  store: Pick<ObjectStore, 'format' | 'read'>,
  oid: Oid,
): Promise<CommitReading | Finding> {
  const object = await store.read(oid);
  if (object === undefined) {
    return finding('object.missing', { object: oid }, `Commit ${oid} is not in the repository.`);
  }
  if (object.type !== 'commit') {
    return finding(
      'object.mismatch',
      { object: oid },
      `Object ${oid} is a ${object.type} where a commit was expected.`,
    );
  }
  const parsed = parseCommit(object.content, store.format);
  if (!parsed.ok) return parsed;
  if (parsed.value.oid !== oid) {
    return finding(
      'object.mismatch',
      { object: oid },
      `The repository returned commit ${parsed.value.oid} when asked for ${oid}.`,
    );
  }
  rememberTree(store, parsed.value);
  return { ok: true, commit: parsed.value };
}

export const isFinding = (value: CommitReading | Finding): value is Finding => 'code' in value;

/** The committer time of a commit that has been judged already, or is taken for granted. */
export async function committerTime(store: ObjectStore, oid: Oid): Promise<Seconds> {
  const reading = await readCommit(store, oid);
  if (!isFinding(reading) && reading.ok) return reading.commit.committer.time;
  throw new Fault('object.missing', `Commit ${oid} cannot be read.`, 'Run git fsck, then fetch it again.');
}

/** The parents that a commit names; none where it can't be read. */
export async function parentsOf(store: ObjectStore, oid: Oid): Promise<readonly Oid[]> {
  const reading = await readCommit(store, oid);
  return !isFinding(reading) && reading.ok ? reading.commit.parents : [];
}

export function malformedObject(oid: Oid, malformation: Malformation): Finding {
  return finding(
    'object.malformed',
    { object: oid },
    `Commit ${oid} is malformed at byte ${malformation.offset} (${malformation.rule}): ${malformation.message}`,
  );
}
