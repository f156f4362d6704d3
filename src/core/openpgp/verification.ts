import { createHash, verify, type KeyObject } from 'node:crypto';
import { algorithmsAgree, hashAlgorithm, keyAlgorithms, type HashAlgorithm } from './algorithms.ts';
import { concatenate, Octets, octetsOf } from './octets.ts';
import type { SignaturePacket } from './signature-packet.ts';

/** A key that signatures are verified with. */
export interface VerifyingKey {
  readonly version: 4 | 6;
  readonly algorithmId: number;
  readonly publicKey: KeyObject | undefined;
}

/** Octets of a coordinate, and of the two numbers of an ECDSA signature, by node's name of the curve. */
const curveOctets: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 32],
  ['secp384r1', 48],
  ['secp521r1', 66],
  ['brainpoolP256r1', 32],
  ['brainpoolP384r1', 48],
  ['brainpoolP512r1', 64],
]);

/**
 * Whether the signature was made by this key over these bytes (RFC 9580, section 5.2.4). The only caller of
 * node's `verify`. Says nothing about dates, purposes, or the strength of the hash.
 */
export function isMadeBy(
  signature: SignaturePacket,
  key: VerifyingKey,
  covered: readonly Uint8Array[],
): boolean {
  const hash = hashAlgorithm(signature.hashAlgorithm);
  const { publicKey } = key;
  if (hash === undefined || publicKey === undefined || signature.version !== key.version) return false;
  if (!algorithmsAgree(key.algorithmId, signature.keyAlgorithm)) return false;
  const raw = rawSignature(signature, publicKey);
  return raw !== undefined && verifyRaw(raw, hash, publicKey, hashedBytes(signature, covered));
}

/**
 * Whether the digest is as long as the key's curve demands (RFC 9580, sections 5.2.3.2 to 5.2.3.5): a shorter one
 * would be the weakest link.
 */
export function hasLongEnoughDigest(hash: HashAlgorithm, { publicKey }: VerifyingKey): boolean {
  const curve = publicKey?.asymmetricKeyDetails?.namedCurve ?? publicKey?.asymmetricKeyType;
  return hash.octets >= (digestOctets.get(curve ?? '') ?? 0);
}

const digestOctets: ReadonlyMap<string, number> = new Map([
  ['ed25519', 32],
  ['ed448', 64],
  ['prime256v1', 32],
  ['secp384r1', 48],
  ['secp521r1', 64],
  ['brainpoolP256r1', 32],
  ['brainpoolP384r1', 48],
  ['brainpoolP512r1', 64],
]);

/** Salt, data, the packet's signed part, and how long that was. */
function hashedBytes(signature: SignaturePacket, covered: readonly Uint8Array[]): Uint8Array {
  const { salt, signedPart, version } = signature;
  const trailer = [Uint8Array.of(version, 0xff), octetsOf(signedPart.length, 4)];
  return concatenate([salt, ...covered, signedPart, ...trailer]);
}

/** Whether the algorithm-specific fields are whole, with nothing behind them; undefined for unknown algorithms. */
export function isWholeMaterial({ keyAlgorithm, material }: SignaturePacket): boolean | undefined {
  switch (keyAlgorithm) {
    case keyAlgorithms.rsa:
    case keyAlgorithms.rsaSign:
      return readIntegers(material, 1) !== undefined;
    case keyAlgorithms.dsa:
    case keyAlgorithms.ecdsa:
    case keyAlgorithms.eddsaLegacy:
      return readIntegers(material, 2) !== undefined;
    case keyAlgorithms.ed25519:
      return material.length === 64;
    case keyAlgorithms.ed448:
      return material.length === 114;
    default:
      return undefined;
  }
}

/** The signature as node takes it: numbers of the length that the key asks for. */
function rawSignature({ keyAlgorithm, material }: SignaturePacket, key: KeyObject): Uint8Array | undefined {
  const details = key.asymmetricKeyDetails;
  switch (keyAlgorithm) {
    case keyAlgorithms.rsa:
    case keyAlgorithms.rsaSign:
      return paddedIntegers(material, 1, octetsFor(details?.modulusLength));
    case keyAlgorithms.dsa:
      return paddedIntegers(material, 2, octetsFor(details?.divisorLength));
    case keyAlgorithms.ecdsa:
      return paddedIntegers(material, 2, curveOctets.get(details?.namedCurve ?? ''));
    case keyAlgorithms.eddsaLegacy:
      return paddedIntegers(material, 2, 32);
    default:
      return material;
  }
}

const octetsFor = (bits: number | undefined): number | undefined => bits && Math.ceil(bits / 8);

function paddedIntegers(
  material: Uint8Array,
  count: number,
  width: number | undefined,
): Uint8Array | undefined {
  const integers = readIntegers(material, count);
  if (integers === undefined || width === undefined || integers.some((one) => one.length > width))
    return undefined;
  const padded = new Uint8Array(count * width);
  for (const [index, one] of integers.entries()) padded.set(one, (index + 1) * width - one.length);
  return padded;
}

/**
 * Multiprecision integers (RFC 9580, section 3.2) that fill the bytes exactly, without leading zeros. The bit count
 * may be too high by any number of zero bits: GitHub always writes the size of its key.
 */
function readIntegers(material: Uint8Array, count: number): Uint8Array[] | undefined {
  const octets = new Octets(material);
  const integers: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const bits = octets.number(2);
    const value = bits === undefined ? undefined : octets.take(Math.ceil(bits / 8));
    if (value === undefined) return undefined;
    const start = value.findIndex((octet) => octet !== 0);
    integers.push(start < 0 ? value.subarray(value.length) : value.subarray(start));
  }
  return octets.remaining === 0 ? integers : undefined;
}

/** Signatures that OpenSSL can't even take apart make node throw: they are no signatures by this key. */
function verifyRaw(raw: Uint8Array, hash: HashAlgorithm, key: KeyObject, data: Uint8Array): boolean {
  try {
    return key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448'
      ? verify(null, createHash(hash.name).update(data).digest(), key, raw)
      : verify(hash.name, data, { key, dsaEncoding: 'ieee-p1363' }, raw);
  } catch {
    return false;
  }
}
