import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { readCertificates } from '../core/openpgp/certificate.ts';
import type { Finding } from '../core/report/report.ts';
import { auditKeyring } from '../core/trust/audit-keyring.ts';
import { type KeyringState, openKeyring } from '../core/trust/keyring-state.ts';
import { openKeyringFolder } from './keyring-folder.ts';

/**
 * Reads what `--keyring` names: a keyring folder (with keyring.toml), or a file or folder of certificates, whose
 * holders then are known signers without authority (docs/cli). Nobody needs to have signed the keyring file:
 * whoever gives the flag vouches for it.
 */
export async function readFixedKeyring(path: string): Promise<KeyringState> {
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
  const opened = files && openKeyring(files);
  if (opened?.ok === true) return opened.state;
  throw unreadable(path, opened?.findings ?? []);
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

async function certificatesIn(paths: readonly string[]): Promise<KeyringState> {
  const readings = await Promise.all(paths.map(async (path) => readCertificates(await readFile(path))));
  const certificates = readings.flatMap((reading) => reading.certificates);
  if (certificates.length > 0) return auditKeyring(certificates);
  throw new Fault(
    'keyring.unreadable',
    `No OpenPGP certificate could be read from ${paths.join(', ')}.`,
    'Export certificates with gpg --armor --export FINGERPRINT.',
  );
}
