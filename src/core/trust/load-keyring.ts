import { Fault } from '../fault.ts';
import type { Oid } from '../git/oid.ts';
import { entryAt, type NamedEntry } from '../git/tree.ts';
import type { ObjectStore } from '../ports.ts';
import type { Finding } from '../report/report.ts';
import { CertificateFile, type CertificateOutline } from './certificate-file.ts';
import type { CertificateMemory } from './certificate-memory.ts';
import {
  certificatePath,
  fingerprintOfFile,
  type KeyringOpening,
  type KeyringState,
  openWith,
  refused,
} from './keyring-state.ts';
import { type Content, type KeyringListing, listKeyring, readAll, readBlob } from './keyring-tree.ts';

/** Lets the keyrings of a repository be opened by what earlier runs found in the same files. */
export function rememberCertificates(store: ObjectStore, memory: CertificateMemory): void {
  shelfOf(store).memory = memory;
}

/**
 * Reads and opens the keyring in the tree of a commit; nobody vouches for it yet. Every certificate file is taken
 * apart, so that all keys are known. Of files that were taken apart before, by this run or an earlier one, the keys are
 * known already: those are read when they are asked for.
 */
export async function loadKeyring(store: ObjectStore, commit: Oid): Promise<KeyringOpening> {
  const shelf = shelfOf(store);
  const folder = await entryAt(store, commit, 'keyring');
  const known = folder?.mode === '040000' ? shelf.find(folder.oid) : undefined;
  if (known !== undefined) return { ok: true, state: known };
  const listing = await listKeyring(store, commit);
  return listing.ok ? shelf.open(store, commit, listing) : listing;
}

/** A file of the folder: its bytes, or the certificate in it. */
type FolderFile = { readonly length: number } & (
  { readonly content: Content } | { readonly certificate: CertificateFile | Finding }
);

/** Fewer files that are new to a memory are read again sooner than all of it is written anew. */
const worthKeeping = 64;

/**
 * The last two keyrings that were opened from a repository. One version differs from the next in a few files out of
 * thousands; of the others nothing is done again.
 */
class Shelf {
  memory: CertificateMemory | undefined;
  #outlines: Promise<ReadonlyMap<Oid, CertificateOutline>> | undefined;
  /** By the id of the folder; the newest last. */
  #states: readonly (readonly [folder: Oid, state: KeyringState])[] = [];
  /** By blob id. */
  #files: ReadonlyMap<Oid, CertificateFile> = new Map();

  /** The keyring in a folder of this id. */
  find(folder: Oid): KeyringState | undefined {
    return this.#states.find(([one]) => one === folder)?.[1];
  }

  async open(store: ObjectStore, commit: Oid, { oid, entries }: KeyringListing): Promise<KeyringOpening> {
    const outlines = await this.#recalled();
    const files = await readAll(commit, entries, (entry) => this.#take(store, commit, entry, outlines));
    if ('code' in files) return refused(files);
    const opening = openWith(textOf(files), certificatesOf(files));
    if (!opening.ok) return opening;
    this.#states = [...this.#states.slice(-1), [oid, opening.state]];
    this.#files = filesOf(entries, opening.state);
    const fresh = [...this.#files].filter(([blob]) => !outlines.has(blob));
    if (fresh.length >= worthKeeping) {
      await this.memory?.keep(new Map([...this.#files].map(([blob, { outline }]) => [blob, outline])));
    }
    return opening;
  }

  #recalled(): Promise<ReadonlyMap<Oid, CertificateOutline>> {
    this.#outlines ??= this.memory?.recall() ?? Promise.resolve(new Map());
    return this.#outlines;
  }

  async #take(
    store: ObjectStore,
    commit: Oid,
    entry: NamedEntry,
    outlines: ReadonlyMap<Oid, CertificateOutline>,
  ): Promise<FolderFile | Finding> {
    const fingerprint = fingerprintOfFile(entry.name);
    const known = this.#files.get(entry.oid);
    if (known !== undefined) return { length: known.outline.bytes, certificate: known };
    const outline = fingerprint && outlines.get(entry.oid);
    if (outline !== undefined) {
      const file = new CertificateFile(outline, () => requireBlob(store, commit, entry));
      return { length: outline.bytes, certificate: file };
    }
    const content = await readBlob(store, commit, entry);
    if ('code' in content) return content;
    const { length } = content;
    if (fingerprint === undefined) return { length, content };
    const file = CertificateFile.of(content, { path: certificatePath(fingerprint) });
    // Wherever the bytes are, nothing may be asked for before it is loaded: else only some runs would notice.
    const certificate =
      'code' in file ? file : new CertificateFile(file.outline, () => Promise.resolve(content));
    return { length, certificate };
  }
}

function textOf(files: ReadonlyMap<string, FolderFile>) {
  const content = (name: string): Content => {
    const file = files.get(name);
    return file !== undefined && 'content' in file ? file.content : new Uint8Array(0);
  };
  return { toml: content('keyring.toml'), signatures: content('keyring.toml.asc') };
}

const certificatesOf = (files: ReadonlyMap<string, FolderFile>) =>
  new Map(
    [...files].flatMap(([name, file]) => {
      const fingerprint = fingerprintOfFile(name);
      return fingerprint === undefined || !('certificate' in file)
        ? []
        : [[fingerprint, file.certificate] as const];
    }),
  );

const filesOf = (
  entries: readonly NamedEntry[],
  { certificateFiles }: KeyringState,
): ReadonlyMap<Oid, CertificateFile> =>
  new Map(
    entries.flatMap(({ name, oid }) => {
      const fingerprint = fingerprintOfFile(name);
      const file = fingerprint && certificateFiles.get(fingerprint);
      return file === undefined ? [] : [[oid, file] as const];
    }),
  );

async function requireBlob(store: ObjectStore, commit: Oid, entry: NamedEntry): Promise<Uint8Array> {
  const content = await readBlob(store, commit, entry);
  if (!('code' in content)) return content;
  throw new Fault('object.missing', content.message, 'Run git fsck, then fetch it again.');
}

const shelves = new WeakMap<ObjectStore, Shelf>();

function shelfOf(store: ObjectStore): Shelf {
  const shelf = shelves.get(store) ?? new Shelf();
  shelves.set(store, shelf);
  return shelf;
}
