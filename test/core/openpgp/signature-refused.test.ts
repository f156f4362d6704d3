import { beforeAll, describe, expect, it } from 'vitest';
import { type CertificateSet } from '../../../src/core/openpgp/certificate-set.ts';
import { judgeSignature } from '../../../src/core/openpgp/signature.ts';
import { type KeyOptions } from '../../support/certificate-parts.ts';
import { collidingKeys } from '../../support/colliding-keys.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  armor,
  bytes,
  creationTime,
  issuerFingerprint,
  issuerKeyId,
  keyExpiry,
  signatureExpiry,
  subpacket,
} from '../../support/openpgp-packets.ts';
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

describe('a signature that does not count because of itself', () => {
  it('was changed, or what it signs was: any byte of either makes it bad or malformed', async () => {
    const key = await makeKey({ ...options, algorithm: 'ed25519' });
    const certificates = certificatesOf(key);
    const signature = key.signaturePacket(payload, made);
    const times = { now: made + day, position: made, object: made };
    const judged = (signed: Uint8Array, block: Uint8Array): string =>
      judgeSignature(
        { payload: signed, signature: Buffer.from(armor('SIGNATURE', block)) },
        certificates,
        times,
      ).verdict;
    expect(judged(payload, signature)).toBe('good');
    for (let at = 0; at < payload.length; at++) expect(judged(flipped(payload, at), signature)).toBe('bad');
    // not authenticated: the unhashed area (12 octets) and the start of the digest (2) before the 64 of the signature
    const authenticated = (at: number): boolean => at < signature.length - 78 || at >= signature.length - 64;
    for (let at = 2; at < signature.length; at++) {
      if (authenticated(at)) expect(judged(payload, flipped(signature, at))).not.toBe('good');
    }
  });

  it('was made by another key than the one it names', async () => {
    const forged = { by: bob.primary, hashed: [creationTime(made), issuerFingerprint(alice.signing)] };
    expect(judge(await alice.sign(payload, made, forged), known, made)).toMatchObject({
      verdict: 'bad',
      reason: 'bad',
    });
    const contradicting = {
      by: bob.primary,
      hashed: [creationTime(made), issuerFingerprint(bob.primary), issuerKeyId(alice.signing)],
    };
    expect(judge(await alice.sign(payload, made, contradicting), known, made)).toMatchObject({
      verdict: 'bad',
      reason: 'issuer-mismatch',
    });
  });

  it('names an unknown fingerprint although a known key made it', async () => {
    const stranger = await makeKey(options);
    const hashed = [creationTime(made), issuerFingerprint(stranger.primary)];
    const verdict = judge(await bob.sign(payload, made, { hashed }), known, made);
    expect(verdict).toMatchObject({
      verdict: 'bad',
      reason: 'issuer-mismatch',
      fingerprint: bob.fingerprint,
    });
  });

  it('is by a key that nobody here has, which is named by its whole fingerprint and key id', async () => {
    const stranger = await makeKey(options);
    const verdict = judge(await stranger.sign(payload, made), known, made);
    expect(verdict).toMatchObject({
      verdict: 'unknown-key',
      reason: 'unknown-key',
      fingerprint: stranger.fingerprint,
      certificate: undefined,
      made,
    });
    expect(verdict.message).toContain(stranger.fingerprint);
    expect(verdict.message).toContain(stranger.primary.keyId);
  });

  it('does not say who made it', async () => {
    const verdict = await verdictOn(alice, made, { hashed: [creationTime(made)], unhashed: [] });
    expect(verdict).toMatchObject({ verdict: 'unknown-key', fingerprint: undefined });
  });

  it('names a key id that two keys share', async () => {
    const [one, other] = await collidingKeys();
    expect(one.primary.keyId).toBe(other.primary.keyId);
    expect(one.fingerprint).not.toBe(other.fingerprint);
    const both = certificatesOf(one, other);
    const onlyId = { hashed: [creationTime(made)], unhashed: [issuerKeyId(one.primary)] };
    for (const key of [one, other]) {
      const verdict = judge(await key.sign(payload, made, onlyId), both, made);
      expect(verdict).toMatchObject({ verdict: 'bad', reason: 'ambiguous-issuer', certificate: undefined });
      expect(verdict.message).toContain(one.fingerprint);
      expect(verdict.message).toContain(other.fingerprint);
      expect(judge(await key.sign(payload, made), both, made)).toMatchObject({
        verdict: 'good',
        certificate: key.fingerprint,
      });
    }
  });

  it.each(['md5', 'sha1', 'ripemd160'] as const)('uses %s, and is told from a bad one', async (hash) => {
    const rsa = await makeKey({ ...options, algorithm: 'rsa2048' });
    expect(await verdictOn(rsa, made, { hash })).toMatchObject({ verdict: 'weak', reason: 'weak' });
    const armored = await rsa.sign(Buffer.from('other'), made, { hash });
    expect(judge(armored, certificatesOf(rsa), made)).toMatchObject({ verdict: 'bad' });
  });

  it('has a digest shorter than its curve', async () => {
    const key = await makeKey({ ...options, algorithm: 'p384' });
    expect(await verdictOn(key, made, { hash: 'sha256' })).toMatchObject({ verdict: 'weak', reason: 'weak' });
  });

  it('comes from the future', async () => {
    const future = { verdict: 'bad', reason: 'future' };
    expect(await verdictOn(alice, made, { times: { now: made - 1 } })).toMatchObject(future);
    expect(await verdictOn(alice, made, { times: { object: made - 3601 } })).toMatchObject(future);
  });

  it('has expired at the position where it is used', async () => {
    const expires = made + day;
    expect(await verdictOn(alice, made, { expires, times: { position: expires - 1 } })).toMatchObject({
      verdict: 'good',
    });
    expect(
      await verdictOn(alice, made, { expires, times: { position: expires, now: expires } }),
    ).toMatchObject({
      verdict: 'expired-signature',
      reason: 'expired-signature',
    });
  });

  it('has an EdDSA number that is too large by the order of the group', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const tooLarge = (material: Uint8Array): Uint8Array => {
      const numbers = Buffer.from(material);
      const first = 2 + Math.ceil(numbers.readUInt16BE(0) / 8);
      const second = numbers
        .subarray(first + 2)
        .toString('hex')
        .padStart(64, '0');
      const littleEndian = Buffer.from(second, 'hex').reverse().toString('hex');
      const large = (BigInt(`0x${littleEndian}`) + order).toString(16).padStart(64, '0');
      return bytes(numbers.subarray(0, first), [1, 0], Buffer.from(large, 'hex').reverse());
    };
    expect(await verdictOn(alice, made, { alter: tooLarge })).toMatchObject({
      verdict: 'bad',
      reason: 'bad',
    });
  });

  it('demands something that nobody here knows', async () => {
    const known = [creationTime(made), issuerFingerprint(alice.signing)];
    const critical = subpacket(99, bytes([1]), true);
    const verdict = await verdictOn(alice, made, { hashed: [...known, critical] });
    expect(verdict).toMatchObject({ verdict: 'bad', reason: 'bad' });
    expect(verdict.message).toContain('subpacket type 99');
    expect(await verdictOn(alice, made, { hashed: [...known, subpacket(99, bytes([1]))] })).toMatchObject({
      verdict: 'good',
    });
  });

  it('says something in its unhashed part, which has no say', async () => {
    const forgeries = [
      [issuerFingerprint(bob.primary)],
      [issuerKeyId(bob.primary)],
      [creationTime(start)],
      [signatureExpiry(1)],
      [keyExpiry(1)],
      [subpacket(99, bytes([1]), true)],
    ];
    for (const unhashed of forgeries) {
      const expected = { verdict: 'good', fingerprint: alice.signingFingerprint, made };
      expect(judge(await alice.sign(payload, made, { unhashed }), known, made)).toMatchObject(expected);
    }
  });
});

function flipped(data: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(data);
  changed[at] = (changed[at] ?? 0) ^ 0x01;
  return changed;
}
