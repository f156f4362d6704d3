import { flags } from '../support/certificate-parts.ts';
import {
  bytes,
  creationTime,
  issuerFingerprint,
  issuerKeyId,
  keyExpiry,
  keyFlags,
  packet,
  packetType,
  signatureExpiry,
  signatureType,
  subpacket,
} from '../support/openpgp-packets.ts';
import type { TestKey } from '../support/keys.ts';
import { day, start } from '../core/openpgp/judging.ts';
import {
  type Case,
  type Expectation,
  adopted,
  by,
  changedLater,
  enlarged,
  hashed,
  made,
  notation,
  now,
  packets,
  padded,
  row,
  sharedKeyId,
  text,
  textSignature,
  usual,
} from './openpgp-case.ts';

const primary = { signingSubkey: false };

/** A direct-key signature, of the key's first second unless told otherwise, which may end the key after some days. */
const direct = (key: TestKey, flag: number, days?: number, at = start): TestKey =>
  key.withDirectSignature(signatureType.direct, [
    creationTime(at),
    keyFlags(flag),
    ...(days === undefined ? [] : [keyExpiry(days * day)]),
  ]);

/** One line a case. docs/openpgp.md says who is right where they differ, and why. */
export const cases: readonly [string, () => Promise<Case>, Expectation][] = [
  ['an ordinary signature', () => by({}), row('good', 'good', 'good')],
  ['by a signing subkey', () => by({ signingSubkey: true }), row('good', 'good', 'good')],
  ['key expired since', () => by({ expires: made + day }), row('key expired', 'good', 'good')],
  [
    'key expired before the signature is used',
    async () => ({ ...(await by({ expires: made + day })), used: now }),
    row('key expired', 'good', 'expired-key'),
  ],
  ['key had expired', () => by({ expires: made - day }), row('key expired', 'bad', 'expired-key')],
  ['key made later', () => by({ created: made + day }), row('error 39', 'bad', 'before-key')],
  [
    'key superseded since',
    () => changedLater((key) => key.revoked(made + day, 'superseded')),
    row('key revoked', 'good', 'good'),
  ],
  [
    'key retired before',
    () => changedLater((key) => key.revoked(made - day, 'retired')),
    row('key revoked', 'bad', 'revoked-key'),
  ],
  [
    'key compromised since',
    () => changedLater((key) => key.revoked(made + day, 'compromised')),
    row('key revoked', 'bad', 'revoked-key'),
  ],
  [
    'key revoked without a reason since',
    () => changedLater((key) => key.revoked(made + day, 'absent')),
    row('key revoked', 'bad', 'revoked-key'),
  ],
  [
    'subkey retired since',
    () => changedLater((key) => key.subkeyRevoked(made + day, 'retired')),
    row('key revoked', 'good', 'good'),
  ],
  [
    'subkey compromised since',
    () => changedLater((key) => key.subkeyRevoked(made + day, 'compromised')),
    row('key revoked', 'bad', 'revoked-key'),
  ],
  [
    'self-signature refreshed since, the old one kept',
    () => changedLater((key) => key.extended(made + day, undefined)),
    row('good', 'good', 'good'),
  ],
  [
    'self-signature refreshed since, the old one lost',
    () => changedLater((key) => key.extended(made + day, undefined, true), made, { signingSubkey: false }),
    row('good', 'bad', 'good'),
  ],
  // gpg's answer depends on the order of the two, Sequoia's on their bytes
  [
    'two self-signatures of one second, one of them expired',
    () =>
      changedLater((key) => key.extended(start, made - day), made, {
        signingSubkey: false,
        seed: 'one second',
      }),
    row('good', 'good', 'expired-key'),
  ],
  [
    'permission to sign withdrawn since',
    () =>
      changedLater(
        (key) =>
          key.withDirectSignature(signatureType.direct, [creationTime(made + day), keyFlags(flags.certify)]),
        made,
        { signingSubkey: false },
      ),
    row('error 125', 'good', 'good'),
  ],
  [
    'expiry in a direct-key signature, of which a newer one on the user id does not speak',
    () => changedLater((key) => direct(key, flags.sign, 2).extended(start + day, undefined), made, primary),
    row('key expired', 'bad', 'expired-key'),
  ],
  [
    'expiry on the user id, of which a newer direct-key signature does not speak',
    () =>
      changedLater(
        (key) => direct(key.extended(start, start + 2 * day, true), flags.sign, undefined, start + day),
        made,
        primary,
      ),
    row('key expired', 'bad', 'expired-key'),
  ],
  [
    'expiry in a direct-key signature, extended on the user id',
    () => changedLater((key) => direct(key, flags.sign, 2).extended(start + day, now + day), made, primary),
    row('key expired', 'good', 'good'),
  ],
  [
    'flags in a direct-key signature, of which a newer one on the user id does not speak',
    () =>
      changedLater((key) => direct(key, flags.sign).extended(start + day, now + day, true), made, {
        ...primary,
        primaryFlags: undefined,
      }),
    row('good', 'good', 'good'),
  ],
  [
    'user id revoked since',
    () => changedLater((key) => key.userIdRevoked(made + day)),
    row('good', 'good', 'good'),
  ],
  ['subkey adopted without its consent', () => adopted('none'), row('error 1', 'bad', 'unbound-subkey')],
  [
    'subkey adopted with a consent for another',
    () => adopted('other'),
    row('error 1', 'bad', 'unbound-subkey'),
  ],
  ['subkey whose consent has expired', () => adopted('expiring'), row('good', 'bad', 'expired-key')],
  [
    'key that may only certify',
    () => by({ primaryFlags: flags.certify }),
    row('error 125', 'bad', 'wrong-capability'),
  ],
  [
    'key that may only encrypt',
    () => by({ primaryFlags: flags.encrypt, algorithm: 'rsa2048' }),
    row('error 125', 'bad', 'wrong-capability'),
  ],
  ['key without flags', () => by({ primaryFlags: undefined }), row('good', 'bad', 'wrong-capability')],
  ['RSA 2048', () => by({ algorithm: 'rsa2048' }), row('good', 'good', 'good')],
  ['RSA 4096', () => by({ algorithm: 'rsa4096' }), row('good', 'good', 'good')],
  ['RSA 1024', () => by({ algorithm: 'rsa1024' }), row('good', 'bad', 'weak-key')],
  ['DSA 2048', () => by({ algorithm: 'dsa2048' }), row('good', 'good', 'weak-key')],
  ['P-256', () => by({ algorithm: 'p256' }), row('good', 'good', 'good')],
  ['P-384', () => by({ algorithm: 'p384' }), row('good', 'good', 'good')],
  ['P-384 with SHA-256', () => by({ algorithm: 'p384' }, { hash: 'sha256' }), row('error 1', 'good', 'weak')],
  ['Brainpool P-256', () => by({ algorithm: 'brainpool256' }), row('good', 'bad', 'good')],
  ['Ed25519 of RFC 9580', () => by({ algorithm: 'ed25519' }), row('error 4', 'bad', 'good')],
  ['Ed448 of RFC 9580', () => by({ algorithm: 'ed448' }), row('error 4', 'bad', 'good')],
  ['version 6', () => by({ version: 6 }), row('no data, no data', 'bad', 'good')],
  ['MD5', () => by({ algorithm: 'rsa2048' }, { hash: 'md5' }), row('error 5', 'bad', 'weak')],
  ['SHA-1', () => by({ algorithm: 'rsa2048' }, { hash: 'sha1' }), row('good', 'bad', 'weak')],
  ['RIPEMD-160', () => by({ algorithm: 'rsa2048' }, { hash: 'ripemd160' }), row('good', 'bad', 'weak')],
  [
    'self-signature with SHA-1',
    () => by({ algorithm: 'rsa2048', selfHash: 'sha1' }),
    row('good', 'bad', 'good'),
  ],
  [
    'self-signature with MD5',
    () => by({ algorithm: 'rsa2048', selfHash: 'md5' }),
    row('error 9', 'bad', 'unbound-subkey'),
  ],
  [
    'signature expired',
    async () => ({ ...(await by({}, { expires: made + day })), used: now }),
    row('signature expired', 'bad', 'expired-signature'),
  ],
  ['signature from the future', () => by({}, { at: now + day }), row('good', 'bad', 'future')],
  [
    'expiry of the signature unhashed only',
    () => hashed(usual, () => [signatureExpiry(1)]),
    row('good', 'good', 'good'),
  ],
  ['expiry of the key unhashed only', () => hashed(usual, () => [keyExpiry(1)]), row('good', 'good', 'good')],
  [
    'creation time unhashed only',
    () =>
      hashed(
        (key) => [issuerFingerprint(key.primary)],
        (key) => [creationTime(made), issuerKeyId(key.primary)],
      ),
    row('error 39', 'bad', 'malformed'),
  ],
  [
    'no issuer',
    () =>
      hashed(
        () => [creationTime(made)],
        () => [],
      ),
    row('error 9', 'bad', 'unknown-key'),
  ],
  ['issuer by key id, unhashed', () => hashed(() => [creationTime(made)]), row('good', 'good', 'good')],
  [
    'issuer by key id, hashed',
    () =>
      hashed(
        (key) => [creationTime(made), issuerKeyId(key.primary)],
        () => [],
      ),
    row('good', 'good', 'good'),
  ],
  ['key id of two keys, by the first', () => sharedKeyId(0), row('good', 'good', 'ambiguous-issuer')],
  ['key id of two keys, by the second', () => sharedKeyId(1), row('bad', 'good', 'ambiguous-issuer')],
  [
    'another issuer unhashed',
    () => hashed(usual, () => [subpacket(16, new Uint8Array(8).fill(1))]),
    row('good', 'good', 'good'),
  ],
  [
    'another fingerprint hashed',
    () => hashed(() => [creationTime(made), subpacket(33, bytes([4], new Uint8Array(20).fill(1)))]),
    row('good', 'good', 'issuer-mismatch'),
  ],
  [
    'unknown critical subpacket hashed',
    () => hashed((key) => [...usual(key), subpacket(99, bytes([1]), true)]),
    row('bad', 'bad', 'bad'),
  ],
  [
    'unknown critical subpacket unhashed',
    () => hashed(usual, (key) => [issuerKeyId(key.primary), subpacket(99, bytes([1]), true)]),
    row('bad', 'good', 'good'),
  ],
  ['critical notation', () => hashed((key) => [...usual(key), notation(true)]), row('bad', 'bad', 'bad')],
  ['ordinary notation', () => hashed((key) => [...usual(key), notation(false)]), row('good', 'good', 'good')],
  [
    'wrong start of the digest',
    () => by({}, { leftBytes: Uint8Array.of(0x74, 0x72) }),
    row('good', 'good', 'good'),
  ],
  ['number with leading zeros', padded, row('good', 'bad', 'good')],
  ['EdDSA number enlarged by the order', () => by({}, { alter: enlarged }), row('good', 'bad', 'bad')],
  [
    'bytes behind the numbers',
    () => packets((signature) => [packet(packetType.signature, bytes(signature.subarray(2), [0]))]),
    row('good', 'good', 'malformed'),
  ],
  ['text signature', textSignature, row('good', 'good', 'malformed')],
  [
    'standalone signature',
    () => by({}, { type: signatureType.standalone }),
    row('error 32', 'bad', 'malformed'),
  ],
  ['certification', () => by({}, { type: signatureType.certification }), row('error 32', 'bad', 'malformed')],
  [
    'version 3',
    () => packets((signature) => [packet(packetType.signature, bytes([3], signature.subarray(3)))]),
    row('error 5', 'bad', 'malformed'),
  ],
  [
    'two good ones',
    () => packets((signature) => [signature, signature]),
    row('good, good', 'good', 'malformed'),
  ],
  [
    'a bad one, then a good one',
    () => packets((signature, key) => [key.signaturePacket(Buffer.from('other'), made), signature]),
    row('bad', 'sqv good', 'malformed'),
  ],
  [
    'a user id behind it',
    () => packets((signature) => [signature, packet(13, Buffer.from('Alice'))]),
    row('good, but status 2', 'bad', 'malformed'),
  ],
  [
    'a marker before it',
    () => packets((signature) => [packet(10, Buffer.from('PGP')), signature]),
    row('good', 'good', 'malformed'),
  ],
  [
    'padding behind it',
    () => packets((signature) => [signature, packet(21, new Uint8Array(3))]),
    row('good', 'bad', 'malformed'),
  ],
  ['no CRC', () => text((armored) => armored.replace(/\n=....\n/, '\n')), row('good', 'good', 'good')],
  [
    'wrong CRC',
    () => text((armored) => armored.replace(/\n=....\n/, '\n=AAAA\n')),
    row('no data', 'good', 'malformed'),
  ],
  ['text before the armor', () => text((armored) => `hello\n${armored}`), row('good', 'good', 'malformed')],
  ['text behind the armor', () => text((armored) => `${armored}hello\n`), row('good', 'good', 'malformed')],
  ['two blocks', () => text((armored) => armored + armored), row('good, good', 'good', 'malformed')],
  [
    'no empty line behind BEGIN',
    () => text((armored) => armored.replace('\n\n', '\n')),
    row('good, but status 2', 'good', 'malformed'),
  ],
  [
    'armor of a message',
    () => text((armored) => armored.replaceAll('SIGNATURE', 'MESSAGE')),
    row('good', 'good', 'malformed'),
  ],
];
