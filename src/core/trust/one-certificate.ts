import { readCertificates, type Certificate, type Sha1Bindings } from '../openpgp/certificate.ts';
import type { RepositoryPath } from '../ports.ts';
import { finding, type Finding } from '../report/report.ts';

/** Where a certificate is read from: a file of the repository, or one that somebody gave. */
export type CertificateSource = { readonly path: RepositoryPath } | { readonly file: string };

/**
 * Reads a certificate where there must be one and nothing else (trust model, section 3). A second certificate, a
 * secret key and packets that belong to no certificate are refused with the whole file.
 */
export async function readOneCertificate(
  data: Uint8Array,
  source: CertificateSource,
  sha1Bindings: Sha1Bindings,
): Promise<Certificate | Finding> {
  const name = 'path' in source ? source.path : source.file;
  const { certificates, problems } = await readCertificates(data, { sha1Bindings });
  const secret = problems.find(({ code }) => code === 'certificate.secret-key');
  if (secret !== undefined) return finding('keyring.secret-key', source, `${name}: ${secret.message}`);
  const [problem] = problems;
  if (problem !== undefined)
    return finding('keyring.certificate-file', source, `${name}: ${problem.message}`);
  const [certificate, ...others] = certificates;
  if (certificate === undefined) {
    return finding('keyring.certificate-file', source, `${name} holds no OpenPGP certificate.`);
  }
  if (others.length === 0) return certificate;
  const fingerprints = certificates.map(({ fingerprint }) => fingerprint).join(', ');
  const message = `${name} holds ${certificates.length} certificates where one belongs: ${fingerprints}.`;
  return finding('keyring.certificate-file', source, message);
}
