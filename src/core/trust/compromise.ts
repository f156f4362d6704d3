import type { Fingerprint } from '../openpgp/certificate.ts';
import { finding, type Finding } from '../report/report.ts';
import { keyringPath, type KeyringState } from './keyring-state.ts';

/**
 * Why no signature of a key counts, whatever its date, according to a keyring: a hard revocation in its
 * certificate, or an entry in `[[compromised]]` (trust model, section 2.7). Undefined if nothing is known.
 */
export function whyVoid(
  key: Fingerprint,
  certificate: Fingerprint,
  { keyring, certificates }: KeyringState,
): string | undefined {
  const entry = keyring.compromised.find(
    ({ fingerprint }) => fingerprint === key || fingerprint === certificate,
  );
  if (entry !== undefined)
    return `The keyring file lists ${entry.fingerprint} as compromised: ${entry.reason}.`;
  const revoked = certificates
    .find(certificate)
    ?.keys.find((one) => one.hardRevocation !== undefined && (one.fingerprint === key || one.primary));
  if (revoked === undefined) return undefined;
  return `Key ${revoked.fingerprint} was revoked as compromised: ${revoked.hardRevocation?.reason ?? ''}.`;
}

/**
 * What the next version of a keyring forgets of compromised keys. History is judged with what the keyring at the tip
 * knows (trust model, section 2.7), so that taking a revoked certificate out, or an entry of `[[compromised]]`, would
 * make everything good again that its thief has signed.
 */
export async function forgotten(before: KeyringState, after: KeyringState): Promise<readonly Finding[]> {
  const listed = before.keyring.compromised.map(({ fingerprint }) => ({
    key: fingerprint,
    certificate: fingerprint,
  }));
  const gone = [...before.certificateFiles.keys()].filter(
    (fingerprint) => !after.certificates.has(fingerprint),
  );
  await before.certificates.load(gone);
  await after.certificates.load(listed.map(({ certificate }) => certificate));
  const takenOut = gone.flatMap((fingerprint) => before.certificates.find(fingerprint) ?? []);
  const revoked = takenOut.flatMap(({ fingerprint, keys }) => {
    const hard = keys.filter(({ hardRevocation }) => hardRevocation !== undefined);
    const primary = hard.filter((key) => key.primary);
    return (primary.length > 0 ? primary : hard).map((key) => ({
      key: key.fingerprint,
      certificate: fingerprint,
    }));
  });
  return [...listed, ...revoked]
    .filter(({ key, certificate }) => whyVoid(key, certificate, after) === undefined)
    .map(({ key }) => {
      const message = `Version ${after.keyring.version} of the keyring file no longer tells that key ${key} is compromised.`;
      return finding('keyring.compromise-forgotten', { path: keyringPath }, message);
    });
}
