import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';

/** The object that a revision on the command line means. */
export async function requireRevision(store: ObjectStore, revision: string): Promise<Oid> {
  const oid = await store.resolve(revision);
  if (oid !== undefined) return oid;
  throw new Fault(
    'revision.not-found',
    `There is no commit, branch or tag "${revision}" in this repository.`,
    'Give a whole id, HEAD, or the name of a branch or tag; git fetch brings what is missing.',
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
