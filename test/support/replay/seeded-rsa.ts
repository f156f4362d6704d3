import { checkPrimeSync, createHash, type JsonWebKey } from 'node:crypto';

/** The smallest exponent that everybody uses, and every program takes. */
const exponent = 65537n;

/** An RSA key that follows from its seed, which node:crypto makes none of. For repositories made for measuring only. */
export function seededRsa(seed: string, bits: number): JsonWebKey {
  const p = seededPrime(`${seed} p`, bits / 2);
  const q = seededPrime(`${seed} q`, bits / 2);
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const fields = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const encoded = Object.entries(fields).map(([name, value]) => [name, base64url(value)] as const);
  return { kty: 'RSA', ...Object.fromEntries(encoded) };
}

/** The first prime from a seeded start on, its two highest bits set, so that a product of two has all its bits. */
function seededPrime(seed: string, bits: number): bigint {
  const highest = 3n << BigInt(bits - 2);
  const drawn = BigInt(
    `0x${createHash('shake256', { outputLength: bits / 8 })
      .update(seed)
      .digest('hex')}`,
  );
  for (let candidate = drawn | highest | 1n; ; candidate += 2n) {
    if (candidate % exponent !== 1n && checkPrimeSync(candidate)) return candidate;
  }
}

/** Of a value that has no divisor in common with the modulus (extended Euclid). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [last, rest] = [modulus, value % modulus];
  let [lastFactor, factor] = [0n, 1n];
  while (rest !== 0n) {
    const quotient = last / rest;
    [last, rest] = [rest, last - quotient * rest];
    [lastFactor, factor] = [factor, lastFactor - quotient * factor];
  }
  return lastFactor < 0n ? lastFactor + modulus : lastFactor;
}

function base64url(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
}
