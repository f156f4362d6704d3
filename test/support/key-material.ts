import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { bytes, number, type HashName } from './openpgp-packets.ts';

/** The kinds of keys that tests make. `ed25519-legacy` is the one that git, gpg 2.2 and everyone else verifies. */
export type KeyKind =
  | 'ed25519-legacy'
  | 'ed25519'
  | 'ed448'
  | 'p256'
  | 'p384'
  | 'p521'
  | 'brainpool256'
  | 'brainpool384'
  | 'brainpool512'
  | 'dsa2048'
  | 'rsa1024'
  | 'rsa2048'
  | 'rsa3072'
  | 'rsa4096';

/** A key pair with what OpenPGP says about it. */
export interface KeyMaterial {
  readonly version: 4 | 6;
  readonly algorithmId: number;
  readonly created: number;
  /** The body of the public key packet. */
  readonly publicBody: Uint8Array;
  /** The body of the unprotected secret key packet. */
  readonly secretBody: Uint8Array;
  /** Upper-case hexadecimal. */
  readonly fingerprint: string;
  readonly keyId: string;
  /** What it signs with unless told otherwise: at least as long as its curve's order. */
  readonly hash: HashName;
  /** The algorithm-specific fields of a signature over these bytes. */
  sign(hash: HashName, signed: Uint8Array): Uint8Array;
}

/** Public and secret fields as they stand in the packets, and how to sign. */
interface Fields {
  readonly algorithmId: number;
  readonly open: Uint8Array;
  readonly secret: Uint8Array;
  readonly sign: (hash: HashName, signed: Uint8Array) => Uint8Array;
}

const generate = promisify(generateKeyPair);

const curves = {
  p256: { name: 'P-256', oid: '2a8648ce3d030107' },
  p384: { name: 'P-384', oid: '2b81040022' },
  p521: { name: 'P-521', oid: '2b81040023' },
  brainpool256: { name: 'brainpoolP256r1', oid: '2b2403030208010107' },
  brainpool384: { name: 'brainpoolP384r1', oid: '2b240303020801010b' },
  brainpool512: { name: 'brainpoolP512r1', oid: '2b240303020801010d' },
} as const;

const legacyEd25519 = '2b06010401da470f01';
const pkcs8Ed25519 = '302e020100300506032b657004220420';

/** Makes a key pair; with a seed (Ed25519 only) the same one every time. */
export async function makeMaterial(
  kind: KeyKind,
  created: number,
  options: { version?: 4 | 6; seed?: string } = {},
): Promise<KeyMaterial> {
  return materialOf(await makeFields(kind, options.seed), created, options.version ?? 4, hashFor(kind));
}

/** The RSA key pair of a JWK, in version 4. */
export const rsaMaterial = (key: JsonWebKey, created: number): KeyMaterial =>
  materialOf(rsa(createPrivateKey({ key, format: 'jwk' })), created, 4, 'sha256');

function materialOf(fields: Fields, created: number, version: 4 | 6, hash: HashName): KeyMaterial {
  const publicBody = bytes(
    [version],
    number(created, 4),
    [fields.algorithmId],
    version === 6 ? number(fields.open.length, 4) : [],
    fields.open,
  );
  const checksum = fields.secret.reduce((sum, byte) => (sum + byte) & 0xffff, 0);
  const secretBody = bytes(publicBody, [0], fields.secret, version === 6 ? [] : number(checksum, 2));
  const fingerprint = fingerprintOf(version, publicBody);
  const keyId = version === 6 ? fingerprint.slice(0, 16) : fingerprint.slice(-16);
  const { algorithmId } = fields;
  return {
    version,
    algorithmId,
    created,
    publicBody,
    secretBody,
    fingerprint,
    keyId,
    hash,
    sign: fields.sign,
  };
}

function hashFor(kind: KeyKind): HashName {
  if (kind === 'p384' || kind === 'brainpool384') return 'sha384';
  return kind === 'p521' || kind === 'brainpool512' || kind === 'ed448' ? 'sha512' : 'sha256';
}

function fingerprintOf(version: 4 | 6, body: Uint8Array): string {
  const hash =
    version === 6
      ? createHash('sha256').update(bytes([0x9b], number(body.length, 4), body))
      : createHash('sha1').update(bytes([0x99], number(body.length, 2), body));
  return hash.digest('hex').toUpperCase();
}

async function makeFields(kind: KeyKind, seed: string | undefined): Promise<Fields> {
  switch (kind) {
    case 'ed25519-legacy':
    case 'ed25519':
      return edwards(kind, seed === undefined ? (await generate('ed25519')).privateKey : seeded(seed));
    case 'ed448':
      return edwards(kind, (await generate('ed448')).privateKey);
    case 'dsa2048':
      return dsa((await generate('dsa', { modulusLength: 2048, divisorLength: 256 })).privateKey);
    case 'rsa1024':
    case 'rsa2048':
    case 'rsa3072':
    case 'rsa4096':
      return rsa((await generate('rsa', { modulusLength: Number(kind.slice(3)) })).privateKey);
    case 'p256':
    case 'p384':
    case 'p521':
    case 'brainpool256':
    case 'brainpool384':
    case 'brainpool512':
      return ecdsa(kind, (await generate('ec', { namedCurve: curves[kind].name })).privateKey);
  }
}

