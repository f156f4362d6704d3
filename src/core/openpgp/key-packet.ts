import { createHash, type KeyObject } from 'node:crypto';
import { readKey } from 'openpgp';
import type { Seconds } from '../ports.ts';
import { keyAlgorithmLabel, keyAlgorithms, weaknessOfAlgorithm } from './algorithms.ts';
import type { Fingerprint } from './certificate.ts';
import { concatenate, hexadecimal, Octets, octetsOf } from './octets.ts';
import { packetTypes } from './packet.ts';
import { dsaKey, ecdsaKey, edwardsKey, rsaKey, type PublicKey } from './public-key.ts';

/** A public key packet, primary or subkey. */
export interface KeyPacket {
  readonly version: 4 | 6;
  readonly created: Seconds;
  readonly algorithmId: number;
  readonly fingerprint: Fingerprint;
  readonly keyId: string;
  /** What signatures over this key cover (RFC 9580, section 5.2.4). */
  readonly hashed: Uint8Array;
  /** Undefined where the algorithm can't sign or isn't supported, or the key material makes no key. */
  readonly publicKey: KeyObject | undefined;
  /** For people: `RSA 4096`, `Ed25519`, `NIST P-256`. */
  readonly label: string;
  /** Why signatures by it prove nothing any more; undefined for a strong key. */
  readonly weakness: string | undefined;
}

/**
 * Reads the body of a public key packet. OpenPGP.js takes the key material apart; the fingerprint is computed here
 * over the raw bytes, and a key whose fingerprint OpenPGP.js computes differently is one that two programs read
 * differently, so it has no public key. Undefined if the version is neither 4 nor 6.
 */
export async function readKeyPacket(body: Uint8Array): Promise<KeyPacket | undefined> {
  const octets = new Octets(body);
  const [version, created, algorithmId] = [octets.number(1), octets.number(4), octets.number(1)];
  if ((version !== 4 && version !== 6) || created === undefined || algorithmId === undefined)
    return undefined;
  const hashed = hashedKey(version, body);
  const fingerprint = fingerprintOf(version, hashed);
  const publicKey = await readPublicKey(body, algorithmId, fingerprint);
  return {
    version,
    created,
    algorithmId,
    fingerprint,
    keyId: version === 6 ? fingerprint.slice(0, 16) : fingerprint.slice(-16),
    hashed,
    publicKey: publicKey?.key,
    label: publicKey?.label ?? keyAlgorithmLabel(algorithmId),
    weakness: weaknessOfAlgorithm(algorithmId) ?? publicKey?.weakness,
  };
}

function hashedKey(version: 4 | 6, body: Uint8Array): Uint8Array {
  return version === 6
    ? concatenate([Uint8Array.of(0x9b), octetsOf(body.length, 4), body])
    : concatenate([Uint8Array.of(0x99), octetsOf(body.length, 2), body]);
}

/** RFC 9580, section 5.5.4. */
function fingerprintOf(version: 4 | 6, hashed: Uint8Array): Fingerprint {
  const digest = createHash(version === 6 ? 'sha256' : 'sha1')
    .update(hashed)
    .digest();
  return hexadecimal(digest) as Fingerprint;
}

const signingAlgorithms: ReadonlySet<number> = new Set([
  keyAlgorithms.rsa,
  keyAlgorithms.rsaSign,
  keyAlgorithms.dsa,
  keyAlgorithms.ecdsa,
  keyAlgorithms.eddsaLegacy,
  keyAlgorithms.ed25519,
  keyAlgorithms.ed448,
]);

async function readPublicKey(
  body: Uint8Array,
  algorithmId: number,
  fingerprint: Fingerprint,
): Promise<PublicKey | undefined> {
  if (!signingAlgorithms.has(algorithmId)) return undefined;
  const packet = concatenate([
    Uint8Array.of(0xc0 | packetTypes.publicKey, 0xff),
    octetsOf(body.length, 4),
    body,
  ]);
  try {
    const { keyPacket } = await readKey({ binaryKey: packet });
    if (keyPacket.getFingerprint().toUpperCase() !== fingerprint) return undefined;
    return publicKeyOf(algorithmId, keyPacket.getAlgorithmInfo().curve, numbersOf(keyPacket.publicParams));
  } catch {
    return undefined;
  }
}

/** The parameters by the names that OpenPGP.js and RFC 9580, section 5.5.5, give them. */
function numbersOf(parameters: object): Readonly<Record<string, Uint8Array>> {
  const entries = Object.entries(parameters).filter(
    (entry): entry is [string, Uint8Array] => entry[1] instanceof Uint8Array,
  );
  return Object.fromEntries(entries);
}

function publicKeyOf(
  algorithmId: number,
  curve: string | undefined,
  numbers: Readonly<Record<string, Uint8Array>>,
): PublicKey | undefined {
  const { Q: point = new Uint8Array(0), A: native = new Uint8Array(0) } = numbers;
  switch (algorithmId) {
    case keyAlgorithms.rsa:
    case keyAlgorithms.rsaSign:
      return rsaKey(numbers);
    case keyAlgorithms.dsa:
      return dsaKey(numbers);
    case keyAlgorithms.ecdsa:
      return ecdsaKey(curve ?? '', point);
    case keyAlgorithms.eddsaLegacy:
      return point[0] === 0x40 ? edwardsKey('Ed25519', point.subarray(1)) : undefined;
    case keyAlgorithms.ed25519:
      return edwardsKey('Ed25519', native);
    case keyAlgorithms.ed448:
      return edwardsKey('Ed448', native);
    default:
      return undefined;
  }
}
