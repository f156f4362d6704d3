import { describe, expect, it } from 'vitest';
import { parseFingerprint, readCertificates } from '../../../src/core/openpgp/certificate.ts';
import { makeMaterial } from '../../support/key-material.ts';
import { makeKey } from '../../support/keys.ts';
import {
  bytes,
  creationTime,
  hashedUserId,
  issuerFingerprint,
  packet,
  packetType,
  signatureBody,
} from '../../support/openpgp-packets.ts';
import { day, evaluated, start } from './judging.ts';

const alice = { name: 'Alice', email: 'alice@example.org', created: start };

describe('a fingerprint', () => {
  it.each([
    ['0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567', '0123456789ABCDEF0123456789ABCDEF01234567'],
    ['0x0123456789abcdef0123456789abcdef01234567', '0123456789ABCDEF0123456789ABCDEF01234567'],
    ['ab'.repeat(32), 'AB'.repeat(32)],
    ['0123456789ABCDEF', undefined],
    ['0'.repeat(41), undefined],
    ['g'.repeat(40), undefined],
    ['', undefined],
  ])('written as %j is %j', (text, expected) => {
    expect(parseFingerprint(text)).toBe(expected);
  });
});

describe('reading certificates', () => {
  it('takes binary data and armored blocks, however many', async () => {
    const [one, other] = [await makeKey(alice), await makeKey({ ...alice, name: 'Bob' })];
    const binary = readCertificates(bytes(one.certificate, other.certificate));
    const armored = readCertificates(
      Buffer.from(`Two keys:\n${one.armoredCertificate}\n${other.armoredCertificate}`),
    );
    expect(binary.certificates.map(({ fingerprint }) => fingerprint)).toEqual([
      one.fingerprint,
      other.fingerprint,
    ]);
    expect(armored).toEqual(binary);
  });

  it('brings together what is said about one primary key in several places', async () => {
    const key = await makeKey({ ...alice, expires: start + 10 * day });
    const both = bytes(key.certificate, key.revoked(start + 3 * day, 'compromised').certificate);
    const { certificates } = readCertificates(both);
    expect(certificates).toHaveLength(1);
    expect(certificates[0]?.keys[0]?.hardRevocation?.reason).toBe('compromised');
  });

  it('refuses secret keys, and reads what stands beside them', async () => {
    const [key, other] = [await makeKey(alice), await makeKey({ ...alice, name: 'Bob' })];
    const reading = readCertificates(Buffer.from(key.armoredSecretKey + other.armoredCertificate));
    expect(reading.problems.map(({ code }) => code)).toEqual(['certificate.secret-key']);
    expect(reading.certificates.map(({ fingerprint }) => fingerprint)).toEqual([other.fingerprint]);
  });

  it('lists as user ids only those that the owner has certified', async () => {
    const key = (await makeKey(alice)).withUserId(start + day, 'Alice', 'alice@work.example');
    const stolen = packet(packetType.userId, Buffer.from('Linus <torvalds@kernel.org>'));
    const { userIds } = evaluated({ certificate: bytes(key.certificate, stolen) });
    expect(userIds).toEqual(['Alice <alice@example.org>', 'Alice <alice@work.example>']);
  });

  it('loses only the certificate that is damaged', async () => {
    const [key, other] = [await makeKey(alice), await makeKey({ ...alice, name: 'Bob' })];
    const cases: [string, Uint8Array][] = [
      ['packet.unreadable', bytes(other.certificate, key.certificate.subarray(0, 40))],
      ['packet.unreadable', bytes(other.certificate, packet(6, Uint8Array.of(3, 1, 2, 3)))],
      ['packet.ignored', bytes(packet(13, Buffer.from('nobody')), other.certificate)],
      [
        'certificate.too-large',
        bytes(other.certificate, key.certificate, packet(17, new Uint8Array(5 << 20))),
      ],
    ];
    for (const [code, data] of cases) {
      const reading = readCertificates(data);
      expect(reading.problems.map((problem) => problem.code)).toEqual([code]);
      expect(reading.certificates.map(({ fingerprint }) => fingerprint)).toEqual([other.fingerprint]);
    }
  });

  it('says so where there is no certificate at all', () => {
    const { certificates, problems } = readCertificates(Buffer.from('hello'));
    expect(certificates).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['packet.unreadable']);
    expect(readCertificates(new Uint8Array(0))).toEqual({ certificates: [], problems: [] });
  });

  it('tells of self-signatures with SHA-1, and leaves them out where the policy refuses them', async () => {
    const key = await makeKey({ ...alice, selfHash: 'sha1' });
    const noted = readCertificates(key.certificate);
    const refused = readCertificates(key.certificate, { sha1Bindings: 'refuse' });
    expect(noted.certificates[0]?.keys[0]?.signing).toHaveLength(1);
    expect(refused.certificates[0]?.keys[0]?.signing).toEqual([]);
    for (const { certificates } of [noted, refused]) {
      expect(certificates[0]?.problems.map(({ code }) => code)).toEqual(['self-signature.sha1']);
    }
  });

  it.each(['md5', 'ripemd160'] as const)('never counts self-signatures with %s', async (selfHash) => {
    const certificate = evaluated(await makeKey({ ...alice, selfHash }));
    expect(certificate.keys[0]?.signing).toEqual([]);
    expect(certificate.problems.map(({ code }) => code)).toEqual(['self-signature.invalid']);
  });

  it('is not stopped by thousands of signatures of others', async () => {
    const key = await makeKey(alice);
    const stranger = await makeMaterial('ed25519-legacy', start);
    const junk = Array.from({ length: 5000 }, (_, index) => {
      const fields = { type: 0x10, hashed: [creationTime(start + index), issuerFingerprint(stranger)] };
      const body = signatureBody({ ...stranger, sign: () => new Uint8Array(64) }, fields, new Uint8Array(0));
      return packet(packetType.signature, body);
    });
    const certificate = evaluated({ certificate: bytes(key.certificate, ...junk) });
    expect(certificate).toEqual(evaluated(key));
  });

  it('is not stopped by thousands of subkeys', async () => {
    const key = await makeKey(alice);
    const subkey = packet(packetType.publicSubkey, key.primary.publicBody);
    const many = Array.from({ length: 300 }, () => subkey);
    const { certificates, problems } = readCertificates(bytes(key.certificate, ...many));
    expect(certificates).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['certificate.too-large']);
  });

  it('refuses the whole certificate where too many signatures claim to be its own: a revocation may hide among them', async () => {
    const key = await makeKey(alice);
    const junk = Array.from({ length: 2500 }, (_, index) => {
      const fields = { type: 0x10, hashed: [creationTime(start + index), issuerFingerprint(key.primary)] };
      const forged = { ...key.primary, sign: () => bytes([0, 8, 128], [0, 8, 128]) };
      return packet(
        packetType.signature,
        signatureBody(forged, fields, hashedUserId('Alice <alice@example.org>')),
      );
    });
    const reading = readCertificates(bytes(key.certificate, ...junk));
    expect(reading.certificates).toEqual([]);
    expect(reading.problems.map(({ code }) => code)).toEqual(['certificate.too-large']);
  });
});
