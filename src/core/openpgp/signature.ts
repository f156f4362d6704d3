import type { Seconds } from '../ports.ts';
import type { RefusedSignature } from './armored-signature.ts';
import { keyStanding, type CertificateKey, type Fingerprint, type KeyStanding } from './certificate.ts';
import type { Candidate, CertificateSet } from './certificate-set.ts';
import {
  verifyDetached,
  verifyOnDemand,
  verifySignature,
  type SignatureFacts,
  type VerifiedSignature,
} from './signature-facts.ts';
import { isoTime } from './time.ts';
import { covers } from './validity.ts';

/** The ten verdicts on one signature (trust model, section 2). */
export type Verdict =
  | 'good'
  | 'expired-signature'
  | 'expired-key'
  | 'revoked-key'
  | 'weak'
  | 'unknown-key'
  | 'unsupported'
  | 'bad'
  | 'malformed'
  | 'absent';

/** Why the verdict is what it is. Each has an entry `signature.<reason>` in the catalogue. */
export type SignatureReason =
  | 'good'
  | 'absent'
  | 'malformed'
  | 'bad'
  | 'unknown-key'
  | 'ambiguous-issuer'
  | 'issuer-mismatch'
  | 'unsupported'
  | 'ssh'
  | 'x509'
  | 'weak'
  | 'weak-key'
  | 'expired-signature'
  | 'expired-key'
  | 'revoked-key'
  | 'unbound-subkey'
  | 'wrong-capability'
  | 'before-key'
  | 'future';

export interface SignatureTimes {
  /** When the run takes place. */
  readonly now: Seconds;
  /** Where in history the signature is used: now for a pull request, the committer time of P for a step. */
  readonly position: Seconds;
  /** The committer or tagger time of the signed object. */
  readonly object: Seconds;
}

/** The judgement of one signature: never a boolean, always with whole fingerprints. */
export interface SignatureVerdict {
  readonly verdict: Verdict;
  readonly reason: SignatureReason;
  /** One sentence for people, naming keys by whole fingerprint and times as ISO 8601. */
  readonly message: string;
  /** The key that verified (or that the signature names, if it names a whole fingerprint). */
  readonly fingerprint: Fingerprint | undefined;
  /** The primary key of the certificate that the key belongs to; undefined if no certificate has it. */
  readonly certificate: Fingerprint | undefined;
  /** When the signature says it was made. */
  readonly made: Seconds | undefined;
}

/** What git signed and the signature it carries, as src/core/git/signed-object.ts takes them apart. */
export interface SignedBytes {
  readonly payload: Uint8Array;
  /** The text of the signature with its BEGIN and END lines. */
  readonly signature: Uint8Array;
}

/** Judges the one signature of a signed object (trust model, section 2). */
export function judgeSignature(
  signed: SignedBytes,
  certificates: CertificateSet,
  times: SignatureTimes,
): SignatureVerdict {
  return placeInTime(verifySignature(signed.payload, signed.signature, certificates), certificates, times);
}

/** The same, with certificates that are made ready only now: those that have a key which the signature names. */
export async function judgeOnDemand(
  signed: SignedBytes,
  certificates: CertificateSet,
  times: SignatureTimes,
): Promise<SignatureVerdict> {
  const facts = await verifyOnDemand(signed.payload, signed.signature, certificates);
  return placeInTime(facts, certificates, times);
}

/** Judges every signature of one armored block, in its order; a block that can't be read gives one verdict. */
export function judgeDetached(
  payload: Uint8Array,
  armored: string,
  certificates: CertificateSet,
  times: SignatureTimes,
): readonly SignatureVerdict[] {
  return verifyDetached(payload, armored, certificates).map((facts) =>
    placeInTime(facts, certificates, times),
  );
}

/**
 * Decides whether the key that made a signature was allowed to (trust model, section 2.7). A key may stand in several
 * certificates: those that don't allow it have no say, and two that do leave open who signed. Where parts of one
 * certificate were handed over separately, all of them must allow it.
 */
export function placeInTime(
  facts: SignatureFacts,
  certificates: CertificateSet,
  times: SignatureTimes,
): SignatureVerdict {
  if (!facts.verified) return withCertificate(facts, certificates);
  const verdicts = certificates
    .withFingerprint(facts.fingerprint)
    .map((candidate) => placeOne(facts, candidate, times));
  const bad = verdicts.filter(({ verdict }) => verdict !== 'good');
  const good = verdicts.filter(
    (one) => !bad.includes(one) && !bad.some((other) => other.certificate === one.certificate),
  );
  const holders = new Set(good.map(({ certificate }) => certificate));
  const [verdict] = good;
  if (verdict === undefined)
    return bad.find(({ reason }) => reason !== 'unbound-subkey') ?? bad[0] ?? notHere(facts);
  if (holders.size === 1) return verdict;
  const message = `Key ${facts.fingerprint} belongs to several certificates (${[...holders].join(', ')}), so it is not certain who signed. Sign with a key that is in one of them only.`;
  return { ...verdict, verdict: 'bad', reason: 'ambiguous-issuer', message, certificate: undefined };
}

