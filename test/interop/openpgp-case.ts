import type { SignatureReason } from '../../src/core/openpgp/signature.ts';
import type { Seconds } from '../../src/core/ports.ts';
import type { KeyOptions } from '../support/certificate-parts.ts';
import { collidingKeys } from '../support/colliding-keys.ts';
import { makeKey, type SignOptions, type TestKey } from '../support/keys.ts';
import {
  armor,
  bytes,
  creationTime,
  issuerFingerprint,
  signatureType,
  subpacket,
} from '../support/openpgp-packets.ts';
import { day, payload, start } from '../core/openpgp/judging.ts';

/** A signature by a certificate, to be judged by every program. */
export interface Case {
  readonly certificate: Uint8Array;
  readonly armored: string;
  readonly made: Seconds;
  /** The position where it is used; when it was made unless told otherwise. */
  readonly used?: Seconds;
}

/** Where sq and sqv differ, `sqv good`. */
type SequoiaWord = 'good' | 'bad' | 'sqv good';

/** What each program says. gpg's words are those of its status lines, in short; sq stands for sq and sqv. */
export interface Expectation {
  readonly gpg: string;
  readonly sq: SequoiaWord;
  readonly ours: SignatureReason;
}

export const row = (gpg: string, sq: SequoiaWord, ours: SignatureReason): Expectation => ({ gpg, sq, ours });

export const made = start + 5 * day;
/** When gpg and sq look at the signatures: half a year later. */
export const now = start + 180 * day;

/** Seeded where the algorithm allows it: what a program says of spoiled bytes must not depend on the key. */
const options: KeyOptions = { name: 'Alice', email: 'alice@example.org', created: start, seed: 'Alice' };

async function signed(
  key: TestKey,
  more: SignOptions & { known?: TestKey; at?: Seconds } = {},
): Promise<Case> {
  const at = more.at ?? made;
  return {
    certificate: (more.known ?? key).certificate,
    armored: await key.sign(payload, at, more),
    made: at,
  };
}

export const by = async (
  special: Partial<KeyOptions>,
  more: SignOptions & { at?: Seconds } = {},
): Promise<Case> => signed(await makeKey({ ...options, ...special }), more);

export async function changedLater(
  change: (key: TestKey) => TestKey | Promise<TestKey>,
  at = made,
  special: Partial<KeyOptions> = {},
): Promise<Case> {
  const key = await makeKey({ ...options, signingSubkey: true, ...special });
  return signed(key, { known: await change(key), at });
}

export async function packets(
  make: (signature: Uint8Array, key: TestKey) => readonly Uint8Array[],
): Promise<Case> {
  const key = await makeKey(options);
  const block = armor('SIGNATURE', bytes(...make(key.signaturePacket(payload, made), key)));
  return { certificate: key.certificate, armored: block, made };
}

export async function text(change: (armored: string) => string): Promise<Case> {
  const { certificate, armored } = await by({});
  return { certificate, armored: change(armored), made };
}

export async function hashed(
  parts: (key: TestKey) => readonly Uint8Array[],
  unhashed?: (key: TestKey) => readonly Uint8Array[],
): Promise<Case> {
  const key = await makeKey(options);
  return signed(key, { hashed: parts(key), ...(unhashed === undefined ? {} : { unhashed: unhashed(key) }) });
}

/** A signature over text covers it with CRLF line ends (RFC 9580, section 5.2.1.2). */
export async function textSignature(): Promise<Case> {
  const key = await makeKey(options);
  const text = Buffer.from(payload.toString('latin1').replaceAll('\n', '\r\n'));
  return {
    certificate: key.certificate,
    armored: await key.sign(text, made, { type: signatureType.text }),
    made,
  };
}

export const usual = (key: TestKey): Uint8Array[] => [creationTime(made), issuerFingerprint(key.signing)];
export const notation = (critical: boolean): Uint8Array =>
  subpacket(20, bytes([0x80, 0, 0, 0, 0, 4, 0, 1], Buffer.from('a@b.'), [65]), critical);

/** An EdDSA signature whose second number is larger by the order of the group: the same equation holds. */
export function enlarged(material: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const numbers = Buffer.from(material);
  const first = 2 + Math.ceil(numbers.readUInt16BE(0) / 8);
  const second = Buffer.from(
    numbers
      .subarray(first + 2)
      .toString('hex')
      .padStart(64, '0'),
    'hex',
  ).reverse();
  const large = (BigInt(`0x${second.toString('hex')}`) + order).toString(16).padStart(64, '0');
  const value = Buffer.from(large, 'hex').reverse();
  const bits = value.length * 8 - Math.clz32(value[0] ?? 0) + 24;
  return bytes(numbers.subarray(0, first), [bits >> 8, bits & 0xff], value);
}

/**
 * An RSA number that counts its leading zero bits, as GitHub writes it. Half of all keys make a number without any for
 * this payload, so the key is a fixed one.
 */
export async function padded(): Promise<Case> {
  const [key] = await collidingKeys();
  const alter = (material: Uint8Array): Uint8Array => {
    const [, low = 0] = material;
    if (low === 0) throw new Error('the number has no leading zero bit to count');
    return bytes([8, 0], new Uint8Array(258 - material.length), material.subarray(2));
  };
  return signed(key, { alter });
}

/** A signature that names only the key id, by one of two keys that have the same; the certificates of both. */
export async function sharedKeyId(signer: 0 | 1): Promise<Case> {
  const keys = await collidingKeys();
  const key = keys[signer];
  const parts = { hashed: [creationTime(made)] };
  const certificate = bytes(...keys.map((one) => one.certificate));
  return { certificate, armored: await key.sign(payload, made, parts), made };
}

export async function adopted(backSignature: 'none' | 'other' | 'expiring'): Promise<Case> {
  const victim = await makeKey({ ...options, signingSubkey: true });
  const thief = await makeKey({ ...options, name: 'Mallory', seed: 'Mallory', signingSubkey: true });
  return signed(victim, {
    known: await thief.withSubkey({ created: start, material: victim.signing, backSignature }),
  });
}
