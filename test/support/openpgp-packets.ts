import { createHash } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { KeyMaterial } from './key-material.ts';

/**
 * Writes OpenPGP packets by hand (RFC 9580), the forbidden ones too. Independent of src/ and of OpenPGP.js, so
 * that the tests of the reader don't share its mistakes.
 */

/** Packet types (RFC 9580, section 5). */
export const packetType = { signature: 2, publicKey: 6, userId: 13, publicSubkey: 14, userAttribute: 17 };

/** Signature types (RFC 9580, section 5.2.1). */
export const signatureType = {
  binary: 0x00,
  text: 0x01,
  standalone: 0x02,
  certification: 0x13,
  subkeyBinding: 0x18,
  backSignature: 0x19,
  direct: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
};

/** Hash algorithm numbers (RFC 9580, section 9.5) with node's names and the salt sizes of version 6. */
const hashes = {
  md5: { id: 1, salt: 16 },
  sha1: { id: 2, salt: 16 },
  ripemd160: { id: 3, salt: 16 },
  sha256: { id: 8, salt: 16 },
  sha384: { id: 9, salt: 24 },
  sha512: { id: 10, salt: 32 },
  sha224: { id: 11, salt: 16 },
  'sha3-256': { id: 12, salt: 16 },
  'sha3-512': { id: 14, salt: 32 },
} as const;

export type HashName = keyof typeof hashes;

export const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

export function number(value: number, width: 1 | 2 | 4): Uint8Array {
  const out = Buffer.alloc(width);
  out.writeUIntBE(value, 0, width);
  return new Uint8Array(out);
}

/** A packet with a new-format header and a five-byte or shorter length. */
export function packet(type: number, body: Uint8Array): Uint8Array {
  return bytes([0xc0 | type], packetLength(body.length), body);
}

function packetLength(length: number): Uint8Array {
  if (length < 192) return number(length, 1);
  if (length < 8384) return bytes([((length - 192) >> 8) + 192, (length - 192) & 0xff]);
  return bytes([255], number(length, 4));
}

export function subpacket(type: number, body: Uint8Array, critical = false): Uint8Array {
  return bytes(packetLength(body.length + 1), [type | (critical ? 0x80 : 0)], body);
}

export const creationTime = (at: number): Uint8Array => subpacket(2, number(at, 4), true);
export const signatureExpiry = (after: number): Uint8Array => subpacket(3, number(after, 4), true);
export const keyExpiry = (after: number): Uint8Array => subpacket(9, number(after, 4), true);
export const keyFlags = (flags: number): Uint8Array => subpacket(27, number(flags, 1), true);
export const revocationReason = (code: number): Uint8Array =>
  subpacket(29, bytes([code], Buffer.from('for the tests')));
export const issuerKeyId = (key: KeyMaterial): Uint8Array => subpacket(16, Buffer.from(key.keyId, 'hex'));
export const issuerFingerprint = (key: KeyMaterial): Uint8Array =>
  subpacket(33, bytes([key.version], Buffer.from(key.fingerprint, 'hex')));
export const embeddedSignature = (body: Uint8Array): Uint8Array => subpacket(32, body);

/** What a signature over a key or a user id covers (RFC 9580, section 5.2.4). */
export function hashedKey(key: KeyMaterial): Uint8Array {
  return key.version === 6
    ? bytes([0x9b], number(key.publicBody.length, 4), key.publicBody)
    : bytes([0x99], number(key.publicBody.length, 2), key.publicBody);
}

export function hashedUserId(userId: string): Uint8Array {
  const text = Buffer.from(userId);
  return bytes([0xb4], number(text.length, 4), text);
}

export interface SignatureFields {
  readonly type: number;
  readonly hash?: HashName;
  readonly hashed: readonly Uint8Array[];
  /** The issuer's key id unless told otherwise, as version 4 has it. */
  readonly unhashed?: readonly Uint8Array[];
  /** The first two bytes of the digest where the test wants others. */
  readonly leftBytes?: Uint8Array;
  /** Changes the algorithm-specific part after signing. */
  readonly alter?: (signature: Uint8Array) => Uint8Array;
}

/** The body of a signature packet of the key's version over the given bytes. */
export function signatureBody(key: KeyMaterial, fields: SignatureFields, covered: Uint8Array): Uint8Array {
  const hash = fields.hash ?? key.hash;
  const width = key.version === 6 ? 4 : 2;
  const hashed = bytes(...fields.hashed);
  const unhashed = bytes(...(fields.unhashed ?? (key.version === 6 ? [] : [issuerKeyId(key)])));
  const head = bytes(
    [key.version, fields.type, key.algorithmId, hashes[hash].id],
    number(hashed.length, width),
    hashed,
  );
  const salt = key.version === 6 ? new Uint8Array(hashes[hash].salt).fill(7) : new Uint8Array(0);
  const signed = bytes(salt, covered, head, [key.version, 0xff], number(head.length, 4));
  const signature = key.sign(hash, signed);
  return bytes(
    head,
    number(unhashed.length, width),
    unhashed,
    fields.leftBytes ?? createHash(hash).update(signed).digest().subarray(0, 2),
    key.version === 6 ? bytes([salt.length], salt) : [],
    fields.alter?.(signature) ?? signature,
  );
}

/** ASCII armor (RFC 9580, section 6.2) with its CRC. */
export function armor(title: string, data: Uint8Array): string {
  const base64 = Buffer.from(data).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [
    `-----BEGIN PGP ${title}-----`,
    '',
    ...lines,
    `=${crc(data)}`,
    `-----END PGP ${title}-----`,
    '',
  ].join('\n');
}

function crc(data: Uint8Array): string {
  let value = 0xb704ce;
  for (const byte of data) {
    value ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value & 0x800000 ? 0x1864cfb : 0);
  }
  return Buffer.from(number(value & 0xffffff, 4).subarray(1)).toString('base64');
}
