import {
  takeApart,
  type Certificate,
  type CertificateProblem,
  type Sha1Bindings,
  type UnverifiedCertificate,
} from '../openpgp/certificate.ts';
import type { RepositoryPath } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';

/** Where a certificate is read from: a file of the repository, or one that somebody gave. */
export type CertificateSource = { readonly path: RepositoryPath } | { readonly file: string };

/**
 * Reads a certificate where there must be one and nothing else (trust model, section 3). A second certificate, a
 * secret key and packets that belong to no certificate are refused with the whole file.
 */
export function readOneCertificate(
  data: Uint8Array,
  source: CertificateSource,
  sha1Bindings: Sha1Bindings,
): Certificate | Finding {
  const one = takeOneApart(data, source);
  if ('code' in one) return one;
  const certificate = one.evaluate(sha1Bindings);
  return 'code' in certificate ? unreadable(certificate, source) : certificate;
}

type Parts = ReturnType<typeof takeApart>;

/**
 * Keyrings of one history share nearly all their files, as the very same bytes in memory: each is taken apart and
 * evaluated once. Nobody writes into bytes that were read.
 */
const known = new WeakMap<Uint8Array, Parts>();

/** The same without verifying what the certificate says of itself: its keys are known by name alone. */
export function takeOneApart(data: Uint8Array, source: CertificateSource): UnverifiedCertificate | Finding {
  const parts = known.get(data) ?? takeApart(data);
  known.set(data, parts);
  const { certificates, problems } = parts;
  const name = nameOf(source);
  const [problem] = [...problems.filter(isSecretKey), ...problems];
  if (problem !== undefined) return unreadable(problem, source);
  const [certificate, ...others] = certificates;
  if (certificate === undefined) {
    return finding('keyring.certificate-file', source, `${name} holds no OpenPGP certificate.`);
  }
  if (others.length === 0) return certificate;
  const fingerprints = certificates.map(({ fingerprint }) => fingerprint).join(', ');
  const message = `${name} holds ${certificates.length} certificates where one belongs: ${fingerprints}.`;
  return finding('keyring.certificate-file', source, message);
}

const isSecretKey = ({ code }: CertificateProblem): boolean => code === 'certificate.secret-key';

const unreadable = (problem: CertificateProblem, source: CertificateSource): Finding =>
  finding(
    isSecretKey(problem) ? 'keyring.secret-key' : 'keyring.certificate-file',
    source,
    `${nameOf(source)}: ${problem.message}`,
  );

const nameOf = (source: CertificateSource): string => ('path' in source ? source.path : source.file);
