import { parseFingerprint, type Fingerprint } from '../openpgp/certificate.ts';
import { CertificateSet } from '../openpgp/certificate-set.ts';
import type { RepositoryPath } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';
import { CertificateFile } from './certificate-file.ts';
import { parseKeyring, type Contributor, type Keyring, type KeyringProblem } from './keyring.ts';

/** A keyring file and who signed it: bytes that nobody has judged yet. */
export interface KeyringText {
  readonly toml: Uint8Array;
  /** Armored detached signatures over `toml`; empty where nobody has signed. */
  readonly signatures: Uint8Array;
}

/** Everything that stands in `keyring/` of one tree: bytes that nobody has judged yet. */
export interface KeyringFiles extends KeyringText {
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

/** The files of a keyring folder that are named after a fingerprint. */
export type CertificateFiles = ReadonlyMap<Fingerprint, CertificateFile>;

/** A keyring file with its certificates, found to belong together. Not yet judged: nobody vouches for it. */
export interface KeyringState {
  readonly files: KeyringText;
  readonly keyring: Keyring;
  readonly certificateFiles: CertificateFiles;
  /** The certificates that the keyring file lists, and no others. */
  readonly certificates: CertificateSet;
  /** The contributor whose certificate has this primary key. */
  holderOf(certificate: Fingerprint): Contributor | undefined;
}

/** One that was opened from bytes: nothing needs to be loaded before it is asked for. */
export interface KeyringAtHand extends KeyringState {
  readonly files: KeyringFiles;
}

export type KeyringOpening<State extends KeyringState = KeyringState> =
  | { readonly ok: true; readonly state: State }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** The most bytes that one file of the folder may have: room for a certificate that thousands have signed. */
export const maximumFileBytes = 4 * 1024 * 1024;

/**
 * Parses a keyring file and opens the certificates that it lists. Every finding is an error: what does not open
 * in full is not a keyring (trust model, section 3).
 */
export function openKeyring(files: KeyringFiles): KeyringOpening<KeyringAtHand> {
  const opening = opened.get(files) ?? openAnew(files);
  opened.set(files, opening);
  return opening;
}

/** One run opens the same files for many questions. Nobody writes into files that were read. */
const opened = new WeakMap<KeyringFiles, KeyringOpening<KeyringAtHand>>();

function openAnew(files: KeyringFiles): KeyringOpening<KeyringAtHand> {
  const certificates = new Map(
    [...files.certificates].map(([fingerprint, data]) => [
      fingerprint,
      CertificateFile.of(data, { path: certificatePath(fingerprint) }),
    ]),
  );
  const opening = openWith(files, certificates);
  return opening.ok ? { ok: true, state: { ...opening.state, files } } : opening;
}

/** The same from certificate files that were taken apart already; a finding stands for one that can't be. */
export function openWith(
  files: KeyringText,
  read: ReadonlyMap<Fingerprint, CertificateFile | Finding>,
): KeyringOpening {
  if (files.toml.length === 0) {
    return refused(finding('keyring.removed', { path: keyringPath }, `${keyringPath} is empty.`));
  }
  const parsing = parseKeyring(files.toml);
  if (!parsing.ok) return { ok: false, findings: parsing.problems.map(problemFinding) };
  const { keyring } = parsing;
  const holders = holdersOf(keyring);
  const listed = [...holders.keys()].map((one) => listedFile(one, read, holders));
  const findings = [...unlisted(read, holders), ...listed.filter((one) => 'code' in one)];
  if (findings.length > 0) return { ok: false, findings };
  const certificateFiles = new Map(
    listed.flatMap((one) => ('code' in one ? [] : [[one.fingerprint, one] as const])),
  );
  return {
    ok: true,
    state: {
      files,
      keyring,
      certificateFiles,
      certificates: certificatesIn(certificateFiles, keyring),
      holderOf: (certificate) => holders.get(certificate),
    },
  };
}

function certificatesIn(files: CertificateFiles, { policy }: Keyring): CertificateSet {
  return new CertificateSet(
    [...files.values()].map((file) => ({
      fingerprint: file.fingerprint,
      keys: file.outline.keys,
      load: () => file.load(),
      evaluated: () => file.evaluated(policy['sha1-bindings']),
    })),
  );
}

export const refused = (
  ...findings: readonly Finding[]
): { readonly ok: false; readonly findings: readonly Finding[] } => ({
  ok: false,
  findings,
});

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

function unlisted(files: ReadonlyMap<Fingerprint, unknown>, holders: Holders): readonly Finding[] {
  return [...files.keys()]
    .filter((fingerprint) => !holders.has(fingerprint))
    .map((fingerprint) => {
      const path = certificatePath(fingerprint);
      const message = `${path} is there, but the keyring file lists ${fingerprint} with nobody.`;
      return finding('keyring.certificate-file', { path }, message, { mend: `Remove ${path}.` });
    });
}

function listedFile(
  fingerprint: Fingerprint,
  files: ReadonlyMap<Fingerprint, CertificateFile | Finding>,
  holders: Holders,
): CertificateFile | Finding {
  const path = certificatePath(fingerprint);
  const file = files.get(fingerprint);
  if (file === undefined) {
    const holder = holders.get(fingerprint)?.id ?? '';
    const message = `${path} is missing: the keyring file lists certificate ${fingerprint} with ${holder}.`;
    return finding('keyring.certificate-file', { path }, message);
  }
  if ('code' in file || file.fingerprint === fingerprint) return file;
  return finding(
    'keyring.certificate-file',
    { path },
    `${path} holds another certificate: ${file.fingerprint}.`,
  );
}
