import type { Fingerprint } from '../openpgp/certificate.ts';
import { compareCertificates } from '../openpgp/growth.ts';
import { finding, type Finding } from '../report/report.ts';
import { certificatePath, type KeyringFiles, type KeyringState } from './keyring-state.ts';
import { readOneCertificate } from './one-certificate.ts';

/**
 * What is wrong with the certificates that stand in both folders: they may grow by packets that their own key
 * signed, and lose none (trust model, section 3). The signatures of the admins cover the keyring file and not
 * these files, so this holds for a new version of the keyring file too; a certificate that has to lose packets
 * is removed in one version and added in a later one.
 */
export function judgeCertificateGrowth(before: KeyringFiles, after: KeyringFiles): readonly Finding[] {
  return [...before.certificates].flatMap(([fingerprint, old]) => {
    const now = after.certificates.get(fingerprint);
    return now === undefined || isSame(old, now) ? [] : growthOf(fingerprint, old, now);
  });
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one === other || (one.length === other.length && Buffer.compare(one, other) === 0);

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
export function judgeNewCertificates(before: KeyringState, after: KeyringState): readonly Finding[] {
  return [...after.files.certificates].flatMap(([fingerprint, now]) => {
    const old = before.files.certificates.get(fingerprint);
    if (old !== undefined && isSame(old, now)) return [];
    const path = certificatePath(fingerprint);
    const reading = readOneCertificate(now, { path }, after.keyring.policy['sha1-bindings']);
    return 'code' in reading ? [reading] : [];
  });
}

/** The first few: whoever adds one packet can add thousands. */
function someOf(sentences: readonly string[]): string {
  const more = sentences.length - listed;
  return sentences.slice(0, listed).join(' ') + (more > 0 ? ` ${more} more were added like that.` : '');
}

const listed = 3;
