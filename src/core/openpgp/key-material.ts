import { keyAlgorithms } from './algorithms.ts';
import { Octets } from './octets.ts';
import { dsaKey, ecdsaKey, edwardsKey, rsaKey, type PublicKey } from './public-key.ts';

/**
 * The key in the algorithm-specific fields of a public key packet (RFC 9580, section 5.5.5). Undefined where the
 * algorithm can't sign or isn't supported, where the numbers make no key, and where anything is left over.
 */
export function readKeyMaterial(
  version: 4 | 6,
  algorithmId: number,
  fields: Uint8Array,
): PublicKey | undefined {
  const octets = new Octets(fields);
  // Version 6 says beforehand how long the fields are (RFC 9580, section 5.5.2.3).
  if (version === 6 && octets.number(4) !== octets.remaining) return undefined;
  // Everything is taken before it is looked at, so that what is left over is known.
  const key = readers.get(algorithmId)?.(octets, version);
  return octets.remaining === 0 ? key : undefined;
}

type Reader = (octets: Octets, version: 4 | 6) => PublicKey | undefined;

const legacyEd25519 = '2b06010401da470f01';

const rsa: Reader = (octets) => {
  const [n, e] = numbers(octets, 2);
  return n && e && rsaKey(n, e);
};

const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [keyAlgorithms.rsa, rsa],
  [keyAlgorithms.rsaSign, rsa],
  [
    keyAlgorithms.dsa,
    (octets) => {
      const [p, q, g, y] = numbers(octets, 4);
      return p && q && g && y && dsaKey(p, q, g, y);
    },
  ],
  [
    keyAlgorithms.ecdsa,
    (octets) => {
      const curve = objectId(octets);
      const [point] = numbers(octets, 1);
      return curve === undefined ? undefined : point && ecdsaKey(curve, point);
    },
  ],
  [
    keyAlgorithms.eddsaLegacy,
    (octets, version) => {
      const curve = objectId(octets);
      const [point] = numbers(octets, 1);
      // RFC 9580, section 9.2.1: not in version 6, and the point is prefixed by 0x40.
      if (version === 6 || curve !== legacyEd25519 || point?.[0] !== 0x40) return undefined;
      return edwardsKey('Ed25519', point.subarray(1));
    },
  ],
  [keyAlgorithms.ed25519, (octets) => native('Ed25519', octets.take(32))],
  [keyAlgorithms.ed448, (octets) => native('Ed448', octets.take(57))],
]);

const native = (label: 'Ed25519' | 'Ed448', point: Uint8Array | undefined): PublicKey | undefined =>
  point && edwardsKey(label, point);

/**
 * Multiprecision integers (RFC 9580, section 3.2). Here they must have as many bits as they claim: programs that write
 * them anew compute another fingerprint otherwise, and so mean another key.
 */
function numbers(octets: Octets, count: number): readonly (Uint8Array | undefined)[] {
  return Array.from({ length: count }, () => {
    const bits = octets.number(2);
    const number = bits === undefined ? undefined : octets.take(Math.ceil(bits / 8));
    const [first = 0] = number ?? [];
    return bits === (number?.length ?? 0) * 8 - Math.clz32(first) + 24 ? number : undefined;
  });
}

/** The object identifier of a curve in hexadecimal, after one octet with its length. */
function objectId(octets: Octets): string | undefined {
  const length = octets.number(1);
  const id = length === undefined ? undefined : octets.take(length);
  return id && Buffer.from(id).toString('hex');
}
