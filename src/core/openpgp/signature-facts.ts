import type { Seconds } from '../ports.ts';
import { hashAlgorithm, keyAlgorithmLabel, weaknessOfAlgorithm } from './algorithms.ts';
import {
  malformed,
  readSignature,
  readSignatures,
  refused,
  type ArmoredSignature,
  type RefusedSignature,
} from './armored-signature.ts';
import type { CertificateKey, Fingerprint } from './certificate.ts';
import type { Candidate, CertificateSet } from './certificate-set.ts';
import { expiryOf, signatureTypes, type SignaturePacket } from './signature-packet.ts';
import { hasLongEnoughDigest, isMadeBy, isWholeMaterial } from './verification.ts';

/** What does not depend on when it is asked, nor on the certificates' dates: safe to keep with their digest. */
export type SignatureFacts = VerifiedSignature | RefusedSignature;

/** The key made this signature over the payload. Whether it was allowed to is another question. */
export interface VerifiedSignature {
  readonly verified: true;
  readonly fingerprint: Fingerprint;
  readonly made: Seconds;
  /** When the signature itself expires; undefined if never. */
  readonly expires: Seconds | undefined;
  /** Why the signature proves nothing although it verifies: its hash function. */
  readonly weakness: string | undefined;
}

/** Verifies one armored signature over one payload, as commits and tags carry them (trust model, section 2). */
export const verifySignature = (
  payload: Uint8Array,
  signature: Uint8Array,
  certificates: CertificateSet,
): SignatureFacts => verifyRead(payload, readSignature(signature), certificates);

/** The same, with certificates that are made ready only now. */
export async function verifyOnDemand(
  payload: Uint8Array,
  signature: Uint8Array,
  certificates: CertificateSet,
): Promise<SignatureFacts> {
  const reading = readSignature(signature);
  await loadNamed(reading, certificates);
  return verifyRead(payload, reading, certificates);
}

/** Verifies each of several signatures in one armored block, as `keyring.toml.asc` has them. */
export const verifyDetached = (
  payload: Uint8Array,
  armored: string,
  certificates: CertificateSet,
): readonly SignatureFacts[] =>
  readSignatures(armored).map((reading) => verifyRead(payload, reading, certificates));

/**
 * Makes ready every certificate that judging these armored signatures can ask for: those with a key that one of them
 * names. What cannot be read as signatures names nobody.
 */
export async function loadIssuers(armored: string, certificates: CertificateSet): Promise<void> {
  if (certificates.isAtHand) return;
  for (const reading of readSignatures(armored)) await loadNamed(reading, certificates);
}

async function loadNamed(reading: ArmoredSignature, certificates: CertificateSet): Promise<void> {
  if (!reading.ok || certificates.isAtHand) return;
  const { hashed, unhashed } = reading.signature;
  await certificates.load([...hashed.issuerFingerprints, ...hashed.issuerKeyIds, ...unhashed.issuerKeyIds]);
}

function verifyRead(
  payload: Uint8Array,
  reading: ArmoredSignature,
  certificates: CertificateSet,
): SignatureFacts {
  if (!reading.ok) return reading.refusal;
  const { signature } = reading;
  if (signature.type !== signatureTypes.binary) {
    return malformed(
      `it is of type 0x${signature.type.toString(16).padStart(2, '0')}, not a signature over a binary document (0x00)`,
      signature,
    );
  }
  if (isWholeMaterial(signature) === false)
    return malformed('its numbers are cut off or followed by other bytes', signature);
  const { unknownCritical } = signature.hashed;
  if (unknownCritical !== undefined) {
    const message = `The signature must not be accepted by whoever does not know ${unknownCritical}, which it marks as critical. Sign without it.`;
    return refused('bad', 'bad', message, signature);
  }
  return verifyByCandidates(payload, signature, certificates);
}

