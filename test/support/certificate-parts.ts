import { Buffer } from 'node:buffer';
import type { Seconds } from '../../src/core/ports.ts';
import type { KeyKind, KeyMaterial } from './key-material.ts';
import {
  bytes,
  creationTime,
  embeddedSignature,
  hashedKey,
  hashedUserId,
  issuerFingerprint,
  keyExpiry,
  keyFlags,
  packet,
  packetType,
  revocationReason,
  signatureBody,
  signatureExpiry,
  signatureType,
  type HashName,
} from './openpgp-packets.ts';

/** Key flags (RFC 9580, section 5.2.3.29). */
export const flags = { certify: 1, sign: 2, encrypt: 12, authenticate: 32 };

export interface KeyOptions {
  readonly name: string;
  readonly email: string;
  readonly created: Seconds;
  /** The moment at which the whole certificate expires. */
  readonly expires?: Seconds;
  readonly algorithm?: KeyKind;
  readonly version?: 4 | 6;
  /** Data signatures are made by a subkey; the primary key only certifies. */
  readonly signingSubkey?: boolean;
  /** Key flags of the primary key; `undefined` as a value leaves the subpacket out. */
  readonly primaryFlags?: number | undefined;
  /** The hash of the self-signatures. */
  readonly selfHash?: HashName;
  /** Makes the same primary key every time (Ed25519 only). */
  readonly seed?: string;
  /** A primary key that exists already. */
  readonly material?: KeyMaterial;
}

export interface SubkeyOptions {
  readonly created: Seconds;
  readonly expires?: Seconds;
  readonly algorithm?: KeyKind;
  readonly flags?: number;
  /**
   * `none`: adopted without the subkey's consent; `other`: with a back-signature made for another primary key;
   * `expiring`: with one that expires after a day.
   */
  readonly backSignature?: 'valid' | 'none' | 'other' | 'expiring';
  /** A subkey that exists already, to be adopted. */
  readonly material?: KeyMaterial;
}

/** Reasons for a revocation (RFC 9580, section 5.2.3.31); `absent` leaves the subpacket out, which is a hard one. */
export type RevocationReason = 'absent' | 'none' | 'superseded' | 'compromised' | 'retired' | 'unknown';

const reasonCodes = { none: 0, superseded: 1, compromised: 2, retired: 3, unknown: 77 };

/** A key with the signatures over it, so that a certificate can be written in any order. */
export interface Component {
  readonly packet: Uint8Array;
  readonly secretPacket: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

export const userIdOf = (options: KeyOptions): string => `${options.name} <${options.email}>`;

export function userIdComponent(primary: KeyMaterial, options: KeyOptions, at: Seconds): Component {
  const userId = packet(packetType.userId, Buffer.from(userIdOf(options)));
  return {
    packet: userId,
    secretPacket: userId,
    signatures: [certification(primary, options, at, options.expires)],
  };
}

export function certification(
  primary: KeyMaterial,
  options: KeyOptions,
  at: Seconds,
  expires: Seconds | undefined,
): Uint8Array {
  const covered = bytes(hashedKey(primary), hashedUserId(userIdOf(options)));
  const fields = {
    type: signatureType.certification,
    ...(options.selfHash === undefined ? {} : { hash: options.selfHash }),
    hashed: selfSubpackets(primary, options, at, expires),
  };
  return packet(packetType.signature, signatureBody(primary, fields, covered));
}

function selfSubpackets(
  primary: KeyMaterial,
  options: KeyOptions,
  at: Seconds,
  expires: Seconds | undefined,
): Uint8Array[] {
  const usual = options.signingSubkey === true ? flags.certify : flags.certify | flags.sign;
  const given = 'primaryFlags' in options ? options.primaryFlags : usual;
  return [
    creationTime(at),
    ...(given === undefined ? [] : [keyFlags(given)]),
    ...(expires === undefined ? [] : [keyExpiry(expires - options.created)]),
    issuerFingerprint(primary),
  ];
}

export function subkeyComponent(
  primary: KeyMaterial,
  material: KeyMaterial,
  options: SubkeyOptions,
): Component {
  const covered = bytes(hashedKey(primary), hashedKey(material));
  const hashed = [
    creationTime(options.created),
    keyFlags(options.flags ?? flags.sign),
    issuerFingerprint(primary),
  ];
  if (options.expires !== undefined) hashed.push(keyExpiry(options.expires - material.created));
  const consent = options.backSignature ?? 'valid';
  if (consent !== 'none') {
    const over = consent === 'other' ? bytes(hashedKey(material), hashedKey(material)) : covered;
    const expiry = consent === 'expiring' ? [signatureExpiry(24 * 60 * 60)] : [];
    const fields = {
      type: signatureType.backSignature,
      hashed: [creationTime(options.created), ...expiry, issuerFingerprint(material)],
    };
    hashed.push(embeddedSignature(signatureBody(material, fields, over)));
  }
  return {
    packet: packet(packetType.publicSubkey, material.publicBody),
    secretPacket: packet(7, material.secretBody),
    signatures: [
      packet(
        packetType.signature,
        signatureBody(primary, { type: signatureType.subkeyBinding, hashed }, covered),
      ),
    ],
  };
}

export function revocation(at: Seconds, reason: RevocationReason): Uint8Array[] {
  return reason === 'absent' ? [creationTime(at)] : [creationTime(at), revocationReason(reasonCodes[reason])];
}

export function addToLast(components: readonly Component[], signature: Uint8Array): readonly Component[] {
  return components.map((component, index) =>
    index === components.length - 1
      ? { ...component, signatures: [...component.signatures, signature] }
      : component,
  );
}

/** Version 6 keys state their flags and expiry in a direct-key signature (RFC 9580, section 10.1.1). */
export function directOfVersion6(primary: KeyMaterial, options: KeyOptions): Uint8Array[] {
  if (primary.version !== 6) return [];
  const fields = {
    type: signatureType.direct,
    hashed: selfSubpackets(primary, options, options.created, options.expires),
  };
  return [packet(packetType.signature, signatureBody(primary, fields, hashedKey(primary)))];
}