function withCertificate(
  { verdict, reason, message, fingerprint, made }: RefusedSignature,
  certificates: CertificateSet,
): SignatureVerdict {
  const holders = fingerprint === undefined ? [] : certificates.withFingerprint(fingerprint);
  const holder = holders.find(({ key }) => key.bound) ?? holders[0];
  return { verdict, reason, message, fingerprint, certificate: holder?.certificate.fingerprint, made };
}

/** Facts that were kept from another set of certificates. */
const notHere = ({ fingerprint, made }: VerifiedSignature): SignatureVerdict => ({
  verdict: 'unknown-key',
  reason: 'unknown-key',
  message: `The key that made the signature is not known here: fingerprint ${fingerprint}.`,
  fingerprint,
  certificate: undefined,
  made,
});

/** A signature may be dated this much later than its object says: clocks differ, and people type passphrases. */
const tolerance: Seconds = 60 * 60;

function placeOne(
  facts: VerifiedSignature,
  { key, certificate }: Candidate,
  times: SignatureTimes,
): SignatureVerdict {
  const { fingerprint, made } = facts;
  const objection = objectionTo(facts, key, times);
  const signed = `Key ${fingerprint} of certificate ${certificate.fingerprint} signed at ${isoTime(made)}`;
  return {
    verdict: objection?.verdict ?? 'good',
    reason: objection?.reason ?? 'good',
    message: objection === undefined ? `${signed}.` : `${signed}, ${objection.words}.`,
    fingerprint,
    certificate: certificate.fingerprint,
    made,
  };
}

interface Objection {
  readonly verdict: Verdict;
  readonly reason: SignatureReason;
  /** Continues "Key … signed at …,". */
  readonly words: string;
}

/** The first objection in the order of the trust model, section 2.7. */
const objectionTo = (
  facts: VerifiedSignature,
  key: CertificateKey,
  times: SignatureTimes,
): Objection | undefined =>
  againstTrust(facts, key) ??
  againstDate(facts, times) ??
  againstStanding(keyStanding(key, facts.made)) ??
  againstPosition(facts, key, times.position);

function againstTrust(facts: VerifiedSignature, key: CertificateKey): Objection | undefined {
  if (key.hardRevocation !== undefined) {
    const { at, reason } = key.hardRevocation;
    const words = `but it was revoked at ${isoTime(at)} (${reason}): nothing it ever signed counts`;
    return { verdict: 'revoked-key', reason: 'revoked-key', words };
  }
  if (key.weakness !== undefined)
    return { verdict: 'weak', reason: 'weak-key', words: `but ${key.weakness}` };
  if (facts.weakness !== undefined)
    return { verdict: 'weak', reason: 'weak', words: `but ${facts.weakness}` };
  return undefined;
}

function againstDate({ made }: VerifiedSignature, { now, object }: SignatureTimes): Objection | undefined {
  const future = (words: string): Objection => ({ verdict: 'bad', reason: 'future', words });
  if (made > now) return future(`which is later than now, ${isoTime(now)}`);
  if (made <= object + tolerance) return undefined;
  return future(`more than an hour after the object says it was made, ${isoTime(object)}`);
}

function againstPosition(
  { expires }: VerifiedSignature,
  key: CertificateKey,
  position: Seconds,
): Objection | undefined {
  if (expires !== undefined && expires <= position) {
    const words = `and the signature expired at ${isoTime(expires)}, before it is used at ${isoTime(position)}`;
    return { verdict: 'expired-signature', reason: 'expired-signature', words };
  }
  // retired keys keep what they signed, expired ones can't be used any more by back-dating
  if (position < key.created || covers(key.unexpired, position)) return undefined;
  const words = `but the key had expired by the time the signature is used, ${isoTime(position)}`;
  return { verdict: 'expired-key', reason: 'expired-key', words };
}

function againstStanding(standing: KeyStanding): Objection | undefined {
  switch (standing) {
    case 'usable':
      return undefined;
    case 'not-yet-created':
      return { verdict: 'bad', reason: 'before-key', words: 'before the key itself was made' };
    case 'expired':
      return { verdict: 'expired-key', reason: 'expired-key', words: 'when the key had expired' };
    case 'revoked': {
      const words = 'after the key had been revoked as superseded or retired';
      return { verdict: 'revoked-key', reason: 'revoked-key', words };
    }
    case 'unbound': {
      const words = 'but key and certificate do not vouch for each other';
      return { verdict: 'bad', reason: 'unbound-subkey', words };
    }
    case 'not-for-signing': {
      const words = 'but its key flags do not say that it may make data signatures';
      return { verdict: 'bad', reason: 'wrong-capability', words };
    }
    case 'weak':
      return { verdict: 'weak', reason: 'weak-key', words: 'but it is weak' };
    case 'unsupported':
      return {
        verdict: 'unsupported',
        reason: 'unsupported',
        words: 'but this kind of key is not supported',
      };
    default:
      return standing satisfies never;
  }
}
