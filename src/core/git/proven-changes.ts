import { Fault } from '../fault.ts';
import type { PathChange, RepositoryPath } from '../ports.ts';
import { type EntryChange, editedTree } from './edited-tree.ts';
import { oidOf, type Oid } from './oid.ts';
import { viewTree } from './tree-form.ts';
import { readTree, type ObjectSource, treeMadeOrRead, treeOf } from './tree-reading.ts';
import { folderMode, TreeView } from './tree-view.ts';

/** A folder that is said to differ, with what is said to differ directly in it. Without an id on one side it is new or gone. */
interface ChangedFolder {
  readonly before: Oid | undefined;
  readonly after: Oid | undefined;
  readonly entries: EntryChange[];
}

/**
 * What differs between two commits as the store foresees it, if that can be proven: every folder of the one, edited as is
 * said, must have the id that stands in the other. So the folder of all packages need not be read anew for each step.
 * Undefined where the proof fails, nothing is foreseen, or more than `limit` files and folders; then the trees are read.
 */
export async function provenChanges(
  store: ObjectSource,
  before: Oid,
  after: Oid,
  limit: number,
): Promise<readonly PathChange[] | undefined> {
  const [foreseen, oldRoot, newRoot] = await Promise.all([
    store.foresee?.(before, after),
    treeOf(store, before),
    treeOf(store, after),
  ]);
  if (foreseen === undefined || foreseen.length >= limit) return undefined;
  const folders = foldersOf(foreseen, { before: oldRoot, after: newRoot, entries: [] });
  if (folders === undefined) return undefined;
  const proofs = await Promise.all(folders.map((folder) => isProven(store, folder)));
  return proofs.every(Boolean) ? foreseen.filter((change) => !isFolder(change)) : undefined;
}

const isFolder = ({ before, after }: Omit<PathChange, 'path'>): boolean =>
  (before ?? after)?.mode === folderMode;

/** Sorts what is foreseen into its folders; undefined unless each folder stands directly before what is in it. */
function foldersOf(
  foreseen: readonly PathChange[],
  root: ChangedFolder,
): readonly ChangedFolder[] | undefined {
  const folders = [root];
  const inside: { readonly prefix: RepositoryPath; readonly folder: ChangedFolder }[] = [];
  for (const { path, before, after } of foreseen) {
    while (inside.length > 0 && !path.startsWith(inside.at(-1)?.prefix ?? '')) inside.pop();
    const { prefix, folder } = inside.at(-1) ?? { prefix: '', folder: root };
    const entry = { name: path.slice(prefix.length), before, after };
    if (entry.name.includes('/') || !isOneThing(entry)) return undefined;
    folder.entries.push(entry);
    if (!isFolder(entry)) continue;
    const inner = { before: before?.oid, after: after?.oid, entries: [] };
    folders.push(inner);
    inside.push({ prefix: `${path}/`, folder: inner });
  }
  return folders;
}

/** A folder and something else of one name stand at two places of a tree. */
const isOneThing = ({ before, after }: EntryChange): boolean =>
  before === undefined || after === undefined || (before.mode === folderMode) === (after.mode === folderMode);

/** Whether one folder, edited as is said, is the other. */
async function isProven(store: ObjectSource, { before, after, entries }: ChangedFolder): Promise<boolean> {
  if (before !== undefined && after !== undefined) return isEdited(store, before, after, entries);
  if (after !== undefined) return isMade(store, after, entries);
  if (before === undefined) return false;
  // Backwards, what is gone is new.
  const backwards = entries.map((entry) => ({ name: entry.name, before: entry.after, after: entry.before }));
  return isMade(store, before, backwards);
}

/** Whether a tree consists of these entries, all of them new. */
function isMade({ format }: ObjectSource, oid: Oid, entries: readonly EntryChange[]): boolean {
  const content = editedTree(TreeView.empty, entries, format);
  return content !== undefined && oidOf('tree', content, format) === oid && viewTree(content, format).ok;
}

async function isEdited(
  store: ObjectSource,
  before: Oid,
  after: Oid,
  entries: readonly EntryChange[],
): Promise<boolean> {
  const edit = async (): Promise<{ content: Buffer; similar: TreeView } | undefined> => {
    const similar = await readTree(store, before);
    const content = editedTree(similar, entries, store.format);
    return content && { content, similar };
  };
  let made: { readonly content: Buffer } | undefined;
  try {
    const tree = await treeMadeOrRead(store, after, async () => (made = await edit()));
    made ??= await edit();
    return made?.content.equals(tree.content) === true;
  } catch (error) {
    // Whether a tree is really needed that can't be read shows when it is read.
    if (error instanceof Fault) return false;
    throw error;
  }
}
