import type { RepositoryPath, TreeEntry } from '../ports.ts';
import type { Parsed } from './headers.ts';
import { maximumFiles } from './limits.ts';
import type { ObjectFormat, Oid } from './oid.ts';
import { changesBetween } from './tree-diff.ts';
import { readTree, treeOf, type ObjectSource } from './tree-reading.ts';
import { viewTree, type NamedEntry } from './tree-form.ts';
import { folderMode, type TreeView } from './tree-view.ts';

export { diffTrees } from './tree-diff.ts';
export { rememberTree, treeOf } from './tree-reading.ts';
export { renderTree, type NamedEntry } from './tree-form.ts';
export { folderMode } from './tree-view.ts';

/** Reads a tree's stored bytes; see {@link viewTree} for what makes it malformed. */
export function parseTree(content: Uint8Array, format: ObjectFormat): Parsed<readonly NamedEntry[]> {
  const tree = viewTree(content, format);
  return tree.ok ? { ok: true, value: entriesOf(tree.value) } : tree;
}

/** What stands at a path of a commit or tree; undefined if nothing does. The empty path is the tree itself. */
export async function entryAt(
  store: ObjectSource,
  treeish: Oid,
  path: RepositoryPath,
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry = { mode: folderMode, oid: await treeOf(store, treeish) };
  for (const name of segments(path)) {
    if (entry.mode !== folderMode) return undefined;
    const tree = await readTree(store, entry.oid);
    const index = tree.find(name);
    if (index === undefined) return undefined;
    entry = tree.entry(index);
  }
  return entry;
}

/** The entries of a folder of a commit or tree; none if no folder stands at the path. */
export async function listFolder(
  store: ObjectSource,
  treeish: Oid,
  path: RepositoryPath,
): Promise<readonly NamedEntry[]> {
  const folder = await entryAt(store, treeish, path);
  return folder?.mode === folderMode ? entriesOf(await readTree(store, folder.oid)) : [];
}

/**
 * Everything below a folder that is no folder itself (files, links, submodules), by its path from the root. None
 * if no folder stands at the path.
 */
export async function filesUnder(
  store: ObjectSource,
  treeish: Oid,
  path: RepositoryPath,
): Promise<ReadonlyMap<RepositoryPath, TreeEntry>> {
  const folder = await entryAt(store, treeish, path);
  const files = new Map<RepositoryPath, TreeEntry>();
  if (folder?.mode !== folderMode) return files;
  const prefix = segments(path)
    .map((name) => `${name}/`)
    .join('');
  const root = { prefix, before: undefined, after: folder.oid };
  for (const change of await changesBetween(store, root, maximumFiles)) {
    if (change.after !== undefined) files.set(change.path, change.after);
  }
  return files;
}

const entriesOf = (tree: TreeView): readonly NamedEntry[] =>
  Array.from({ length: tree.size }, (_, index) => ({ name: tree.name(index), ...tree.entry(index) }));

const segments = (path: RepositoryPath): readonly string[] => path.split('/').filter((name) => name !== '');
