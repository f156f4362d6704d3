import { beforeAll, describe, expect, it } from 'vitest';
import { readCertificates } from '../../../src/core/openpgp/certificate.ts';
import { CertificateSet } from '../../../src/core/openpgp/certificate-set.ts';
import { verifySignature } from '../../../src/core/openpgp/signature-facts.ts';
import { judgeDetached, placeInTime } from '../../../src/core/openpgp/signature.ts';
import { flags, type KeyOptions } from '../../support/certificate-parts.ts';
import type { KeyKind } from '../../support/key-material.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import { armor, bytes, packet, type HashName } from '../../support/openpgp-packets.ts';
import { certificatesOf, day, judge, payload, start, verdictOn } from './judging.ts';

const options: KeyOptions = { name: 'Alice', email: 'alice@example.org', created: start };
const made = start + 5 * day;

let alice: TestKey;
let bob: TestKey;
let known: CertificateSet;

beforeAll(async () => {
  alice = await makeKey({ ...options, signingSubkey: true });
  bob = await makeKey({ ...options, name: 'Bob', email: 'bob@example.org' });
  known = certificatesOf(alice, bob);
});

describe('a good signature', () => {
  it('names the key that verified, its certificate, and the time, all whole', async () => {
    expect(await verdictOn(alice, made)).toEqual({
      verdict: 'good',
      reason: 'good',
      message: `Key ${alice.signingFingerprint} of certificate ${alice.fingerprint} signed at 2024-01-06T00:00:00Z.`,
      fingerprint: alice.signingFingerprint,
      certificate: alice.fingerprint,
      made,
    });
  });

  const kinds: readonly [KeyKind, 4 | 6, HashName][] = [
    ['rsa2048', 4, 'sha256'],
    ['rsa2048', 4, 'sha512'],
    ['rsa2048', 6, 'sha3-512'],
    ['rsa3072', 4, 'sha224'],
    ['ed25519-legacy', 4, 'sha512'],
    ['ed25519', 4, 'sha256'],
    ['ed25519', 6, 'sha3-256'],
    ['ed448', 4, 'sha512'],
    ['ed448', 6, 'sha512'],
    ['p256', 4, 'sha256'],
    ['p256', 6, 'sha512'],
    ['p384', 4, 'sha384'],
    ['p521', 4, 'sha512'],
    ['brainpool256', 4, 'sha256'],
    ['brainpool384', 4, 'sha384'],
    ['brainpool512', 4, 'sha512'],
  ];
  it.each(kinds)('may be made by a %s key of version %i with %s', async (algorithm, version, hash) => {
    const key = await makeKey({ ...options, algorithm, version, signingSubkey: true });
    expect(await verdictOn(key, made, { hash })).toMatchObject({
      verdict: 'good',
      fingerprint: key.signingFingerprint,
    });
  });

  it('is good whatever stands in the two octets of the digest', async () => {
    expect(await verdictOn(alice, made, { leftBytes: Uint8Array.of(0x74, 0x72) })).toMatchObject({
      verdict: 'good',
    });
  });

  it('is good with numbers that count leading zero bits, as GitHub writes them', async () => {
    const rsa = await makeKey({ ...options, algorithm: 'rsa2048' });
    const padded = (material: Uint8Array): Uint8Array =>
      bytes([8, 0], new Uint8Array(256 - (material.length - 2)), material.subarray(2));
    expect(await verdictOn(rsa, made, { alter: padded })).toMatchObject({ verdict: 'good' });
  });

  it('is good at any later position once a retired or superseded key had made it', async () => {
    for (const reason of ['retired', 'superseded'] as const) {
      const retired = alice.revoked(made + day, reason);
      const times = { now: made + 90 * day, position: made + 60 * day };
      expect(await verdictOn(alice, made, { known: retired, times })).toMatchObject({ verdict: 'good' });
    }
  });

  it('is good after its key expired if it was used before', async () => {
    const key = await makeKey({ ...options, expires: made + day });
    expect(await verdictOn(key, made, { times: { now: made + 90 * day } })).toMatchObject({
      verdict: 'good',
    });
  });

  it('is good if its key was refreshed since and lost the self-signature of that time', async () => {
    const refreshed = bob.extended(made + 30 * day, made + 60 * day, true);
    expect(await verdictOn(bob, made, { known: refreshed })).toMatchObject({ verdict: 'good' });
  });

  it('may be dated up to an hour after its object, and any time before', async () => {
    expect(await verdictOn(alice, made, { times: { object: made - 3600 } })).toMatchObject({
      verdict: 'good',
    });
    expect(await verdictOn(alice, made, { times: { object: made + 30 * day } })).toMatchObject({
      verdict: 'good',
    });
  });
});

