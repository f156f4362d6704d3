import type { Oid } from '../core/git/oid.ts';
import { type Identity, renderCommit } from '../core/git/object.ts';
import { folderMode, listFolder, type NamedEntry, renderTree } from '../core/git/tree.ts';
import type { ObjectStore, Signer } from '../core/ports.ts';
import {
  certificatePath,
  keyringPath,
  signaturesPath,
  type KeyringFiles,
} from '../core/trust/keyring-state.ts';
import { writeSignedCommit } from './signing.ts';

export interface KeyringCommit {
  /** The commit that has the keyring in force, if there is one. */
  readonly base: Oid;
  readonly inForce: KeyringFiles | undefined;
  readonly files: KeyringFiles;
  readonly identity: Identity;
  readonly message: string;
}

/**
 * Stores a commit on top of the base in which `keyring/` holds these files, and nothing else differs (trust model,
 * section 3.6). Nothing points at it yet, and no work tree is touched. Unsigned unless there is a signer.
 */
export async function commitKeyring(
  store: ObjectStore,
  { base, inForce, files, identity, message }: KeyringCommit,
  signer?: Signer,
): Promise<Oid> {
  const root = await listFolder(store, base, '');
  const standing = new Map((await listFolder(store, base, 'keyring')).map((entry) => [entry.name, entry]));
  const before = inForce === undefined ? new Map<string, Uint8Array>() : pathsOf(inForce);
  const entries: NamedEntry[] = [];
  for (const [path, content] of pathsOf(files)) {
    const name = path.slice('keyring/'.length);
    // Of ten thousand files a change touches two; the others are handed on as the very bytes that were read.
    const kept = before.get(path) === content ? standing.get(name) : undefined;
    entries.push(kept ?? { name, mode: '100644', oid: await store.write('blob', content) });
  }
  const folder = { name: 'keyring', mode: folderMode, oid: await store.write('tree', renderTree(entries)) };
  const others = root.filter(({ name }) => name !== 'keyring');
  const tree = await store.write('tree', renderTree([...others, folder]));
  const commit = { tree, parents: [base], author: identity, committer: identity, message };
  return signer === undefined
    ? store.write('commit', renderCommit(commit))
    : writeSignedCommit(store, signer, commit);
}

const pathsOf = ({ toml, signatures, certificates }: KeyringFiles): ReadonlyMap<string, Uint8Array> =>
  new Map([
    [keyringPath, toml],
    ...(signatures.length === 0 ? [] : [[signaturesPath, signatures] as const]),
    ...[...certificates].map(([fingerprint, file]) => [certificatePath(fingerprint), file] as const),
  ]);
