/** A hash function: node's name, the salt that version 6 signatures use with it, and whether it still counts. */
export interface HashAlgorithm {
  readonly name: string;
  readonly label: string;
  /** The length of a digest. */
  readonly octets: number;
  /** Octets (RFC 9580, section 9.5). */
  readonly salt: number;
  /** Collisions can be made: what was signed need not be what is shown (trust model, section 2.6). */
  readonly weak: boolean;
}

const hashAlgorithms: ReadonlyMap<number, HashAlgorithm> = new Map([
  [1, { name: 'md5', label: 'MD5', octets: 16, salt: 16, weak: true }],
  [2, { name: 'sha1', label: 'SHA-1', octets: 20, salt: 16, weak: true }],
  [3, { name: 'ripemd160', label: 'RIPEMD-160', octets: 20, salt: 16, weak: true }],
  [8, { name: 'sha256', label: 'SHA-256', octets: 32, salt: 16, weak: false }],
  [9, { name: 'sha384', label: 'SHA-384', octets: 48, salt: 24, weak: false }],
  [10, { name: 'sha512', label: 'SHA-512', octets: 64, salt: 32, weak: false }],
  [11, { name: 'sha224', label: 'SHA-224', octets: 28, salt: 16, weak: false }],
  [12, { name: 'sha3-256', label: 'SHA3-256', octets: 32, salt: 16, weak: false }],
  [14, { name: 'sha3-512', label: 'SHA3-512', octets: 64, salt: 32, weak: false }],
]);

/** The hash function with this number (RFC 9580, section 9.5), if it is one of those that are supported. */
export const hashAlgorithm = (id: number): HashAlgorithm | undefined => hashAlgorithms.get(id);

/** Numbers of public-key algorithms (RFC 9580, section 9.1). */
export const keyAlgorithms = {
  rsa: 1,
  rsaEncrypt: 2,
  rsaSign: 3,
  elgamalEncrypt: 16,
  dsa: 17,
  ecdh: 18,
  ecdsa: 19,
  elgamal: 20,
  eddsaLegacy: 22,
  x25519: 25,
  x448: 26,
  ed25519: 27,
  ed448: 28,
} as const;

const labels: ReadonlyMap<number, string> = new Map([
  [keyAlgorithms.rsa, 'RSA'],
  [keyAlgorithms.rsaEncrypt, 'RSA (encryption only)'],
  [keyAlgorithms.rsaSign, 'RSA'],
  [keyAlgorithms.elgamalEncrypt, 'ElGamal'],
  [keyAlgorithms.dsa, 'DSA'],
  [keyAlgorithms.ecdh, 'ECDH'],
  [keyAlgorithms.ecdsa, 'ECDSA'],
  [keyAlgorithms.elgamal, 'ElGamal'],
  [keyAlgorithms.eddsaLegacy, 'EdDSA'],
  [keyAlgorithms.x25519, 'X25519'],
  [keyAlgorithms.x448, 'X448'],
  [keyAlgorithms.ed25519, 'Ed25519'],
  [keyAlgorithms.ed448, 'Ed448'],
]);

/** The algorithm's name for people; an unknown one by its number. */
export const keyAlgorithmLabel = (id: number): string => labels.get(id) ?? `algorithm ${id}`;

/** Whether a signature that says `claimed` may come from a key of algorithm `id`: 3 is RSA for signing only. */
export function algorithmsAgree(id: number, claimed: number): boolean {
  return id === claimed || (isRsa(id) && isRsa(claimed));
}

const isRsa = (id: number): boolean => id === keyAlgorithms.rsa || id === keyAlgorithms.rsaSign;

/** ElGamal and DSA are weak whatever their size, so that they need not be supported to be told (trust model, section 2.6). */
export function weaknessOfAlgorithm(id: number): string | undefined {
  if (id === keyAlgorithms.elgamal || id === keyAlgorithms.elgamalEncrypt)
    return 'ElGamal signatures can be forged';
  return id === keyAlgorithms.dsa ? 'DSA is no longer an approved signature algorithm' : undefined;
}
