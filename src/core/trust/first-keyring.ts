import { finding, type Finding } from '../report/report.ts';
import type { TrustAnchor } from './anchor.ts';
import { assessSignatures, idleSignatures, thresholdFindings, type KeyringTimes } from './approval.ts';
import { hasExpired } from './authority.ts';
import { printMoment } from './keyring-rules.ts';
import { keyringPath, signaturesPath, type KeyringState } from './keyring-state.ts';

/**
 * Whether a trust anchor vouches for a keyring that is not known from an earlier one (trust model, section 3,
 * "First keyring"): a quorum of its fingerprints signed it, each for another contributor, and so did as many of
 * the keyring's own admins as its threshold asks for. Accepted if no finding is an error.
 */
export async function judgeFirstKeyring(
  state: KeyringState,
  anchor: TrustAnchor,
  times: KeyringTimes,
): Promise<readonly Finding[]> {
  const { keyring } = state;
  const assessments = await assessSignatures(state, state, times);
  const findings: Finding[] = [];
  if (anchor.repository !== undefined && anchor.repository !== keyring.repository) {
    const message = `The keyring file is for ${keyring.repository}; the trust anchor is for ${anchor.repository}.`;
    findings.push(finding('keyring.repository', { path: keyringPath }, message));
  }
  const vouching = new Map(
    assessments.flatMap((one) =>
      one.counts && anchor.fingerprints.includes(one.certificate)
        ? [[one.contributor.id, one.certificate] as const]
        : [],
    ),
  );
  if (anchor.quorum < 1 || vouching.size < anchor.quorum) {
    const signed = [...vouching].map(([id, certificate]) => `${id} (${certificate})`).join('; ');
    const message =
      `Version ${keyring.version} of the keyring file needs the signatures of ${anchor.quorum} of the trust anchor's fingerprints ` +
      `${anchor.fingerprints.join(', ')}, each of another person, and has ${vouching.size}${signed === '' ? '' : `: ${signed}`}.`;
    findings.push(finding('keyring.first', { path: signaturesPath }, message));
  }
  if (hasExpired(keyring, times.position)) {
    const message = `Version ${keyring.version} of the keyring file expired on ${printMoment(keyring.expires)}.`;
    findings.push(finding('keyring.expired', { path: keyringPath }, message));
  }
  return [
    ...findings,
    ...thresholdFindings(keyring, state, assessments),
    ...idleSignatures(assessments, assessments),
  ];
}
