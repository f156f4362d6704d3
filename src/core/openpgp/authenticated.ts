import type { CertificatePackets, Component } from './certificate-packets.ts';
import { readKeyPacket, type KeyPacket } from './key-packet.ts';
import { concatenate, octetsOf } from './octets.ts';
import type { Packet } from './packet.ts';
import {
  readSelfSignatures,
  VerificationBudget,
  type SelfSignature,
  type Subject,
} from './self-signature.ts';
import { signatureTypes } from './signature-packet.ts';

/** A user id with the signatures by the certificate's own key that verified. */
export interface AuthenticatedUserId {
  readonly packet: Packet;
  readonly signatures: readonly SelfSignature[];
}

/** A subkey likewise. Without a binding among its signatures it may be anybody's. */
interface AuthenticatedSubkey {
  readonly packet: Packet;
  readonly key: KeyPacket;
  readonly signatures: readonly SelfSignature[];
}

/** What of a certificate its own primary key vouches for. */
export interface AuthenticatedCertificate {
  readonly packet: Packet;
  readonly primary: KeyPacket;
  /** Direct-key signatures and revocations of the whole key. */
  readonly direct: readonly SelfSignature[];
  readonly userIds: readonly AuthenticatedUserId[];
  readonly subkeys: readonly AuthenticatedSubkey[];
  /** Signatures that claim to be the primary key's and don't verify, or can't be read. */
  readonly invalidSignatures: number;
  /** Subkeys of a version that can't be read. */
  readonly unreadableSubkeys: number;
  /** So many signatures claim to be the primary key's that verification stopped. */
  readonly exceeded: boolean;
}

/** Verifies every self-signature of a certificate. Undefined if its primary key is of an unknown version. */
export function authenticate(packets: CertificatePackets): AuthenticatedCertificate | undefined {
  const primary = readKeyPacket(packets.primary.packet.body);
  if (primary === undefined) return undefined;
  const keys = packets.subkeys.map(({ packet }) => readKeyPacket(packet.body));
  const budget = new VerificationBudget();
  const unplaced: Packet[] = packets.others.flatMap(({ signatures }) => signatures.filter(isKeyRevocation));
  const verified = ({ packet, signatures }: Component, subject: Subject): Vouched => {
    const { valid, invalid } = readSelfSignatures(signatures, subject, primary, budget);
    unplaced.push(...invalid);
    return { packet, subject, signatures: [...valid] };
  };
  const direct = verified(packets.primary, primarySubject(primary));
  const userIds = packets.userIds.map((one) => verified(one, userIdSubject(primary, one.packet.body)));
  const subkeys = packets.subkeys.flatMap((one, index) => {
    const key = keys[index];
    return key === undefined ? [] : [{ ...verified(one, subkeySubject(primary, key)), key }];
  });
  const found = placeRevocations(unplaced, [direct, ...subkeys], primary, budget);
  return {
    packet: direct.packet,
    primary,
    direct: direct.signatures,
    userIds,
    subkeys,
    invalidSignatures: unplaced.length - found,
    unreadableSubkeys: keys.length - subkeys.length,
    exceeded: budget.exceeded,
  };
}

/** A component while its signatures are being collected. */
interface Vouched {
  readonly packet: Packet;
  readonly subject: Subject;
  readonly signatures: SelfSignature[];
}

/** A signature packet of version 4 or 6 that says, in its second octet, that it revokes a key. */
const isKeyRevocation = ({ body }: Packet): boolean =>
  body[1] === signatureTypes.keyRevocation || body[1] === signatureTypes.subkeyRevocation;

/**
 * Revocations that stand behind the wrong packet count all the same: moving one must not undo it. Returns how many
 * were found.
 */
function placeRevocations(
  unplaced: readonly Packet[],
  keys: readonly Vouched[],
  primary: KeyPacket,
  budget: VerificationBudget,
): number {
  const revocations = unplaced.filter(isKeyRevocation);
  const found = keys.map(({ subject, signatures }) => {
    const { valid } = readSelfSignatures(revocations, subject, primary, budget);
    signatures.push(...valid.filter(({ revokes }) => revokes));
    return valid.length;
  });
  return found.reduce((sum, count) => sum + count, 0);
}

/** A packet with the self-signatures under it. */
interface VouchedComponent {
  readonly packet: Packet;
  readonly signatures: readonly SelfSignature[];
}

/**
 * The primary key, and each user id and subkey that a self-signature binds. A revocation alone binds nothing, nor
 * does a binding without the consent of a subkey that may sign.
 */
export function vouchedComponents(certificate: AuthenticatedCertificate): readonly VouchedComponent[] {
  const { packet, direct, userIds, subkeys } = certificate;
  const bound = [...userIds, ...subkeys].filter(({ signatures }) =>
    signatures.some(({ revokes, consent }) => !revokes && consent),
  );
  return [{ packet, signatures: direct }, ...bound];
}

const directTypes = new Set([signatureTypes.directKey]);
const bindingTypes = new Set([signatureTypes.subkeyBinding]);
/** Generic, persona, casual and positive: on one's own user id they mean the same. */
const certificationTypes = new Set([0x10, 0x11, 0x12, 0x13]);

const primarySubject = (primary: KeyPacket): Subject => ({
  covered: [primary.hashed],
  statements: directTypes,
  revocation: signatureTypes.keyRevocation,
  subkey: undefined,
});

const userIdSubject = (primary: KeyPacket, userId: Uint8Array): Subject => ({
  covered: [concatenate([primary.hashed, Uint8Array.of(0xb4), octetsOf(userId.length, 4), userId])],
  statements: certificationTypes,
  revocation: signatureTypes.certificationRevocation,
  subkey: undefined,
});

const subkeySubject = (primary: KeyPacket, subkey: KeyPacket): Subject => ({
  covered: [primary.hashed, subkey.hashed],
  statements: bindingTypes,
  revocation: signatureTypes.subkeyRevocation,
  subkey,
});
