import { oidOf, type Oid } from '../git/oid.ts';
import { entryAt, listFolder, type NamedEntry } from '../git/tree.ts';
import type { ObjectStore, RepositoryPath, TreeEntry } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';
import {
  fingerprintOfFile,
  type KeyringFiles,
  keyringPath,
  maximumFileBytes,
  refused,
  signaturesPath,
} from './keyring-state.ts';

export type KeyringReading =
  | { readonly ok: true; readonly files: KeyringFiles }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Reads `keyring/` in the tree of a commit, all of it; certificate files that are at hand already are not read again. Only ordinary files of mode 100644 are taken; a folder or keyring
 * file that is missing, or something else than it should be, is a finding (trust model, section 3).
 */
export async function readKeyringFiles(
  store: ObjectStore,
  treeish: Oid,
  atHand?: KeyringFiles,
): Promise<KeyringReading> {
  const folder = await listKeyring(store, treeish);
  if (!folder.ok) return folder;
  const files = await readAll(treeish, folder.entries, async (entry) => {
    const same = findIn(atHand, entry, store.format);
    return same ?? (await readBlob(store, treeish, entry));
  });
  if ('code' in files) return refused(files);
  const text = (name: string): Uint8Array => files.get(name) ?? new Uint8Array(0);
  const certificates = [...files].flatMap(([name, content]) => {
    const fingerprint = fingerprintOfFile(name);
    return fingerprint === undefined ? [] : [[fingerprint, content] as const];
  });
  const read = {
    toml: text('keyring.toml'),
    signatures: text('keyring.toml.asc'),
    certificates: new Map(certificates),
  };
  return { ok: true, files: atHand !== undefined && isSame(atHand, read) ? atHand : read };
}

/** Whether two folders have the very same bytes in memory, so that one opens as the other does. */
const isSame = (one: KeyringFiles, other: KeyringFiles): boolean =>
  one.toml === other.toml &&
  one.signatures === other.signatures &&
  one.certificates.size === other.certificates.size &&
  [...one.certificates].every(([fingerprint, file]) => other.certificates.get(fingerprint) === file);

/** The file of the same name, if it is the very blob: then nobody needs to take it apart again either. */
function findIn(
  files: KeyringFiles | undefined,
  { name, oid }: NamedEntry,
  format: ObjectStore['format'],
): Uint8Array | undefined {
  const file = files && fileNamed(name, files);
  return file !== undefined && oidOf('blob', file, format) === oid ? file : undefined;
}

function fileNamed(name: string, { toml, signatures, certificates }: KeyringFiles): Uint8Array | undefined {
  if (name === 'keyring.toml') return toml;
  if (name === 'keyring.toml.asc') return signatures;
  const fingerprint = fingerprintOfFile(name);
  return fingerprint && certificates.get(fingerprint);
}

/** A folder that holds nothing but what belongs there, by name. */
export interface KeyringListing {
  readonly ok: true;
  /** The tree of the folder. */
  readonly oid: Oid;
  readonly entries: readonly NamedEntry[];
}

/** Lists `keyring/` in the tree of a commit. */
export async function listKeyring(
  store: ObjectStore,
  treeish: Oid,
): Promise<KeyringListing | { readonly ok: false; readonly findings: readonly Finding[] }> {
  const folder = await entryAt(store, treeish, 'keyring');
  if (folder?.mode !== '040000') return refused(removed(treeish, 'keyring', folder));
  const entries = await listFolder(store, treeish, 'keyring');
  const toml = entries.find(({ name }) => name === 'keyring.toml');
  if (toml?.mode !== '100644') return refused(removed(treeish, keyringPath, toml));
  const misplaced = entries.flatMap((entry) => misplacedFile(treeish, entry));
  if (misplaced.length > 0) return { ok: false, findings: misplaced };
  return { ok: true, oid: folder.oid, entries };
}

function removed(treeish: Oid, path: RepositoryPath, entry: TreeEntry | undefined): Finding {
  const what = entry === undefined ? 'is missing' : `is ${kindOf(entry.mode)}`;
  const mend = `Put the keyring folder back as it was before ${treeish}: git checkout <commit before> -- keyring.`;
  return finding('keyring.removed', { object: treeish, path }, `${path} ${what} in ${treeish}.`, { mend });
}

function kindOf(mode: string): string {
  switch (mode) {
    case '120000':
      return 'a symbolic link';
    case '160000':
      return 'a submodule';
    case '040000':
      return 'a folder';
    default:
      return `a file of mode ${mode}`;
  }
}

function misplacedFile(treeish: Oid, { name, mode }: NamedEntry): readonly Finding[] {
  const path = `keyring/${name}`;
  if (mode !== '100644') {
    const message = `${path} is ${kindOf(mode)} in ${treeish}, not an ordinary file of mode 100644.`;
    return [finding('keyring.extra-file', { object: treeish, path }, message)];
  }
  if (path === keyringPath || path === signaturesPath || fingerprintOfFile(name) !== undefined) return [];
  const message = `${path} in ${treeish} is neither the keyring file, nor its signatures, nor named after a fingerprint.`;
  return [finding('keyring.extra-file', { object: treeish, path }, message)];
}

/** What was read of each file by its name; a finding where one can't be read, or they are too large (section 3.1). */
export async function readAll<Item extends { readonly length: number }>(
  treeish: Oid,
  entries: readonly NamedEntry[],
  readOne: (entry: NamedEntry) => Promise<Item | Finding>,
): Promise<ReadonlyMap<string, Item> | Finding> {
  const items = new Map<string, Item>();
  let total = 0;
  for (let at = 0; at < entries.length; at += readAtOnce) {
    const some = entries.slice(at, at + readAtOnce);
    const read = await Promise.all(some.map(readOne));
    for (const [index, item] of read.entries()) {
      const name = some[index]?.name ?? '';
      if ('code' in item) return item;
      total += item.length;
      if (item.length > maximumFileBytes || total > maximumFolderBytes)
        return tooLarge(treeish, `keyring/${name}`);
      items.set(name, item);
    }
  }
  return items;
}

/** Files asked for at the same time: enough to keep git busy, few enough to bound what huge ones could cost. */
const readAtOnce = 64;

const maximumFolderBytes = 64 * 1024 * 1024;

function tooLarge(treeish: Oid, path: RepositoryPath): Finding {
  const message = `keyring/ in ${treeish} is too large at ${path}: at most ${maximumFileBytes} bytes a file, ${maximumFolderBytes} in all.`;
  return finding('keyring.too-large', { object: treeish, path }, message);
}

export type Content = Uint8Array<ArrayBuffer>;

/** Reads a file of the folder. */
export async function readBlob(
  store: ObjectStore,
  treeish: Oid,
  { name, oid }: NamedEntry,
): Promise<Content | Finding> {
  const path = `keyring/${name}`;
  const place = { object: oid, path, step: treeish };
  const object = await store.read(oid);
  if (object === undefined)
    return finding('object.missing', place, `${path} (blob ${oid}) is not in the repository.`);
  if (object.type !== 'blob' || oidOf('blob', object.content, store.format) !== oid) {
    return finding(
      'object.mismatch',
      place,
      `The repository returned something else than blob ${oid} for ${path}.`,
    );
  }
  return new Uint8Array(object.content);
}