function seeded(seed: string): KeyObject {
  const secret = createHash('sha256').update(seed).digest();
  return createPrivateKey({
    key: Buffer.concat([Buffer.from(pkcs8Ed25519, 'hex'), secret]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** A multiprecision integer, without leading zeros (RFC 9580, section 3.2). */
function mpi(value: Uint8Array): Uint8Array {
  const start = value.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? new Uint8Array(0) : value.subarray(start);
  const bits = digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
  return bytes(number(bits, 2), digits);
}

const field = (value: string | undefined): Uint8Array => Buffer.from(value ?? '', 'base64url');
const oidField = (oid: string): Uint8Array => bytes([oid.length / 2], Buffer.from(oid, 'hex'));

function edwards(kind: 'ed25519-legacy' | 'ed25519' | 'ed448', key: KeyObject): Fields {
  const jwk = key.export({ format: 'jwk' });
  const point = field(jwk.x);
  const secret = field(jwk.d);
  const half = point.length;
  const raw = (hash: HashName, signed: Uint8Array): Uint8Array =>
    sign(null, createHash(hash).update(signed).digest(), key);
  if (kind !== 'ed25519-legacy') {
    return { algorithmId: kind === 'ed25519' ? 27 : 28, open: point, secret, sign: raw };
  }
  return {
    algorithmId: 22,
    open: bytes(oidField(legacyEd25519), mpi(bytes([0x40], point))),
    secret: mpi(secret),
    sign: (hash, signed) => {
      const signature = raw(hash, signed);
      return bytes(mpi(signature.subarray(0, half)), mpi(signature.subarray(half)));
    },
  };
}

function rsa(key: KeyObject): Fields {
  const jwk = key.export({ format: 'jwk' });
  return {
    algorithmId: 1,
    open: bytes(mpi(field(jwk.n)), mpi(field(jwk.e))),
    // OpenPGP's u is the inverse of its p modulo its q; a JWK's qi is that of its q modulo its p
    secret: bytes(mpi(field(jwk.d)), mpi(field(jwk.q)), mpi(field(jwk.p)), mpi(field(jwk.qi))),
    sign: (hash, signed) => mpi(sign(hash, signed, key)),
  };
}

function ecdsa(kind: keyof typeof curves, key: KeyObject): Fields {
  const { point, secret } = pointAndSecret(key);
  return {
    algorithmId: 19,
    open: bytes(oidField(curves[kind].oid), mpi(point)),
    secret: mpi(secret),
    sign: (hash, signed) => twoNumbers(sign(hash, signed, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

function twoNumbers(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return bytes(mpi(signature.subarray(0, half)), mpi(signature.subarray(half)));
}

/** JWK has no names for the Brainpool curves; SEC1 does: OCTET STRING secret, then BIT STRING point. */
function pointAndSecret(key: KeyObject): { point: Uint8Array; secret: Uint8Array } {
  const [, , secret, , point] = derElements(key.export({ format: 'der', type: 'sec1' }));
  return { secret: secret ?? bytes(), point: (derElements(point ?? bytes())[0] ?? bytes()).subarray(1) };
}

/** The contents of DER elements, constructed ones first and then what they hold, one level deep. */
function derElements(der: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < der.length;) {
    const tag = der[at] ?? 0;
    const first = der[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const length = lengthBytes === 0 ? first : Buffer.from(der).readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    const content = der.subarray(start, start + length);
    out.push(content);
    if (tag === 0x30) out.push(...derElements(content));
    at = start + length;
  }
  return out;
}

function dsa(key: KeyObject): Fields {
  // PKCS#8: SEQUENCE, version, AlgorithmIdentifier (oid, SEQUENCE p q g), OCTET STRING INTEGER x
  const elements = derElements(key.export({ format: 'der', type: 'pkcs8' }));
  const [p, q, g, wrapped] = elements.slice(-4);
  const [x] = derElements(wrapped ?? bytes());
  const integer = (value: Uint8Array | undefined): bigint =>
    BigInt(`0x${Buffer.from(value ?? []).toString('hex')}`);
  const y = power(integer(g), integer(x), integer(p)).toString(16);
  return {
    algorithmId: 17,
    open: bytes(
      ...[p, q, g].map((value) => mpi(value ?? bytes())),
      mpi(Buffer.from(y.padStart(512, '0'), 'hex')),
    ),
    secret: mpi(x ?? bytes()),
    sign: (hash, signed) => twoNumbers(sign(hash, signed, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}
