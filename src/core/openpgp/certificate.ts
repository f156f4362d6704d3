import type { KeyObject } from 'node:crypto';
import type { Seconds } from '../ports.ts';
import { authenticate } from './authenticated.ts';
import {
  readCertificatePackets,
  type CertificatePackets,
  type PacketProblem,
} from './certificate-packets.ts';
import { evaluate } from './evaluation.ts';
import { readKeyNames, type KeyNames } from './key-packet.ts';
import { minimized, type MinimalCertificate } from './minimal.ts';
import { covers } from './validity.ts';

declare const fingerprintBrand: unique symbol;

/** A whole OpenPGP fingerprint, upper case without spaces: 40 digits (version 4) or 64 (version 6). */
export type Fingerprint = string & { readonly [fingerprintBrand]: true };

/** Reads a whole fingerprint as people write it: any case, spaces and a leading 0x allowed. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  const digits = text.replaceAll(' ', '').replace(/^0x/i, '').toUpperCase();
  return /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(digits) ? (digits as Fingerprint) : undefined;
}

/** A stretch of time, the end not included; `until` is Infinity where nothing ends it. */
export interface Interval {
  readonly from: Seconds;
  readonly until: Seconds;
}

/** Why a key may not sign at some time; `usable` if it may. */
export type KeyStanding =
  | 'usable'
  | 'not-yet-created'
  | 'expired'
  | 'revoked'
  | 'unbound'
  | 'not-for-signing'
  | 'weak'
  | 'unsupported';

export interface Revocation {
  readonly at: Seconds;
  /** For people: `compromised`, `superseded`, `no reason given`. */
  readonly reason: string;
}

/** What is known of one key of a certificate, primary or subkey: what all its self-signatures say together. */
export interface KeyFacts {
  /** The version of the key packet; signatures by it have the same. */
  readonly version: 4 | 6;
  readonly fingerprint: Fingerprint;
  /** The eight-byte key id, upper-case hexadecimal. Finds candidates and proves nothing. */
  readonly keyId: string;
  readonly primary: boolean;
  readonly created: Seconds;
  /** The number of the algorithm (RFC 9580, section 9.1). */
  readonly algorithmId: number;
  /** For people: `RSA 4096`, `Ed25519`, `NIST P-256`. */
  readonly algorithm: string;
  /** Whether signatures by it can be verified. */
  readonly supported: boolean;
  /** Why signatures by it prove nothing any more (trust model, section 2.6); undefined for a strong key. */
  readonly weakness: string | undefined;
  /** Whether the primary key has vouched for it and, if it may sign, it has agreed (RFC 9580, section 5.2.1.9). */
  readonly bound: boolean;
  /** When neither it nor its primary key is expired, revocations left aside. */
  readonly unexpired: readonly Interval[];
  /** When it may make data signatures (trust model, section 2.4). Empty for a key that never may. */
  readonly signing: readonly Interval[];
  /** A hard revocation: no signature counts, whatever its date (trust model, section 2.7). */
  readonly hardRevocation: Revocation | undefined;
  /** Superseded or retired: signatures from then on don't count. */
  readonly softRevocation: Revocation | undefined;
}

/** The same with what verifies its signatures. */
export interface CertificateKey extends KeyFacts {
  /** The public key for node:crypto; undefined where the algorithm is not supported. */
  readonly publicKey: KeyObject | undefined;
}

/** Something in a certificate that was left out or is worth a note; it spoils nothing else. */
export interface CertificateProblem {
  readonly code: PacketProblem['code'] | 'self-signature.invalid' | 'self-signature.sha1';
  readonly message: string;
}

/** What an OpenPGP certificate (public key with user ids and subkeys) says; it depends on no clock and no order. */
export interface CertificateFacts {
  readonly fingerprint: Fingerprint;
  /** Those that the owner has certified and not revoked since. */
  readonly userIds: readonly string[];
  /** The primary key first, then the subkeys in the order of the certificate. */
  readonly keys: readonly KeyFacts[];
  readonly problems: readonly CertificateProblem[];
}

/** An OpenPGP certificate, evaluated once, that can verify signatures. */
export interface Certificate extends CertificateFacts {
  readonly keys: readonly CertificateKey[];
}

