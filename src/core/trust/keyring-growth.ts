import type { Fingerprint } from '../openpgp/certificate.ts';
import { compareCertificates } from '../openpgp/growth.ts';
import { finding, type Finding } from '../report/report.ts';
import { type CertificateFiles, certificatePath, type KeyringState } from './keyring-state.ts';
import { readOneCertificate } from './one-certificate.ts';

/**
 * What is wrong with the certificates that stand in both folders: they may grow by packets that their own key
 * signed, and lose none (trust model, section 3). The signatures of the admins cover the keyring file and not
 * these files, so this holds for a new version of the keyring file too; a certificate that has to lose packets
 * is removed in one version and added in a later one.
 */
export async function judgeCertificateGrowth(
  before: CertificateFiles,
  after: CertificateFiles,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [fingerprint, old] of before) {
    const now = after.get(fingerprint);
    if (now === undefined || now.holdsTheSameAs(old)) continue;
    findings.push(...growthOf(fingerprint, await old.read(), await now.read()));
  }
  return findings;
}

function growthOf(fingerprint: Fingerprint, old: Uint8Array, now: Uint8Array): readonly Finding[] {
  const path = certificatePath(fingerprint);
  const { relation, removed, invalid } = compareCertificates(old, now);
  if (relation === 'same' || relation === 'grown') return [];
  if (removed > 0) {
    const message = `${path} has lost ${removed} ${removed === 1 ? 'packet' : 'packets'} of certificate ${fingerprint}.`;
    return [finding('keyring.certificate-shrunk', { path }, message)];
  }
  const message = `${path} gained something that certificate ${fingerprint} did not sign itself: ${someOf(invalid)}`;
  return [finding('keyring.certificate-file', { path }, message)];
}

/**
 * What forbids certificate files that the step brings or changes: each must be fit to be evaluated. Those that stood
 * before were, when they came (trust model, section 3.1).
 */
export async function judgeNewCertificates(
  before: KeyringState,
  after: KeyringState,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [fingerprint, now] of after.certificateFiles) {
    if (before.certificateFiles.get(fingerprint)?.holdsTheSameAs(now) === true) continue;
    const path = certificatePath(fingerprint);
    const reading = readOneCertificate(await now.read(), { path }, after.keyring.policy['sha1-bindings']);
    if ('code' in reading) findings.push(reading);
  }
  return findings;
}

/** The first few: whoever adds one packet can add thousands. */
function someOf(sentences: readonly string[]): string {
  const more = sentences.length - listed;
  return sentences.slice(0, listed).join(' ') + (more > 0 ? ` ${more} more were added like that.` : '');
}

const listed = 3;
