import type { Seconds } from '../ports.ts';
import { hashAlgorithm } from './algorithms.ts';
import { Octets } from './octets.ts';
import { readSubpackets, type Subpackets } from './subpackets.ts';

/** Signature types (RFC 9580, section 5.2.1). */
export const signatureTypes = {
  binary: 0x00,
  certificationGeneric: 0x10,
  certificationPositive: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const;

/** A signature packet taken apart, not yet verified. */
export interface SignaturePacket {
  readonly version: 4 | 6;
  readonly type: number;
  readonly keyAlgorithm: number;
  readonly hashAlgorithm: number;
  readonly created: Seconds;
  readonly hashed: Subpackets;
  /** Anybody may change these: they only help to find things that prove themselves. */
  readonly unhashed: Subpackets;
  /** The packet's body from its version to the end of the hashed area: all of it that is signed. */
  readonly signedPart: Uint8Array;
  /** Hashed before everything else in version 6; empty in version 4. */
  readonly salt: Uint8Array;
  /** The algorithm-specific fields. */
  readonly material: Uint8Array;
}

export type SignatureReading =
  | { readonly ok: true; readonly signature: SignaturePacket }
  | { readonly ok: false; readonly message: string };

const refused = (message: string): SignatureReading => ({ ok: false, message });

/**
 * Reads the body of a signature packet, version 4 or 6 (RFC 9580, section 5.2.3). The two octets of the digest that
 * stand in front of the algorithm-specific fields are skipped: nothing authenticates them, and GitHub wrote them
 * wrong for years (trust model, section 2.5).
 */
export function readSignaturePacket(body: Uint8Array): SignatureReading {
  const octets = new Octets(body);
  const version = octets.number(1);
  if (version !== 4 && version !== 6)
    return refused(`it is a signature of version ${version ?? 'none'}, not 4 or 6`);
  const [type, keyAlgorithm, hashId] = [octets.number(1), octets.number(1), octets.number(1)];
  const width = version === 6 ? 4 : 2;
  const hashed = area(octets, width);
  const signedPart = body.subarray(0, octets.position);
  const unhashed = area(octets, width);
  const digestStart = octets.number(2);
  const salt = version === 6 ? octets.take(octets.number(1) ?? 0) : new Uint8Array(0);
  if (type === undefined || keyAlgorithm === undefined || hashId === undefined || digestStart === undefined) {
    return refused('the signature packet is cut off');
  }
  if (hashed === undefined || unhashed === undefined || salt === undefined) {
    return refused('the subpackets of the signature are cut off or say one thing twice');
  }
  if (hashed.created === undefined) return refused('its hashed part does not say when it was made');
  if (version === 6 && salt.length !== (hashAlgorithm(hashId)?.salt ?? salt.length)) {
    return refused('the length of its salt does not fit its hash function');
  }
  const { created } = hashed;
  const material = octets.rest();
  return {
    ok: true,
    signature: {
      version,
      type,
      keyAlgorithm,
      hashAlgorithm: hashId,
      created,
      hashed,
      unhashed,
      signedPart,
      salt,
      material,
    },
  };
}

function area(octets: Octets, width: 2 | 4): Subpackets | undefined {
  const length = octets.number(width);
  const bytes = length === undefined ? undefined : octets.take(length);
  return bytes && readSubpackets(bytes);
}

/** When the signature itself expires; Infinity if never. Only the hashed area says so. */
export function expiryOf(signature: SignaturePacket): Seconds {
  const { signatureExpiry } = signature.hashed;
  return signatureExpiry === undefined || signatureExpiry === 0
    ? Infinity
    : signature.created + signatureExpiry;
}