/** Whether self-signatures made with SHA-1 count: the keyring file's `[policy] sha1-bindings`. */
export type Sha1Bindings = 'note' | 'refuse';

export interface CertificateReading {
  readonly certificates: readonly Certificate[];
  /** What of the data holds no certificate that can be used. Problems inside one are its own. */
  readonly problems: readonly CertificateProblem[];
}

/**
 * Reads and evaluates every certificate of armored or binary data; parts with the same primary key become one. A
 * certificate that can't be used spoils only itself. Secret keys are refused: they don't belong where certificates are.
 */
export function readCertificates(
  data: Uint8Array,
  options: { readonly sha1Bindings?: Sha1Bindings } = {},
): CertificateReading {
  const { certificates, problems } = takeApart(data);
  const evaluations = certificates.map((one) => one.evaluate(options.sha1Bindings ?? 'note'));
  return {
    certificates: evaluations.flatMap((one) => ('fingerprint' in one ? [one] : [])),
    problems: [...problems, ...evaluations.flatMap((one) => ('code' in one ? [one] : []))],
  };
}

/** A certificate taken apart, of which nothing is verified yet. */
export interface UnverifiedCertificate {
  readonly fingerprint: Fingerprint;
  /** The primary key and every subkey, whether it is bound or not. */
  readonly keys: readonly KeyNames[];
  /** Its packets with nothing among them that its own key did not sign, see {@link minimalCertificate}. */
  minimal(): MinimalCertificate;
  /** Verifies what it says of itself, once for each setting; a problem if it can't be used at all. */
  evaluate(sha1Bindings: Sha1Bindings): Certificate | CertificateProblem;
}

/** Finds the certificates of armored or binary data without verifying anything in them. */
export function takeApart(data: Uint8Array): {
  readonly certificates: readonly UnverifiedCertificate[];
  readonly problems: readonly CertificateProblem[];
} {
  const { certificates, problems } = readCertificatePackets(data);
  const parts = certificates.map(unverified);
  return {
    certificates: parts.flatMap((one) => ('fingerprint' in one ? [one] : [])),
    problems: [...problems, ...parts.flatMap((one) => ('code' in one ? [one] : []))],
  };
}

function unverified(packets: CertificatePackets): UnverifiedCertificate | CertificateProblem {
  const { primary, subkeys } = packets;
  const names = readKeyNames(primary.packet.body);
  if (names === undefined) {
    const message = `A primary key of version ${primary.packet.body[0] ?? 'none'} can't be read; only versions 4 and 6 can.`;
    return { code: 'packet.unreadable', message };
  }
  const evaluations = new Map<Sha1Bindings, Certificate | CertificateProblem>();
  return {
    fingerprint: names.fingerprint,
    keys: [names, ...subkeys.flatMap(({ packet }) => readKeyNames(packet.body) ?? [])],
    minimal: () => minimized(packets),
    evaluate(sha1Bindings) {
      const evaluation = evaluations.get(sha1Bindings) ?? evaluateOne(packets, sha1Bindings);
      evaluations.set(sha1Bindings, evaluation);
      return evaluation;
    },
  };
}

function evaluateOne(
  packets: CertificatePackets,
  sha1Bindings: Sha1Bindings,
): Certificate | CertificateProblem {
  const authenticated = authenticate(packets);
  if (authenticated === undefined) {
    return { code: 'packet.unreadable', message: "The primary key of a certificate can't be read." };
  }
  if (authenticated.exceeded) {
    const message = `Too many signatures in certificate ${authenticated.primary.fingerprint} claim to be its own. Remove those that are not.`;
    return { code: 'certificate.too-large', message };
  }
  return evaluate(authenticated, sha1Bindings);
}

/** Whether the key may sign at this time, and if not, the gravest reason why. */
export function keyStanding(key: KeyFacts, at: Seconds): KeyStanding {
  if (key.hardRevocation !== undefined) return 'revoked';
  if (key.weakness !== undefined) return 'weak';
  if (!key.supported) return 'unsupported';
  if (at < key.created) return 'not-yet-created';
  if (!key.bound) return 'unbound';
  if (covers(key.signing, at)) return 'usable';
  if (key.softRevocation !== undefined && key.softRevocation.at <= at) return 'revoked';
  return covers(key.unexpired, at) ? 'not-for-signing' : 'expired';
}
