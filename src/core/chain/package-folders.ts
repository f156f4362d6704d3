import { filesUnder } from '../git/tree.ts';
import { missingObject, oversizedObject } from '../git/object-faults.ts';
import { splitNameVersion } from '../opam/package.ts';
import {
  maximumObjectBytes,
  type ObjectStore,
  type PathChange,
  type RepositoryPath,
  type TreeEntry,
} from '../ports.ts';
import type { Step } from './step.ts';

export type FileEntries = ReadonlyMap<RepositoryPath, TreeEntry>;

/** Where a package version stands. */
export const packageFolder = (nameVersion: string): RepositoryPath =>
  `packages/${nameVersion.split('.', 1).join()}/${nameVersion}`;

/** A package version's folder with the changes of a step below it. */
export interface ChangedFolder {
  readonly nameVersion: string;
  readonly folder: RepositoryPath;
  readonly changes: readonly PathChange[];
}

/** The folders of package versions that a step touches. */
export function changedFolders(changes: readonly PathChange[]): Iterable<ChangedFolder> {
  const folders = new Map<string, ChangedFolder & { readonly changes: PathChange[] }>();
  for (const change of changes) {
    const [root, name, nameVersion = '', below] = change.path.split('/', 4);
    if (root !== 'packages' || below === undefined || splitNameVersion(nameVersion)?.name !== name) continue;
    const known = folders.get(nameVersion);
    if (known !== undefined) known.changes.push(change);
    else
      folders.set(nameVersion, { nameVersion, folder: `packages/${name}/${nameVersion}`, changes: [change] });
  }
  return folders.values();
}

/**
 * The files of a package's folder before and after a step: M's are P's with the step's changes, so that a merge
 * that is only imagined has them too.
 */
export async function filesOf(
  { parent, changes }: Step,
  folder: RepositoryPath,
  store: ObjectStore,
): Promise<{ readonly before: FileEntries; readonly after: FileEntries }> {
  const before = await filesUnder(store, parent, folder);
  const after = new Map(before);
  for (const change of changes) {
    if (!change.path.startsWith(`${folder}/`)) continue;
    if (change.after === undefined) after.delete(change.path);
    else after.set(change.path, change.after);
  }
  return { before, after };
}

/**
 * The bytes of the files of one folder, by their paths below it. All of them together may be as large as one object;
 * beyond that it is a `limit.object-size` Fault.
 */
export async function contentsOf(
  files: FileEntries,
  folder: RepositoryPath,
  store: ObjectStore,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  let room = maximumObjectBytes;
  for (const [path, { oid }] of files) {
    const blob = await store.read(oid);
    if (blob === undefined) throw missingObject(oid);
    room -= blob.content.length;
    if (room < 0) throw oversizedObject(oid, maximumObjectBytes);
    contents.set(path.slice(folder.length + 1), blob.content);
  }
  return contents;
}
