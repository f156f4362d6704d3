import { beforeAll, describe, expect, it } from 'vitest';
import { compareCertificates } from '../../../src/core/openpgp/growth.ts';
import { minimalCertificate } from '../../../src/core/openpgp/minimal.ts';
import { flags } from '../../support/certificate-parts.ts';
import { makeMaterial } from '../../support/key-material.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  bytes,
  creationTime,
  hashedUserId,
  hashedKey,
  issuerFingerprint,
  keyFlags,
  packet,
  packetType,
  signatureBody,
  signatureType,
  subpacket,
} from '../../support/openpgp-packets.ts';
import { certificatesOf, day, evaluated, judge, payload, start } from './judging.ts';

const options = { name: 'Alice', email: 'alice@example.org', created: start, expires: start + 10 * day };
const at = start + 5 * day;

let alice: TestKey;
let bob: TestKey;

beforeAll(async () => {
  alice = await makeKey({ ...options, signingSubkey: true });
  bob = await makeKey({ ...options, name: 'Bob' });
});

const compare = (before: TestKey, after: { readonly certificate: Uint8Array }) =>
  compareCertificates(before.certificate, after.certificate);

/** A certification of Alice's user id by Bob. */
function thirdParty(): Uint8Array {
  const fields = { type: 0x10, hashed: [creationTime(at), issuerFingerprint(bob.primary)] };
  const covered = bytes(hashedKey(alice.primary), hashedUserId('Alice <alice@example.org>'));
  return packet(packetType.signature, signatureBody(bob.primary, fields, covered));
}

describe('a certificate grows', () => {
  it.each<[string, (key: TestKey) => TestKey | Promise<TestKey>, number]>([
    ['a longer life', (key) => key.extended(at, undefined), 1],
    ['a new subkey', (key) => key.withSubkey({ created: at }), 2],
    ['a new user id', (key) => key.withUserId(at, 'Alice', 'alice@work.example'), 2],
    ['a revocation', (key) => key.revoked(at, 'compromised'), 1],
    ['the revocation of a subkey', (key) => key.subkeyRevoked(at, 'retired'), 1],
    ['the revocation of a user id', (key) => key.userIdRevoked(at), 1],
  ])('by %s', async (_, grow, added) => {
    expect(compare(alice, await grow(alice))).toEqual({
      relation: 'grown',
      added,
      removed: 0,
      invalid: [],
    });
  });

  it('not at all by other armor, another order, or packets that stand twice', () => {
    const key = alice.withUserId(at, 'Alice', 'alice@work.example');
    const [primary = bytes(), ...rest] = key.packets;
    const reordered = bytes(primary, ...rest.slice(2), ...rest.slice(0, 2));
    for (const certificate of [
      Buffer.from(key.armoredCertificate),
      reordered,
      bytes(key.certificate, key.certificate),
    ]) {
      expect(compare(key, { certificate })).toMatchObject({ relation: 'same', added: 0, removed: 0 });
    }
  });
});

describe('a certificate does not grow by what its own key does not vouch for', () => {
  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['a signature by somebody else', () => bytes(alice.certificate, thirdParty())],
    ['a user id without a signature', () => bytes(alice.certificate, packet(13, Buffer.from('Linus')))],
    ['an image', () => bytes(alice.certificate, packet(17, Buffer.from('image')))],
    ['a padding packet that is none', () => bytes(alice.certificate, packet(60, Buffer.from('?')))],
    [
      'a subkey without consent',
      async () => (await alice.withSubkey({ created: at, backSignature: 'none' })).certificate,
    ],
    [
      "somebody else's subkey",
      async () =>
        (await alice.withSubkey({ created: at, material: bob.primary, backSignature: 'other' })).certificate,
    ],
    ['a signature with MD5', md5Extension],
    ['a signature in the wrong place', () => bytes(...alice.packets, alice.packets[2] ?? bytes())],
  ])('%s', async (_, make) => {
    const { relation, invalid } = compareCertificates(alice.certificate, await make());
    expect(relation).toBe('other');
    expect(invalid.length).toBeGreaterThan(0);
  });

  function md5Extension(): Uint8Array {
    const fields = {
      type: signatureType.direct,
      hash: 'md5' as const,
      hashed: [creationTime(at), keyFlags(flags.sign)],
    };
    const [primary = bytes(), ...rest] = alice.packets;
    return bytes(primary, packet(2, signatureBody(alice.primary, fields, hashedKey(alice.primary))), ...rest);
  }
});

