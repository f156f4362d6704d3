import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CertificateSet } from '../../../src/core/openpgp/certificate-set.ts';
import { type KeyOptions } from '../../support/certificate-parts.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  armor,
  bytes,
  creationTime,
  issuerFingerprint,
  packet,
  packetType,
  signatureType,
} from '../../support/openpgp-packets.ts';
import { certificatesOf, day, judge, payload, start, verdictOn } from './judging.ts';

const options: KeyOptions = { name: 'Alice', email: 'alice@example.org', created: start };
const made = start + 5 * day;

let alice: TestKey;
let known: CertificateSet;

beforeAll(async () => {
  alice = await makeKey({ ...options, signingSubkey: true });
  known = certificatesOf(alice);
});

describe('a malformed signature', () => {
  const signatureOf = (): Uint8Array => alice.signaturePacket(payload, made);
  const body = (): Uint8Array => signatureOf().subarray(2);
  const judged = (...packets: readonly Uint8Array[]) =>
    judge(armor('SIGNATURE', bytes(...packets)), known, made);

  it.each([
    ['text', signatureType.text],
    ['standalone', signatureType.standalone],
    ['certification', signatureType.certification],
    ['subkey binding', signatureType.subkeyBinding],
    ['revocation', signatureType.keyRevocation],
    ['unknown', 0x55],
  ])('is one of type %s', async (_, type) => {
    const verdict = await verdictOn(alice, made, { type });
    expect(verdict).toMatchObject({ verdict: 'malformed', reason: 'malformed' });
    expect(verdict.message).toContain(`0x${type.toString(16).padStart(2, '0')}`);
  });

  it('has its date only where anybody can change it', async () => {
    const parts = { hashed: [issuerFingerprint(alice.signing)], unhashed: [creationTime(made)] };
    expect(await verdictOn(alice, made, parts)).toMatchObject({ verdict: 'malformed', made: undefined });
  });

  it('says one thing twice', async () => {
    const hashed = [creationTime(made), creationTime(made + 1), issuerFingerprint(alice.signing)];
    expect(await verdictOn(alice, made, { hashed })).toMatchObject({ verdict: 'malformed' });
  });

  it.each([
    ['two packets', () => [signatureOf(), signatureOf()]],
    ['a good one and a bad one', () => [alice.signaturePacket(Buffer.from('other'), made), signatureOf()]],
    ['a marker packet before it', () => [packet(10, Buffer.from('PGP')), signatureOf()]],
    ['a padding packet behind it', () => [signatureOf(), packet(21, new Uint8Array(3))]],
    ['a user id behind it', () => [signatureOf(), packet(13, Buffer.from('Alice'))]],
    ['a literal packet only', () => [packet(11, Buffer.from('hello'))]],
    ['half a packet', () => [signatureOf().subarray(0, 60)]],
    ['bytes behind its numbers', () => [packet(2, bytes(body(), [0]))]],
    ['too few numbers', () => [packet(2, body().subarray(0, -33))]],
    ['version 3', () => [packet(2, bytes([3], body().subarray(1)))]],
    ['version 5', () => [packet(2, bytes([5], body().subarray(1)))]],
    ['an empty packet', () => [packet(2, new Uint8Array(0))]],
    ['thousands of packets', () => Array.from({ length: 5000 }, () => packet(2, new Uint8Array(0)))],
  ])('holds %s', (_, packets) => {
    expect(judged(...packets())).toMatchObject({ verdict: 'malformed', reason: 'malformed' });
  });

  it('is two blocks, or one with text around it, or longer than any', async () => {
    const block = await alice.sign(payload, made);
    const long = armor('SIGNATURE', packet(2, bytes(body(), new Uint8Array(70_000))));
    for (const text of [block + block, `hello\n${block}`, `${block}hello`, '', 'hello', long]) {
      expect(judge(text, known, made)).toMatchObject({ verdict: 'malformed', reason: 'malformed' });
    }
  });

  it('never makes the judge throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        expect(judged(packet(2, data)).verdict).not.toBe('good');
        expect(judged(packet(2, bytes([4, 0, 22, 8], data))).verdict).not.toBe('good');
        expect(judge(Buffer.from(data).toString('latin1'), known, made).verdict).toBe('malformed');
      }),
    );
  });
});

describe('a signature of another kind', () => {
  it.each([
    ['-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n', 'ssh'],
    ['-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n', 'x509'],
  ])('is recognised and unsupported, not absent: %j', (text, reason) => {
    expect(judge(text, known, made)).toMatchObject({ verdict: 'unsupported', reason });
  });

  it('of an unknown hash function is unsupported', () => {
    const body = Uint8Array.from(alice.signaturePacket(payload, made).subarray(2));
    body[3] = 99;
    const armored = armor('SIGNATURE', packet(packetType.signature, body));
    expect(judge(armored, known, made)).toMatchObject({ verdict: 'unsupported', reason: 'unsupported' });
  });
});
