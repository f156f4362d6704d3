import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keyringFolderDigest } from '../core/chain/ledger-record.ts';
import { dirhash } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import { readCertificates } from '../core/openpgp/certificate.ts';
import type { Finding } from '../core/report/report.ts';
import { auditKeyring } from '../core/trust/audit-keyring.ts';
import { type KeyringState, openKeyring } from '../core/trust/keyring-state.ts';
import { openKeyringFolder } from './keyring-folder.ts';

/** One keyring for every position, with a digest of all bytes that it was read from. */
interface FixedKeyring {
  readonly keyring: KeyringState;
  readonly digest: string;
}

/**
 * Reads what `--keyring` names: a keyring folder (with keyring.toml), or a file or folder of certificates, whose
 * holders then are known signers without authority (docs/cli). Nobody needs to have signed the keyring file:
 * whoever gives the flag vouches for it.
 */
export async function readFixedKeyring(path: string): Promise<FixedKeyring> {
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) {
    throw new Fault(
      'file.not-found',
      `There is no keyring folder or certificate file ${path}.`,
      'Give the path of a keyring folder, or of certificates exported with gpg --export.',
    );
  }
  if (!kind.isDirectory()) return certificatesIn([path]);
  const names = (await readdir(path)).sort();
  if (!names.includes('keyring.toml')) return certificatesIn(names.map((name) => join(path, name)));
  const files = await openKeyringFolder(path).read();
  if (files === undefined) throw unreadable(path, []);
  const opened = openKeyring(files);
  if (!opened.ok) throw unreadable(path, opened.findings);
  return { keyring: opened.state, digest: `folder ${keyringFolderDigest(opened.state)}` };
}

/** As many problems as help to mend the file at once; those that name a line come first. */
const mostProblems = 5;

function unreadable(path: string, findings: readonly Finding[]): Fault {
  const located = findings.toSorted(
    (one, other) => Number(other.at.line !== undefined) - Number(one.at.line !== undefined),
  );
  const [first] = located;
  const problems = located
    .slice(0, mostProblems)
    .map(({ message }) => message)
    .join(' ');
  return new Fault(
    'keyring.unreadable',
    first === undefined ? `${path} has no keyring file.` : problems,
    first?.mend ?? 'Run opam-signet keyring check.',
  );
}

async function certificatesIn(paths: readonly string[]): Promise<FixedKeyring> {
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  const readings = contents.map((content) => readCertificates(content));
  const certificates = readings.flatMap((reading) => reading.certificates);
  const digest = dirhash(new Map(contents.map((content, index) => [String(index), content])));
  if (certificates.length > 0)
    return { keyring: auditKeyring(certificates), digest: `certificates ${digest}` };
  throw new Fault(
    'keyring.unreadable',
    `No OpenPGP certificate could be read from ${paths.join(', ')}.`,
    'Export certificates with gpg --armor --export FINGERPRINT.',
  );
}
