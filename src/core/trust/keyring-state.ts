import { entryAt, listFolder, type NamedEntry } from '../git/tree.ts';
import { oidOf, type Oid } from '../git/oid.ts';
import { parseFingerprint, type Certificate, type Fingerprint } from '../openpgp/certificate.ts';
import { CertificateSet, type CertificateOnDemand } from '../openpgp/certificate-set.ts';
import type { ObjectStore, RepositoryPath, TreeEntry } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';
import { parseKeyring, type Contributor, type Keyring, type KeyringProblem } from './keyring.ts';
import { takeOneApart } from './one-certificate.ts';

/** What stands in `keyring/` of one tree: bytes that nobody has judged yet. */
export interface KeyringFiles {
  readonly toml: Uint8Array;
  /** Armored detached signatures over `toml`; empty where nobody has signed. */
  readonly signatures: Uint8Array;
  /** By the fingerprint that the file's name gives. */
  readonly certificates: ReadonlyMap<Fingerprint, Uint8Array>;
}

/** A keyring folder outside the object database: in a work tree, or wherever admins keep a proposal. */
export interface KeyringFolder {
  /** What stands there; undefined where there is no folder, or nothing in it. */
  read(): Promise<KeyringFiles | undefined>;
  /** Makes the folder hold these files and no others. */
  write(files: KeyringFiles): Promise<void>;
}

export const keyringPath: RepositoryPath = 'keyring/keyring.toml';
export const signaturesPath: RepositoryPath = 'keyring/keyring.toml.asc';
export const certificatePath = (fingerprint: Fingerprint): RepositoryPath => `keyring/${fingerprint}.asc`;

/** The fingerprint that a certificate file is named after; undefined for a file of another name. */
export function fingerprintOfFile(name: string): Fingerprint | undefined {
  const stem = name.endsWith('.asc') ? name.slice(0, -'.asc'.length) : '';
  const fingerprint = parseFingerprint(stem);
  return fingerprint === stem ? fingerprint : undefined;
}

export type KeyringReading =
  | { readonly ok: true; readonly files: KeyringFiles }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** A keyring file with its certificates, read and found to belong together. Not yet judged: nobody vouches for it. */
export interface KeyringState {
  readonly files: KeyringFiles;
  readonly keyring: Keyring;
  /** The certificates that the keyring file lists, and no others. */
  readonly certificates: CertificateSet;
  /** The contributor whose certificate has this primary key. */
  holderOf(certificate: Fingerprint): Contributor | undefined;
}

export type KeyringOpening =
  | { readonly ok: true; readonly state: KeyringState }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** The most bytes that one file of the folder may have: room for a certificate that thousands have signed. */
export const maximumFileBytes = 4 * 1024 * 1024;
const maximumFolderBytes = 64 * 1024 * 1024;

/**
 * Reads `keyring/` in the tree of a commit. Only ordinary files of mode 100644 are taken; a folder or keyring file
 * that is missing, or something else than it should be, is a finding (trust model, section 3).
 */
export async function readKeyringFiles(store: ObjectStore, treeish: Oid): Promise<KeyringReading> {
  const folder = await entryAt(store, treeish, 'keyring');
  if (folder?.mode !== '040000') return refused(removed(treeish, 'keyring', folder));
  const entries = await listFolder(store, treeish, 'keyring');
  const toml = entries.find(({ name }) => name === 'keyring.toml');
  if (toml?.mode !== '100644') return refused(removed(treeish, keyringPath, toml));
  const misplaced = entries.flatMap((entry) => misplacedFile(treeish, entry));
  if (misplaced.length > 0) return { ok: false, findings: misplaced };
  return readFiles(store, treeish, entries);
}

const refused = (
  ...findings: readonly Finding[]
): { readonly ok: false; readonly findings: readonly Finding[] } => ({
  ok: false,
  findings,
});

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

async function readFiles(
  store: ObjectStore,
  treeish: Oid,
  entries: readonly NamedEntry[],
): Promise<KeyringReading> {
  let toml = new Uint8Array(0);
  let signatures = new Uint8Array(0);
  const certificates = new Map<Fingerprint, Uint8Array>();
  const shelf = shelfOf(store);
  let total = 0;
  for (let at = 0; at < entries.length; at += readAtOnce) {
    const some = entries.slice(at, at + readAtOnce);
    const contents = await Promise.all(some.map((entry) => shelf.read(store, treeish, entry)));
    for (const [index, content] of contents.entries()) {
      const name = some[index]?.name ?? '';
      if ('code' in content) return refused(content);
      total += content.length;
      if (content.length > maximumFileBytes || total > maximumFolderBytes)
        return refused(tooLarge(treeish, `keyring/${name}`));
      const fingerprint = fingerprintOfFile(name);
      if (fingerprint !== undefined) certificates.set(fingerprint, content);
      else if (name === 'keyring.toml') toml = content;
      else signatures = content;
    }
  }
  shelf.tidy();
  return { ok: true, files: { toml, signatures, certificates } };
}

/** Files asked for at the same time: enough to keep git busy, few enough to bound what huge ones could cost. */
const readAtOnce = 64;

type Content = Uint8Array<ArrayBuffer>;

