import type { PathChange, RepositoryPath } from '../ports.ts';
import { maximumChanges } from './limits.ts';
import { tooManyChanges } from './object-faults.ts';
import type { Oid } from './oid.ts';
import { provenChanges } from './proven-changes.ts';
import { readTree, treeOf, type ObjectSource } from './tree-reading.ts';
import { folderMode, TreeView } from './tree-view.ts';

/**
 * The files that differ between two commits or trees (undefined: the empty tree), at every depth and in path
 * order, by reading both side by side. Every folder that differs is read strictly, and no more than `limit`
 * folders and files are looked at: a tree can hold itself ten times over, ten levels deep.
 */
export async function diffTrees(
  store: ObjectSource,
  before: Oid | undefined,
  after: Oid | undefined,
  limit = maximumChanges,
): Promise<readonly PathChange[]> {
  const proven = before && after && (await provenChanges(store, before, after, limit));
  if (proven !== undefined) return inPathOrder([...proven]);
  const [oldTree, newTree] = await Promise.all([
    before && treeOf(store, before),
    after && treeOf(store, after),
  ]);
  return changesBetween(store, { prefix: '', before: oldTree, after: newTree }, limit);
}

/** Two folders at the same path, `prefix` being the path with its slash. Undefined: there is none. */
interface FolderPair {
  readonly prefix: RepositoryPath;
  readonly before: Oid | undefined;
  readonly after: Oid | undefined;
}

/** So many folders are asked for at once: enough to keep a store busy, not enough to fill the memory. */
const batchSize = 32;

/** {@link diffTrees} below one pair of folders. */
export async function changesBetween(
  store: ObjectSource,
  root: FolderPair,
  limit: number,
): Promise<readonly PathChange[]> {
  const changes: PathChange[] = [];
  const pending = root.before === root.after ? [] : [root];
  let visited = 0;
  while (pending.length > 0) {
    const batch = pending.splice(-batchSize);
    visited += batch.length;
    for (const { files, folders } of await Promise.all(batch.map((pair) => comparePair(store, pair)))) {
      for (const file of files) changes.push(file);
      for (const folder of folders) pending.push(folder);
    }
    if (visited + changes.length + pending.length > limit) throw tooManyChanges(limit);
  }
  return inPathOrder(changes);
}

const inPathOrder = (changes: PathChange[]): readonly PathChange[] =>
  changes.sort((one, other) => (one.path < other.path ? -1 : 1));

/**
 * Goes through two folders in git's order. At one place stand either two folders or two other things; a file that
 * became a folder is met twice.
 */
async function comparePair(
  store: ObjectSource,
  { prefix, before, after }: FolderPair,
): Promise<{ files: readonly PathChange[]; folders: readonly FolderPair[] }> {
  const [old = TreeView.empty, fresh = TreeView.empty] = await Promise.all([
    before && readTree(store, before),
    after && readTree(store, after),
  ]);
  const files: PathChange[] = [];
  const folders: FolderPair[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (;;) {
    const same = old.sameFrom(oldAt, fresh, newAt);
    oldAt += same;
    newAt += same;
    if (oldAt === old.size && newAt === fresh.size) break;
    const order = placeOrder(old, oldAt, fresh, newAt);
    const was = order > 0 ? undefined : old.entry(oldAt);
    const is = order < 0 ? undefined : fresh.entry(newAt);
    const path = `${prefix}${order > 0 ? fresh.name(newAt) : old.name(oldAt)}`;
    const isFolder = (was ?? is)?.mode === folderMode;
    if (isFolder) folders.push({ prefix: `${path}/`, before: was?.oid, after: is?.oid });
    else files.push({ path, before: was, after: is });
    if (order <= 0) oldAt += 1;
    if (order >= 0) newAt += 1;
  }
  return { files, folders };
}

/** Negative if only the old folder has something at the next place, positive if only the new one has. */
function placeOrder(old: TreeView, oldAt: number, fresh: TreeView, newAt: number): number {
  if (oldAt === old.size) return 1;
  return newAt === fresh.size ? -1 : old.comparePlace(oldAt, fresh, newAt);
}