describe('a certificate shrinks', () => {
  it('by a lost revocation, even if something was added rightly', () => {
    const revoked = alice.revoked(at, 'compromised');
    expect(compare(revoked, alice)).toEqual({ relation: 'shrunk', added: 0, removed: 1, invalid: [] });
    expect(compare(revoked, alice.extended(at, undefined))).toMatchObject({
      relation: 'shrunk',
      added: 1,
      removed: 1,
    });
  });

  it('by a changed unhashed part: that is a lost signature and a new one', () => {
    const changed = Uint8Array.from(alice.certificate);
    const last = changed.length - 1;
    changed[last] = (changed[last] ?? 0) ^ 1;
    expect(compare(alice, { certificate: changed })).toMatchObject({
      relation: 'other',
      added: 1,
      removed: 1,
    });
  });
});

describe('two files can not be compared', () => {
  it.each<[string, () => Uint8Array]>([
    ['another primary key', () => bob.certificate],
    ['two certificates', () => bytes(alice.certificate, bob.certificate)],
    ['no certificate', () => new Uint8Array(0)],
    [
      'a damaged end, which may have been a revocation',
      () => alice.revoked(at, 'compromised').certificate.subarray(0, -1),
    ],
    ['a secret key', () => Buffer.from(alice.armoredSecretKey)],
  ])('with %s', (_, after) => {
    const comparison = compareCertificates(alice.certificate, after());
    expect(comparison).toMatchObject({ relation: 'other', added: 0, removed: 0 });
    expect(comparison.invalid).toHaveLength(1);
  });
});

describe('the minimal certificate', () => {
  it('has all that its own key vouches for and nothing else', () => {
    const key = alice
      .extended(at, undefined)
      .revoked(start + 9 * day, 'retired')
      .subkeyRevoked(start + 8 * day, 'superseded');
    const junk = [
      packet(17, Buffer.from('image')),
      packet(13, Buffer.from('Linus')),
      packet(60, Buffer.from('?')),
    ];
    const reading = minimalCertificate(
      bytes(
        ...key.packets.slice(0, 2),
        ...key.packets.slice(2, 5),
        thirdParty(),
        ...key.packets.slice(5),
        ...junk,
      ),
    );
    expect(reading.ok && Buffer.from(reading.certificate).toString('hex')).toBe(
      Buffer.from(key.certificate).toString('hex'),
    );
  });

  it('leaves out a subkey that did not consent, and keeps one that needs no consent', async () => {
    const encryption = await alice.withSubkey({ created: at, flags: flags.encrypt, backSignature: 'none' });
    const thief = await encryption.withSubkey({ created: at, material: bob.primary, backSignature: 'none' });
    const reading = minimalCertificate(thief.certificate);
    expect(reading.ok && evaluated(reading).keys.map(({ fingerprint }) => fingerprint)).toEqual([
      alice.fingerprint,
      alice.signingFingerprint,
      encryption.signingFingerprint,
    ]);
  });

  it('gives the same verdicts as the whole one', async () => {
    const stranger = await makeMaterial('ed25519-legacy', start);
    const junk = packet(
      2,
      signatureBody(stranger, { type: 0x10, hashed: [creationTime(at), subpacket(99, bytes([1]))] }, payload),
    );
    const whole = { certificate: bytes(alice.extended(at, start + 20 * day).certificate, junk) };
    const reading = minimalCertificate(whole.certificate);
    if (!reading.ok) throw new Error(reading.message);
    for (const made of [start - 1, start + day, start + 15 * day, start + 25 * day]) {
      const armored = await alice.sign(payload, made);
      const verdicts = [whole, reading].map((one) => judge(armored, certificatesOf(one), made));
      const [one, other] = verdicts;
      expect(one).toEqual(other);
    }
  });

  it('is refused where the data is not one whole certificate', () => {
    for (const data of [
      bytes(alice.certificate, bob.certificate),
      alice.certificate.subarray(0, -1),
      packet(6, bytes([3, 0])),
    ]) {
      const reading = minimalCertificate(data);
      expect(reading.ok ? '' : reading.message).not.toBe('');
    }
  });
});
