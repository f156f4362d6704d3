import { createHash, type KeyObject } from 'node:crypto';
import type { Seconds } from '../ports.ts';
import { keyAlgorithmLabel, weaknessOfAlgorithm } from './algorithms.ts';
import type { Fingerprint } from './certificate.ts';
import { readKeyMaterial } from './key-material.ts';
import { concatenate, Octets, octetsOf } from './octets.ts';

/** A public key packet, primary or subkey. */
export interface KeyPacket extends KeyNames {
  readonly version: 4 | 6;
  readonly created: Seconds;
  readonly algorithmId: number;
  /** What signatures over this key cover (RFC 9580, section 5.2.4). */
  readonly hashed: Uint8Array;
  /** Undefined where the algorithm can't sign or isn't supported, or the key material makes no key. */
  readonly publicKey: KeyObject | undefined;
  /** For people: `RSA 4096`, `Ed25519`, `NIST P-256`. */
  readonly label: string;
  /** Why signatures by it prove nothing any more; undefined for a strong key. */
  readonly weakness: string | undefined;
}

/** Reads the body of a public key packet. Undefined if the version is neither 4 nor 6. */
export function readKeyPacket(body: Uint8Array): KeyPacket | undefined {
  const octets = new Octets(body);
  const [version, created, algorithmId] = [octets.number(1), octets.number(4), octets.number(1)];
  if ((version !== 4 && version !== 6) || created === undefined || algorithmId === undefined)
    return undefined;
  const hashed = hashedKey(version, body);
  const publicKey = readKeyMaterial(version, algorithmId, octets.rest());
  return {
    version,
    created,
    algorithmId,
    ...namesOf(version, hashed),
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

/** What a key is called: by its bytes alone, whatever they are worth. */
export interface KeyNames {
  readonly fingerprint: Fingerprint;
  /** The eight-byte key id, upper-case hexadecimal. */
  readonly keyId: string;
}

/** The names of a public key packet, without looking at the key in it. Undefined if its version is neither 4 nor 6. */
export function readKeyNames(body: Uint8Array): KeyNames | undefined {
  const [version] = body;
  if ((version !== 4 && version !== 6) || body.length < 6) return undefined;
  return namesOf(version, hashedKey(version, body));
}

/** RFC 9580, section 5.5.4. */
function namesOf(version: 4 | 6, hashed: Uint8Array): KeyNames {
  const digest = createHash(version === 6 ? 'sha256' : 'sha1')
    .update(hashed)
    .digest('hex');
  const fingerprint = digest.toUpperCase() as Fingerprint;
  return { fingerprint, keyId: keyIdOf(fingerprint) };
}

/** The key id within a whole fingerprint: its end in version 4, its beginning in version 6 (RFC 9580, section 5.5.4). */
export const keyIdOf = (fingerprint: string): string =>
  fingerprint.length === 64 ? fingerprint.slice(0, 16) : fingerprint.slice(-16);
