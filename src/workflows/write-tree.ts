import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { folderMode, listFolder, renderTree } from '../core/git/tree.ts';
import type { ObjectStore, RepositoryPath, TreeEntry } from '../core/ports.ts';

/** What is to stand at paths; undefined: nothing. */
export type NewEntries = ReadonlyMap<RepositoryPath, TreeEntry | undefined>;

/** Stores the tree of a commit with entries put in and taken out. Only the folders on the way to them are read. */
export async function treeWith(store: ObjectStore, treeish: Oid, entries: NewEntries): Promise<Oid> {
  const written = await withEntries(
    store,
    treeish,
    [...entries].map(([path, entry]) => ({ path, names: path.split('/'), entry })),
  );
  return written ?? store.write('tree', renderTree([]));
}

interface Placed {
  readonly path: RepositoryPath;
  /** The rest of the way. */
  readonly names: readonly string[];
  readonly entry: TreeEntry | undefined;
}

/** A folder that nothing is left in is none: git keeps no empty ones. */
async function withEntries(
  store: ObjectStore,
  folder: Oid | undefined,
  placed: readonly Placed[],
): Promise<Oid | undefined> {
  const listed = folder === undefined ? [] : await listFolder(store, folder, '');
  const entries = new Map<string, TreeEntry>(listed.map(({ name, mode, oid }) => [name, { mode, oid }]));
  const put = (name: string, entry: TreeEntry | undefined): void => {
    if (entry === undefined) entries.delete(name);
    else entries.set(name, entry);
  };
  for (const { names, entry } of placed) if (names.length === 1) put(names[0] ?? '', entry);
  for (const [name, below] of inFolders(placed)) {
    const standing = entries.get(name);
    if (standing !== undefined && standing.mode !== folderMode) throw notAFolder(below);
    const oid = await withEntries(store, standing?.oid, below);
    put(name, oid === undefined ? undefined : { mode: folderMode, oid });
  }
  if (entries.size === 0) return undefined;
  return store.write('tree', renderTree([...entries].map(([name, entry]) => ({ name, ...entry }))));
}

/** What lies deeper, by the folder that it lies in. */
function inFolders(placed: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const folders = new Map<string, Placed[]>();
  for (const { names, ...one } of placed) {
    const [name = '', ...rest] = names;
    if (rest.length > 0) folders.set(name, [...(folders.get(name) ?? []), { ...one, names: rest }]);
  }
  return folders;
}

const notAFolder = ([first]: readonly Placed[]): Fault =>
  new Fault(
    'merge.refused',
    `${first?.path ?? 'A path'} lies in what is a file in the other tree.`,
    'Have the file or the folder renamed.',
  );
