import { parseFingerprint, takeApart, type UnverifiedCertificate } from '../core/openpgp/certificate.ts';
import type { CertificateDirectory, DirectoryName } from '../core/trust/certificate-directory.ts';
import { finding, type Finding } from '../core/report/report.ts';
import type { Seconds } from '../core/ports.ts';
import { usableKeys, type GivenCertificate } from './change-keyring-certificate.ts';
import { refuse, type Outcome } from './change-keyring-draft.ts';

/** Where to look for a certificate, and by what: an e-mail address, a whole fingerprint, an account. */
export interface DirectoryQuery {
  readonly directory: DirectoryName;
  readonly query: string;
}

export const directoryTitles: Record<DirectoryName, string> = {
  gpg: 'your gpg keyring',
  wkd: 'the Web Key Directory',
  server: 'the key server',
  github: 'GitHub',
};

/**
 * Looks certificates up. An address or account that gives several is clear only if one of them can sign; an account
 * lists all that its owner uses, so there every one that can sign is taken.
 */
export async function findCertificates(
  directories: readonly CertificateDirectory[],
  queries: readonly DirectoryQuery[],
  now: Seconds,
): Promise<Outcome<readonly GivenCertificate[]>> {
  const found: GivenCertificate[] = [];
  for (const { directory, query } of queries) {
    const where = directories.find(({ name }) => name === directory);
    const answer = where === undefined ? notFound(directory, query) : await lookUp(where, query, now);
    if ('code' in answer) return refuse(answer);
    found.push(...answer);
  }
  return { ok: true, value: found };
}

async function lookUp(
  directory: CertificateDirectory,
  query: string,
  now: Seconds,
): Promise<readonly GivenCertificate[] | Finding> {
  const found = await certificatesAt(directory, query);
  if ('code' in found) return found;
  if (found.length < 2)
    return found.length === 0 ? notFound(directory.name, query) : found.map(({ given }) => given);
  const able = found.filter(({ parts }) => {
    const certificate = parts.evaluate('note');
    return !('code' in certificate) && usableKeys(certificate, now).length > 0;
  });
  if (able.length === 1 || (able.length > 0 && directory.name === 'github'))
    return able.map(({ given }) => given);
  const names = (able.length === 0 ? found : able).map(({ parts }) => parts.fingerprint).join(', ');
  const message = `${directoryTitles[directory.name]} has several certificates under ${query}: ${names}.`;
  const mend = 'Look which one is meant, and name it by its whole fingerprint.';
  return finding('keyring.certificate-not-found', { reference: query }, message, { mend });
}

interface Found {
  readonly parts: UnverifiedCertificate;
  readonly given: GivenCertificate;
}

/**
 * The certificates at a directory that are what was asked for, without signatures of others and images: a directory
 * may answer with whatever it likes.
 */
export async function certificatesAt(
  directory: CertificateDirectory,
  query: string,
): Promise<readonly Found[] | Finding> {
  const title = directoryTitles[directory.name];
  const found: Found[] = [];
  for (const data of await directory.find(query)) {
    const { certificates, problems } = takeApart(data);
    const secret = problems.find(({ code }) => code === 'certificate.secret-key');
    if (secret !== undefined) {
      return finding('keyring.secret-key', { reference: query }, `${title}, ${query}: ${secret.message}`);
    }
    for (const parts of certificates.filter((one) => answers(one, query, directory.name))) {
      const minimal = parts.minimal();
      if (!minimal.ok) continue;
      found.push({ parts, given: { source: `${title}: ${parts.fingerprint}`, data: minimal.certificate } });
    }
  }
  return found;
}

function answers(parts: UnverifiedCertificate, query: string, directory: DirectoryName): boolean {
  if (directory === 'github') return true;
  const fingerprint = parseFingerprint(query);
  if (fingerprint !== undefined) return parts.keys.some((key) => key.fingerprint === fingerprint);
  const certificate = parts.evaluate('note');
  return !('code' in certificate) && addressesOf(certificate.userIds).includes(query.toLowerCase());
}

/** The e-mail addresses in user ids, in small letters. */
export const addressesOf = (userIds: readonly string[]): readonly string[] =>
  userIds
    .flatMap((userId) => /<([^<>\s]+@[^<>\s]+)>\s*$|^([^<>\s]+@[^<>\s]+)$/.exec(userId)?.slice(1) ?? [])
    .flatMap((address: string | undefined) => address?.toLowerCase() ?? []);

function notFound(directory: DirectoryName, query: string): Finding {
  const message = `${directoryTitles[directory]} has no certificate of ${query}.`;
  return finding('keyring.certificate-not-found', { reference: query }, message);
}