describe('a signature that does not count because of its key', () => {
  it.each([
    ['expired before it signed', { expires: made - day }, 'expired-key', 'expired-key'],
    ['made after the signature', { created: made + day }, 'bad', 'before-key'],
    ['that may only certify', { primaryFlags: flags.certify }, 'bad', 'wrong-capability'],
    ['that may only encrypt', { primaryFlags: flags.encrypt }, 'bad', 'wrong-capability'],
    ['that may only authenticate', { primaryFlags: flags.authenticate }, 'bad', 'wrong-capability'],
    ['without key flags', { primaryFlags: undefined }, 'bad', 'wrong-capability'],
    ['of RSA with 1024 bits', { algorithm: 'rsa1024' }, 'weak', 'weak-key'],
    ['of DSA', { algorithm: 'dsa2048' }, 'weak', 'weak-key'],
    [
      'of version 6 with an encoding that only version 4 has',
      { version: 6, algorithm: 'ed25519-legacy' },
      'unsupported',
      'unsupported',
    ],
  ] as const)('names a key %s', async (_, special, verdict, reason) => {
    const key = await makeKey({ ...options, ...special });
    expect(await verdictOn(key, made)).toMatchObject({ verdict, reason, fingerprint: key.fingerprint });
  });

  it('is used after its key expired, whatever its own date says', async () => {
    const key = await makeKey({ ...options, expires: made + day });
    expect(
      await verdictOn(key, made, { times: { position: made + day, now: made + 2 * day } }),
    ).toMatchObject({
      verdict: 'expired-key',
      reason: 'expired-key',
    });
  });

  it('was made after a soft revocation', async () => {
    expect(await verdictOn(alice, made, { known: alice.revoked(made, 'retired') })).toMatchObject({
      verdict: 'revoked-key',
    });
    expect(await verdictOn(alice, made, { known: alice.subkeyRevoked(made, 'superseded') })).toMatchObject({
      verdict: 'revoked-key',
    });
  });

  it.each(['compromised', 'absent', 'none', 'unknown'] as const)(
    'was made before a hard revocation (%s)',
    async (reason) => {
      const revoked = { verdict: 'revoked-key', reason: 'revoked-key' };
      expect(await verdictOn(alice, made, { known: alice.revoked(made + day, reason) })).toMatchObject(
        revoked,
      );
      expect(await verdictOn(alice, made, { known: alice.subkeyRevoked(made + day, reason) })).toMatchObject(
        revoked,
      );
    },
  );

  it('was made by a subkey that somebody else adopted without its consent', async () => {
    const mallory = await makeKey({ ...options, name: 'Mallory', signingSubkey: true });
    for (const backSignature of ['none', 'other'] as const) {
      const thief = await mallory.withSubkey({ created: start, material: alice.signing, backSignature });
      expect(await verdictOn(alice, made, { known: thief })).toMatchObject({
        verdict: 'bad',
        reason: 'unbound-subkey',
      });
      const both = certificatesOf(thief, alice);
      expect(judge(await alice.sign(payload, made), both, made)).toMatchObject({
        verdict: 'good',
        certificate: alice.fingerprint,
      });
    }
  });

  it('was made by a subkey that consented to two certificates: nobody can tell who signed', async () => {
    const other = await (
      await makeKey({ ...options, name: 'Other' })
    ).withSubkey({ created: start, material: alice.signing });
    const verdict = judge(await alice.sign(payload, made), certificatesOf(alice, other), made);
    expect(verdict).toMatchObject({ verdict: 'bad', reason: 'ambiguous-issuer', certificate: undefined });
    expect(verdict.message).toContain(alice.fingerprint);
    expect(verdict.message).toContain(other.fingerprint);
  });

  it('must be allowed by every copy of a certificate that was read twice', async () => {
    const copies = certificatesOf(alice, alice.revoked(made - day, 'retired'));
    expect(judge(await alice.sign(payload, made), copies, made)).toMatchObject({ verdict: 'revoked-key' });
    expect(judge(await alice.sign(payload, made), certificatesOf(alice, alice), made)).toMatchObject({
      verdict: 'good',
    });
  });
});

