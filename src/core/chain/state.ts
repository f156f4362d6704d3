import { Fault } from '../fault.ts';
import { stateDigest } from '../digest.ts';
import type { Oid } from '../git/oid.ts';
import { entryAt, filesUnder } from '../git/tree.ts';
import type { ObjectStore } from '../ports.ts';

/** Computes the state digest of a commit from the bytes of every file (trust model, section 6). */
export async function stateDigestAt(store: ObjectStore, commit: Oid): Promise<string | undefined> {
  const files = new Map<string, Uint8Array>();
  const folders = await Promise.all(['packages', 'keyring'].map((root) => filesUnder(store, commit, root)));
  const entries = new Map(folders.flatMap((folder) => [...folder]));
  for (const path of ['repo', 'version']) {
    const entry = await entryAt(store, commit, path);
    if (entry !== undefined) entries.set(path, entry);
  }
  for (const [path, { oid }] of entries) {
    const blob = await store.read(oid);
    if (blob?.type !== 'blob') {
      throw new Fault(
        'object.missing',
        `File ${path} (${oid}) of commit ${commit} is not in the repository.`,
        'Fetch it: git fetch --refetch.',
      );
    }
    files.set(path, blob.content);
  }
  return stateDigest(files);
}
