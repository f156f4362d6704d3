import { armorCertificate } from '../core/openpgp/armor.ts';
import {
  keyStanding,
  type Certificate,
  type CertificateFacts,
  type Fingerprint,
} from '../core/openpgp/certificate.ts';
import { minimalCertificate } from '../core/openpgp/minimal.ts';
import type { Seconds } from '../core/ports.ts';
import { finding, type Finding } from '../core/report/report.ts';
import { readOneCertificate } from '../core/trust/one-certificate.ts';
import type { Policy } from '../core/trust/policy.ts';
import type { Outcome } from './change-keyring-draft.ts';

/** A certificate as somebody hands it over: a file, or the signer's own. */
export interface GivenCertificate {
  /** For messages: the file's name, or `gpg key 0123…`. */
  readonly source: string;
  readonly data: Uint8Array;
}

/** A certificate ready for the keyring folder. */
export interface AcceptedCertificate {
  readonly certificate: Certificate;
  /** Armored, with nothing in it that its own key did not sign. */
  readonly file: Uint8Array;
}

/** Opens given certificates: each exactly one, public, with a key that may sign now. */
export function acceptCertificates(
  given: readonly GivenCertificate[],
  policy: Policy,
  now: Seconds,
): Outcome<readonly AcceptedCertificate[]> {
  const readings = given.map((one) => acceptCertificate(one, policy, now));
  const findings = readings.filter((one) => 'code' in one);
  if (findings.length > 0) return { ok: false, findings };
  return { ok: true, value: readings.flatMap((one) => ('code' in one ? [] : [one])) };
}

export function acceptCertificate(
  { source, data }: GivenCertificate,
  policy: Policy,
  now: Seconds,
): AcceptedCertificate | Finding {
  const place = { file: source };
  const certificate = readOneCertificate(data, place, policy['sha1-bindings']);
  if ('code' in certificate) return certificate;
  if (usableKeys(certificate, now).length === 0) {
    const message = `${source}: no key of certificate ${certificate.fingerprint} may sign now: ${standings(certificate, now)}.`;
    return finding('keyring.no-signing-key', place, message);
  }
  const minimal = minimalCertificate(data);
  if (!minimal.ok) return finding('keyring.certificate-file', place, `${source}: ${minimal.message}`);
  return { certificate, file: new TextEncoder().encode(armorCertificate(minimal.certificate)) };
}

/** The keys of a certificate that may sign at this time. */
export const usableKeys = (certificate: CertificateFacts, at: Seconds) =>
  certificate.keys.filter((key) => keyStanding(key, at) === 'usable');

/** Each key with why it may or may not sign, in words. */
export const standings = (certificate: CertificateFacts, at: Seconds): string =>
  certificate.keys.map((key) => `${key.fingerprint} is ${keyStanding(key, at)}`).join(', ');

/** The name in a user id: what stands before the address. */
export function nameIn({ userIds }: Certificate): string | undefined {
  const name = userIds[0]?.replace(/\s*<[^<>]*>\s*$/, '').trim();
  return name === '' ? undefined : name;
}

/** Certificate files with those that are new; what stands already stays as it is, since it may only grow. */
export function withCertificates(
  standing: ReadonlyMap<Fingerprint, Uint8Array>,
  accepted: readonly AcceptedCertificate[],
): ReadonlyMap<Fingerprint, Uint8Array> {
  const added = accepted.filter(({ certificate }) => !standing.has(certificate.fingerprint));
  return new Map([
    ...standing,
    ...added.map(({ certificate, file }) => [certificate.fingerprint, file] as const),
  ]);
}