/** Finds the keys that may have made the signature (trust model, section 2.3) and tries them. */
function verifyByCandidates(
  payload: Uint8Array,
  signature: SignaturePacket,
  certificates: CertificateSet,
): SignatureFacts {
  const keys = candidateKeys(signature, certificates);
  const [key, another] = keys;
  if (key === undefined) return unknownKey(signature);
  if (another !== undefined) {
    const message = `The signature names only key id ${key.keyId}, which ${keys.length} keys share: ${keys.map((one) => one.fingerprint).join(', ')}. Sign with a program that names the whole fingerprint, such as gpg 2.2 or later.`;
    return refused('bad', 'ambiguous-issuer', message, signature);
  }
  const obstacle = obstacleTo(key, signature);
  if (obstacle !== undefined) return obstacle;
  if (!isMadeBy(signature, key, [payload])) {
    if (!named(signature, key)) return unknownKey(signature);
    const message = `The signature does not fit: what was signed has been changed since, or key ${key.fingerprint} did not make it.`;
    return { ...refused('bad', 'bad', message, signature), fingerprint: key.fingerprint };
  }
  if (!named(signature, key)) {
    const message = `Key ${key.fingerprint} made the signature, which says that it is by ${signature.hashed.issuerFingerprints.concat(signature.hashed.issuerKeyIds).join(', ')}.`;
    return { ...refused('bad', 'issuer-mismatch', message, signature), fingerprint: key.fingerprint };
  }
  const expires = expiryOf(signature);
  return {
    verified: true,
    fingerprint: key.fingerprint,
    made: signature.created,
    expires: expires === Infinity ? undefined : expires,
    weakness: weaknessOf(signature, key),
  };
}

/** Distinct keys: by whole fingerprint where the signature vouches for one that is known, else by key id. */
function candidateKeys(
  { hashed, unhashed }: SignaturePacket,
  certificates: CertificateSet,
): CertificateKey[] {
  const named = hashed.issuerFingerprints.flatMap((one) => certificates.withFingerprint(one));
  const ids = [...hashed.issuerKeyIds, ...unhashed.issuerKeyIds];
  const found: readonly Candidate[] =
    named.length > 0 ? named : ids.flatMap((id) => certificates.withKeyId(id));
  return [...new Map(found.map(({ key }) => [key.fingerprint, key])).values()];
}

/** Whether everything that the signature itself vouches for about its issuer is true of this key. */
const named = ({ hashed }: SignaturePacket, key: CertificateKey): boolean =>
  hashed.issuerFingerprints.every((one) => one === key.fingerprint) &&
  hashed.issuerKeyIds.every((one) => one === key.keyId);

function obstacleTo(key: CertificateKey, signature: SignaturePacket): RefusedSignature | undefined {
  const of = (facts: RefusedSignature): RefusedSignature => ({ ...facts, fingerprint: key.fingerprint });
  if (hashAlgorithm(signature.hashAlgorithm) === undefined) {
    const message = `The signature uses hash function number ${signature.hashAlgorithm}, which is not supported.`;
    return of(refused('unsupported', 'unsupported', message, signature));
  }
  if (key.publicKey !== undefined) return undefined;
  const weakness = weaknessOfAlgorithm(key.algorithmId);
  if (weakness !== undefined) {
    const message = `Signatures by key ${key.fingerprint} (${key.algorithm}) are not verified: ${weakness}.`;
    return of(refused('weak', 'weak-key', message, signature));
  }
  const message = `Signatures by key ${key.fingerprint} (${key.algorithm}) can't be verified: this kind of key is not supported.`;
  return of(refused('unsupported', 'unsupported', message, signature));
}

function weaknessOf(signature: SignaturePacket, key: CertificateKey): string | undefined {
  const hash = hashAlgorithm(signature.hashAlgorithm);
  if (hash === undefined) return undefined;
  if (hash.weak) return `${hash.label} collisions can be made`;
  return hasLongEnoughDigest(hash, key) ? undefined : `${hash.label} is too short for ${key.algorithm}`;
}

function unknownKey(signature: SignaturePacket): RefusedSignature {
  const { hashed, unhashed } = signature;
  const ids = [...new Set([...hashed.issuerKeyIds, ...unhashed.issuerKeyIds])];
  const names = [
    ...hashed.issuerFingerprints.map((fingerprint) => `fingerprint ${fingerprint}`),
    ...ids.map((id) => `key id ${id}`),
  ];
  const algorithm = keyAlgorithmLabel(signature.keyAlgorithm);
  const message =
    names.length === 0
      ? `The signature (${algorithm}) does not say which key made it.`
      : `The key that made the signature is not known here: ${names.join(', ')} (${algorithm}).`;
  return refused('unknown-key', 'unknown-key', message, signature);
}