describe('a verdict on an object with an impossible time', () => {
  it.each([-1e18, 1e18, -1e12])('is given in words all the same: %d', async (time) => {
    const key = await makeKey({ ...options, expires: made + day });
    for (const times of [{ object: time }, { position: time }, { now: time }]) {
      const verdict = await verdictOn(key, made, { times });
      expect(verdict.message).toContain(key.fingerprint);
    }
    expect(await verdictOn(key, made, { times: { object: -1e18 } })).toMatchObject({ reason: 'future' });
    expect(await verdictOn(key, made, { times: { position: 1e18 } })).toMatchObject({
      reason: 'expired-key',
    });
  });
});

describe('several detached signatures', () => {
  const times = { now: made + day, position: made, object: made };

  it('are judged one by one, in their order', () => {
    const packets = [
      bob.signaturePacket(payload, made),
      alice.signaturePacket(Buffer.from('other'), made),
      alice.signaturePacket(payload, made),
    ];
    const verdicts = judgeDetached(payload, armor('SIGNATURE', bytes(...packets)), known, times);
    expect(verdicts.map(({ verdict, certificate }) => [verdict, certificate])).toEqual([
      ['good', bob.fingerprint],
      ['bad', alice.fingerprint],
      ['good', alice.fingerprint],
    ]);
  });

  it('are at most 64', () => {
    const many = (count: number) =>
      judgeDetached(
        payload,
        armor('SIGNATURE', bytes(...Array.from({ length: count }, () => bob.signaturePacket(payload, made)))),
        known,
        times,
      );
    expect(many(64).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 64 }, () => 'good'));
    expect(many(65).map(({ verdict }) => verdict)).toEqual(['malformed']);
  });

  it('count for nothing where something else stands among them, which is a verdict of its own', () => {
    const text = armor(
      'SIGNATURE',
      bytes(bob.signaturePacket(payload, made), packet(13, Buffer.from('Bob'))),
    );
    expect(judgeDetached(payload, text, known, times).map(({ verdict }) => verdict)).toEqual([
      'good',
      'malformed',
    ]);
  });
});

describe('the facts of a signature', () => {
  it('are plain data that can be kept and placed in time again', async () => {
    const key = await makeKey({ ...options, expires: made + day });
    const certificates = certificatesOf(key);
    const facts = verifySignature(payload, Buffer.from(await key.sign(payload, made)), certificates);
    const kept = JSON.parse(JSON.stringify(facts)) as typeof facts;
    const at = (position: number) =>
      placeInTime(kept, certificates, { now: made + 9 * day, position, object: made }).verdict;
    expect([at(made), at(made + day)]).toEqual(['good', 'expired-key']);
  });

  it('are of no use with other certificates', async () => {
    const facts = verifySignature(payload, Buffer.from(await alice.sign(payload, made)), known);
    const verdict = placeInTime(facts, certificatesOf(bob), {
      now: made,
      position: made,
      object: made,
    });
    expect(verdict).toMatchObject({
      verdict: 'unknown-key',
      fingerprint: alice.signingFingerprint,
      certificate: undefined,
    });
  });

  it('are the same with the key of a certificate that lost all signatures of others', async () => {
    const { certificates } = readCertificates(bytes(alice.certificate, packet(17, Buffer.from('image'))));
    expect(judge(await alice.sign(payload, made), new CertificateSet(certificates), made)).toEqual(
      await verdictOn(alice, made),
    );
  });
});