/**
 * The files of the last two folders that were read from a repository. One version of a keyring differs from the next
 * in a few files out of thousands; the others are the same bytes in memory, so that nothing in them is done again.
 */
class Shelf {
  #before: ReadonlyMap<Oid, Content> = new Map();
  #now = new Map<Oid, Content>();

  async read(store: ObjectStore, treeish: Oid, { name, oid }: NamedEntry): Promise<Content | Finding> {
    const content =
      this.#now.get(oid) ?? this.#before.get(oid) ?? (await readBlob(store, treeish, `keyring/${name}`, oid));
    if (!('code' in content)) this.#now.set(oid, content);
    return content;
  }

  tidy(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}

const shelves = new WeakMap<ObjectStore, Shelf>();

function shelfOf(store: ObjectStore): Shelf {
  const shelf = shelves.get(store) ?? new Shelf();
  shelves.set(store, shelf);
  return shelf;
}

async function readBlob(
  store: ObjectStore,
  treeish: Oid,
  path: RepositoryPath,
  oid: Oid,
): Promise<Content | Finding> {
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

function tooLarge(treeish: Oid, path: RepositoryPath): Finding {
  const message = `keyring/ in ${treeish} is too large at ${path}: at most ${maximumFileBytes} bytes a file, ${maximumFolderBytes} in all.`;
  return finding('keyring.too-large', { object: treeish, path }, message);
}

/**
 * Parses a keyring file and opens the certificates that it lists. Every finding is an error: what does not open
 * in full is not a keyring (trust model, section 3).
 */
export function openKeyring(files: KeyringFiles): KeyringOpening {
  if (files.toml.length === 0) {
    return refused(finding('keyring.removed', { path: keyringPath }, `${keyringPath} is empty.`));
  }
  const parsing = parseKeyring(files.toml);
  if (!parsing.ok) return { ok: false, findings: parsing.problems.map(problemFinding) };
  const { keyring } = parsing;
  const holders = holdersOf(keyring);
  const openings = [...holders.keys()].map((one) => openCertificate(one, files, keyring, holders));
  const certificates = openings.flatMap((one) => ('code' in one ? [] : [one]));
  const findings = [...unlisted(files, holders), ...openings.filter((one) => 'code' in one)];
  if (findings.length > 0) return { ok: false, findings };
  return {
    ok: true,
    state: {
      files,
      keyring,
      certificates: new CertificateSet(certificates),
      holderOf: (certificate) => holders.get(certificate),
    },
  };
}

type Holders = ReadonlyMap<Fingerprint, Contributor>;

function holdersOf(keyring: Keyring): Holders {
  const contributors = [...keyring.contributors.values()];
  return new Map(
    contributors.flatMap((one) => one.fingerprints.map((fingerprint) => [fingerprint, one] as const)),
  );
}

/** What is wrong with a keyring file, as a finding. */
function problemFinding({ line, field, message }: KeyringProblem): Finding {
  const where = [line === undefined ? [] : `line ${line}`, field === '' ? [] : field].flat().join(', ');
  const place = line === undefined ? { path: keyringPath } : { path: keyringPath, line };
  const mend =
    where === '' ? {} : { mend: `Correct ${where} of ${keyringPath}, then run opam-signet keyring check.` };
  return finding(
    'keyring.unreadable',
    place,
    `${keyringPath}${where === '' ? '' : `, ${where}`}: ${message}`,
    mend,
  );
}

function unlisted(files: KeyringFiles, holders: Holders): readonly Finding[] {
  return [...files.certificates.keys()]
    .filter((fingerprint) => !holders.has(fingerprint))
    .map((fingerprint) => {
      const path = certificatePath(fingerprint);
      const message = `${path} is there, but the keyring file lists ${fingerprint} with nobody.`;
      return finding('keyring.certificate-file', { path }, message, { mend: `Remove ${path}.` });
    });
}

function openCertificate(
  fingerprint: Fingerprint,
  files: KeyringFiles,
  { policy }: Keyring,
  holders: Holders,
): CertificateOnDemand | Finding {
  const path = certificatePath(fingerprint);
  const data = files.certificates.get(fingerprint);
  if (data === undefined) {
    const holder = holders.get(fingerprint)?.id ?? '';
    const message = `${path} is missing: the keyring file lists certificate ${fingerprint} with ${holder}.`;
    return finding('keyring.certificate-file', { path }, message);
  }
  const one = takeOneApart(data, { path });
  if ('code' in one) return one;
  if (one.fingerprint === fingerprint) {
    const evaluated = (): Certificate | undefined => {
      const certificate = one.evaluate(policy['sha1-bindings']);
      return 'code' in certificate ? undefined : certificate;
    };
    return { fingerprint, keys: one.keys, evaluated };
  }
  return finding(
    'keyring.certificate-file',
    { path },
    `${path} holds another certificate: ${one.fingerprint}.`,
  );
}

/** Reads and opens the keyring in the tree of a commit; nobody vouches for it yet. */
export async function loadKeyring(store: ObjectStore, commit: Oid): Promise<KeyringOpening> {
  const reading = await readKeyringFiles(store, commit);
  return reading.ok ? openKeyring(reading.files) : reading;
}
