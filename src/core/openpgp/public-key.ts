import { createPublicKey, type KeyObject } from 'node:crypto';
import { concatenate } from './octets.ts';

/** What elliptic curves are called, by their object identifiers (RFC 9580, section 9.2). */
const curves: ReadonlyMap<string, string> = new Map([
  ['2a8648ce3d030107', 'NIST P-256'],
  ['2b81040022', 'NIST P-384'],
  ['2b81040023', 'NIST P-521'],
  ['2b2403030208010107', 'Brainpool P-256'],
  ['2b240303020801010b', 'Brainpool P-384'],
  ['2b240303020801010d', 'Brainpool P-512'],
]);

/** Key material that node:crypto has taken. */
export interface PublicKey {
  /** For people: `RSA 4096`, `Ed25519`, `NIST P-256`. */
  readonly label: string;
  readonly key: KeyObject;
  /** Why its length is not enough any more (trust model, section 2.6). */
  readonly weakness: string | undefined;
}

/** Keys beyond these are not in use; verifying with them takes so long that a few signatures would stop everything. */
const maximumExponentOctets = 32;
const maximumDsaBits = 3072;

/** An RSA key from its modulus and exponent, big-endian. */
export function rsaKey(n: Uint8Array, e: Uint8Array): PublicKey | undefined {
  const key = importKey(() =>
    createPublicKey({ key: { kty: 'RSA', n: base64url(n), e: base64url(e) }, format: 'jwk' }),
  );
  const bits = key?.asymmetricKeyDetails?.modulusLength;
  if (key === undefined || bits === undefined || !isExponent(e)) return undefined;
  const label = `RSA ${bits}`;
  return { label, key, weakness: bits < 2048 ? `${label} is shorter than 2048 bits` : undefined };
}

/** Not so long that verifying takes for ever; odd, and not one, with which a signature is what anybody can write. */
const isExponent = (e: Uint8Array): boolean =>
  e.length <= maximumExponentOctets && (e.at(-1) ?? 0) % 2 === 1 && !(e.length === 1 && e[0] === 1);

/** DSA keys have no JWK: the SubjectPublicKeyInfo of RFC 3279, section 2.3.2, is written by hand. */
export function dsaKey(p: Uint8Array, q: Uint8Array, g: Uint8Array, y: Uint8Array): PublicKey | undefined {
  const parameters = sequence(integer(p), integer(q), integer(g));
  const key = importSpki(sequence(objectId('2a8648ce380401'), parameters), integer(y));
  const bits = key?.asymmetricKeyDetails?.modulusLength;
  if (key === undefined || bits === undefined || bits > maximumDsaBits) return undefined;
  return { label: `DSA ${bits}`, key, weakness: undefined };
}

/** An ECDSA key from its curve's object identifier in hexadecimal and its uncompressed point (RFC 5480, section 2). */
export function ecdsaKey(curve: string, point: Uint8Array): PublicKey | undefined {
  const label = curves.get(curve);
  if (label === undefined || point[0] !== 4) return undefined;
  const key = importSpki(sequence(objectId('2a8648ce3d0201'), objectId(curve)), point);
  return key && { label, key, weakness: undefined };
}

export function edwardsKey(label: 'Ed25519' | 'Ed448', point: Uint8Array): PublicKey | undefined {
  if (isOfSmallOrder(point)) return undefined;
  const jwk = { kty: 'OKP', crv: label, x: base64url(point) };
  const key = importKey(() => createPublicKey({ key: jwk, format: 'jwk' }));
  return key && { label, key, weakness: undefined };
}

/**
 * Points of order one, two, four and eight, by the coordinate that they are written as (RFC 8032, section 5): 0, 1 and -1,
 * for Ed25519 two more, and what equals 0 or 1 modulo its prime. Signatures by them can be made without any secret.
 */
const ofSmallOrder: ReadonlySet<string> = new Set([
  ...[32, 57].flatMap((octets) => ['00', '01'].map((first) => first + '00'.repeat(octets - 1))),
  ...['ec', 'ed', 'ee'].map((first) => `${first}${'ff'.repeat(30)}7f`),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
]);

/** The highest bit is the sign of the other coordinate. */
function isOfSmallOrder(point: Uint8Array): boolean {
  const coordinate = Buffer.from(point);
  coordinate[point.length - 1] = (point.at(-1) ?? 0) & 0x7f;
  return ofSmallOrder.has(coordinate.toString('hex'));
}

/** node:crypto throws where numbers make no key, for example a point that isn't on its curve. */
function importKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function importSpki(algorithm: Uint8Array, publicKey: Uint8Array): KeyObject | undefined {
  const spki = sequence(algorithm, der(0x03, [Uint8Array.of(0), publicKey]));
  return importKey(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
}

const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, parts);
const objectId = (hex: string): Uint8Array => der(0x06, [Buffer.from(hex, 'hex')]);
/** Positive: a zero octet keeps a first bit from being read as a sign. DER allows it nowhere else. */
const integer = (value: Uint8Array): Uint8Array =>
  der(0x02, (value[0] ?? 0) < 0x80 ? [value] : [Uint8Array.of(0), value]);

function der(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const content = concatenate(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return concatenate([Uint8Array.from(head), content]);
}
