import { parentsOf } from '../core/chain/read-commit.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';

/** The object that a revision on the command line means; behind a commit, `^` and `^2` name its parents. */
export async function requireRevision(store: ObjectStore, revision: string): Promise<Oid> {
  const [, child, number] = /^(.+)\^([1-9]?)$/.exec(revision) ?? [];
  if (child !== undefined) return parentOf(store, child, number === '' ? 1 : Number(number));
  const oid = await store.resolve(revision);
  if (oid !== undefined) return oid;
  throw new Fault(
    'revision.not-found',
    `There is no commit, branch or tag "${revision}" in this repository.`,
    'Give an id, HEAD, FETCH_HEAD, or the name of a branch or tag, with ^ or ^2 behind it for a parent; git fetch brings what is missing.',
  );
}

async function parentOf(store: ObjectStore, child: string, number: number): Promise<Oid> {
  const oid = await requireCommit(store, child);
  const parents = await parentsOf(store, oid);
  const parent = parents[number - 1];
  if (parent !== undefined) return parent;
  throw new Fault(
    'revision.not-found',
    `Commit ${oid} has no parent number ${number}: it has ${parents.length}.`,
    'A squash and an ordinary commit have one parent, ^1; a merge commit has ^2 besides.',
  );
}

/** The commit that a revision means; an annotated tag is no commit. */
export async function requireCommit(store: ObjectStore, revision: string): Promise<Oid> {
  return commitOf(store, await requireRevision(store, revision), revision);
}

/** The same of a revision whose object is known. */
export async function commitOf(store: ObjectStore, oid: Oid, revision: string): Promise<Oid> {
  const object = await store.read(oid);
  if (object?.type === 'commit') return oid;
  throw new Fault(
    'revision.not-found',
    `"${revision}" means ${object === undefined ? 'an object that is missing here' : `a ${object.type}`}, not a commit.`,
    'Give the id of the commit, or the name of its branch.',
  );
}
