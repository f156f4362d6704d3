import type { Seconds } from '../ports.ts';
import { hashAlgorithm } from './algorithms.ts';
import type { KeyPacket } from './key-packet.ts';
import type { Packet } from './packet.ts';
import { expiryOf, readSignaturePacket, signatureTypes, type SignaturePacket } from './signature-packet.ts';
import { hasLongEnoughDigest, isMadeBy } from './verification.ts';

/** A signature by the primary key over a part of its own certificate that verified. */
export interface SelfSignature {
  readonly packet: Packet;
  readonly signature: SignaturePacket;
  readonly revokes: boolean;
  /** It, or the consent in it, was made with SHA-1 (trust model, section 2.6). */
  readonly sha1: boolean;
  /** A subkey that may sign must say itself that it belongs here (RFC 9580, section 5.2.1.9); true elsewhere. */
  readonly consent: boolean;
  /** When that consent expires; Infinity if never, and where none is needed. */
  readonly consentEnds: Seconds;
}

/** The verified self-signatures of one component, and the packets that claimed to be some and were not. */
export interface SelfSignatures {
  readonly valid: readonly SelfSignature[];
  readonly invalid: readonly Packet[];
}

/** What a component's self-signatures cover, and by which types. */
export interface Subject {
  readonly covered: readonly Uint8Array[];
  readonly statements: ReadonlySet<number>;
  readonly revocation: number;
  /** The subkey that must consent. */
  readonly subkey: KeyPacket | undefined;
}

/** How many verifications one certificate may cost: room for any real one, and junk can't stop everybody's work. */
const maximumVerifications = 2_000;

/** Counts the verifications of one certificate. */
export class VerificationBudget {
  #left = maximumVerifications;

  /** More was asked for than is allowed: the certificate must not be used at all, since a revocation may be missing. */
  get exceeded(): boolean {
    return this.#left < 0;
  }

  spend(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }
}

/**
 * Verifies each signature that says it is the primary key's, or doesn't say whose it is. Others'
 * certifications are passed over: nothing here rests on them. So are revocations by designated revokers.
 */
export function readSelfSignatures(
  packets: readonly Packet[],
  subject: Subject,
  primary: KeyPacket,
  budget: VerificationBudget,
): SelfSignatures {
  const valid: SelfSignature[] = [];
  const invalid: Packet[] = [];
  for (const packet of packets) {
    const reading = readSignaturePacket(packet.body);
    if (reading.ok && !claimsIssuer(reading.signature, primary)) continue;
    const found = reading.ok
      ? authenticatePacket(packet, reading.signature, subject, primary, budget)
      : undefined;
    if (found === undefined) invalid.push(packet);
    else valid.push(found);
  }
  return { valid, invalid };
}

/** Hashed fingerprints decide, then hashed key ids, then unhashed ones; a signature that names nobody may be anyone's. */
function claimsIssuer({ hashed, unhashed }: SignaturePacket, key: KeyPacket): boolean {
  if (hashed.issuerFingerprints.length > 0)
    return hashed.issuerFingerprints.every((one) => one === key.fingerprint);
  const ids = hashed.issuerKeyIds.length > 0 ? hashed.issuerKeyIds : unhashed.issuerKeyIds;
  return ids.length === 0 || ids.includes(key.keyId);
}

function authenticatePacket(
  packet: Packet,
  signature: SignaturePacket,
  subject: Subject,
  primary: KeyPacket,
  budget: VerificationBudget,
): SelfSignature | undefined {
  const revokes = signature.type === subject.revocation;
  if (!revokes && !subject.statements.has(signature.type)) return undefined;
  // revocations count whatever their hash, date or unknown parts: they only ever take away
  if (!revokes && !isSound(signature, primary, (subject.subkey ?? primary).created)) return undefined;
  if (!budget.spend() || !isMadeBy(signature, primary, subject.covered)) return undefined;
  const consents = revokes ? [] : consentsIn(signature, subject, budget);
  return {
    packet,
    signature,
    revokes,
    sha1: isSha1(signature) || (consents.length > 0 && consents.every(isSha1)),
    consent: subject.subkey === undefined || consents.length > 0 || !flagsSigning(signature),
    consentEnds: consents.length > 0 ? Math.max(...consents.map(expiryOf)) : Infinity,
  };
}

/**
 * The subkey's own statements that it belongs to this primary key. They prove themselves, so they may stand in the
 * unhashed area, where gpg puts them.
 */
function consentsIn(
  binding: SignaturePacket,
  { subkey, covered }: Subject,
  budget: VerificationBudget,
): SignaturePacket[] {
  if (subkey === undefined || !flagsSigning(binding)) return [];
  return [...binding.hashed.embedded, ...binding.unhashed.embedded].flatMap((body) => {
    const reading = readSignaturePacket(body);
    if (!reading.ok || reading.signature.type !== signatureTypes.primaryKeyBinding) return [];
    const { signature } = reading;
    const counts =
      isSound(signature, subkey, subkey.created) && budget.spend() && isMadeBy(signature, subkey, covered);
    return counts ? [signature] : [];
  });
}

/** Not older than the key it speaks of, nothing critical that is unknown, and no hash that is broken altogether. */
function isSound(signature: SignaturePacket, signer: KeyPacket, subjectCreated: Seconds): boolean {
  if (signature.created < subjectCreated || signature.hashed.unknownCritical !== undefined) return false;
  const hash = hashAlgorithm(signature.hashAlgorithm);
  return isSha1(signature) || (hash !== undefined && !hash.weak && hasLongEnoughDigest(hash, signer));
}

const isSha1 = ({ hashAlgorithm: id }: SignaturePacket): boolean => id === 2;

/** Key flag 0x02: may make data signatures (RFC 9580, section 5.2.3.29). No flags at all: may not. */
export const flagsSigning = ({ hashed }: SignaturePacket): boolean => ((hashed.keyFlags ?? 0) & 0x02) !== 0;
