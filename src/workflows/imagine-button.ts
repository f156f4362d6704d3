import { entryAt } from '../core/git/tree.ts';
import { Fault } from '../core/fault.ts';
import type { Identity } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { sameEntry, type Step } from '../core/chain/step.ts';
import type { ObjectStore, PathChange } from '../core/ports.ts';
import type { MergeMethod } from '../core/review-ports.ts';
import { writeUnsignedCommit } from './signing.ts';
import { treeWith } from './write-tree.ts';

/** The tree of the clean merge of a pull request. */
export const mergedTree = (store: ObjectStore, { parent, changes }: Step): Promise<Oid> =>
  treeWith(store, parent, entriesOf(changes));

const entriesOf = (changes: Iterable<PathChange>) =>
  new Map([...changes].map(({ path, after }) => [path, after] as const));

/**
 * Stores what a forge's button would make of a pull request, without the forge's signature, which counts for nothing.
 * Returns the head that the base branch would have.
 */
export async function imagineButton(
  store: ObjectStore,
  step: Step,
  method: MergeMethod,
  forge: Identity,
): Promise<Oid> {
  const { parent: base, oid: head } = step;
  const made = { author: forge, committer: forge, message: 'Press a button\n' };
  switch (method) {
    case 'merge':
      return writeUnsignedCommit(store, {
        ...made,
        tree: await mergedTree(store, step),
        parents: [base, head],
      });
    case 'squash':
      return writeUnsignedCommit(store, { ...made, tree: await mergedTree(store, step), parents: [base] });
    case 'rebase':
      return imagineRebase(store, step, forge);
    default:
      return method satisfies never;
  }
}

/** The commits of the side anew on top of the base, oldest first; merges are left out (git-rebase(1)). */
async function imagineRebase(store: ObjectStore, { parent, side }: Step, forge: Identity): Promise<Oid> {
  let tip = parent;
  const material = await side?.material();
  if (side === undefined || material === undefined || 'code' in material) return tip;
  for (const { oid, parents } of [...material.commits.values()].reverse()) {
    const reading = side.commits.get(oid);
    const [only, ...more] = parents;
    if (only === undefined || more.length > 0 || reading?.ok !== true) continue;
    const { author, message } = reading.commit;
    for (const { path, before } of only.changes.values()) {
      if (!sameEntry(await entryAt(store, tip, path), before)) throw notRebased(oid, path);
    }
    const tree = await treeWith(store, tip, entriesOf(only.changes.values()));
    tip = await writeUnsignedCommit(store, { tree, parents: [tip], author, committer: forge, message });
  }
  return tip;
}

const notRebased = (oid: Oid, path: string): Fault =>
  new Fault(
    'merge.refused',
    `Commit ${oid} can't be put on top of the base as it stands: ${path} is another there.`,
    'Merge with --method merge or squash, or have the author rebase.',
  );
