import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { flags } from '../../support/certificate-parts.ts';
import { makeMaterial, type KeyMaterial } from '../../support/key-material.ts';
import {
  armor,
  bytes,
  creationTime,
  hashedKey,
  hashedUserId,
  issuerFingerprint,
  keyFlags,
  number,
  packet,
  packetType,
  signatureBody,
  signatureType,
} from '../../support/openpgp-packets.ts';
import { certificatesOf, day, judge, payload, start } from './judging.ts';

/** A key without a secret: `fields` is what is public of it, and `sign` what anybody can do. */
function keyOf(
  algorithmId: number,
  fields: Uint8Array,
  sign: (digest: Uint8Array) => Uint8Array,
): KeyMaterial {
  const publicBody = bytes([4], number(start, 4), [algorithmId], fields);
  const named = bytes([0x99], number(publicBody.length, 2), publicBody);
  const fingerprint = createHash('sha1').update(named).digest('hex').toUpperCase();
  return {
    version: 4,
    algorithmId,
    created: start,
    publicBody,
    secretBody: new Uint8Array(0),
    fingerprint,
    keyId: fingerprint.slice(-16),
    hash: 'sha256',
    sign: (hash, signed) => sign(createHash(hash).update(signed).digest()),
  };
}

/** RSA whose exponent is one: a signature is the padded digest itself (RFC 8017, section 9.2). */
async function withoutExponent(): Promise<KeyMaterial> {
  const { publicBody } = await makeMaterial('rsa2048', start);
  const modulus = publicBody.subarray(6, -5);
  const padding = Buffer.from(`01${'ff'.repeat(202)}003031300d060960864801650304020105000420`, 'hex');
  return keyOf(1, bytes(modulus, [0, 1, 1]), (digest) => bytes(number(2033, 2), padding, digest));
}

/** Ed25519 with a point of small order; the base point with the number one is then a signature (RFC 8032, section 5.1.7). */
function ofSmallOrder(point: string): KeyMaterial {
  const basePoint = Buffer.from(`58${'66'.repeat(31)}`, 'hex');
  const one = Buffer.from(`01${'00'.repeat(31)}`, 'hex');
  return keyOf(27, Buffer.from(point, 'hex'), () => bytes(basePoint, one));
}

function reasonFor(key: KeyMaterial): string {
  const made = start + day;
  const sign = (type: number, parts: readonly Uint8Array[], covered: Uint8Array): Uint8Array =>
    packet(
      packetType.signature,
      signatureBody(key, { type, hashed: [...parts, issuerFingerprint(key)] }, covered),
    );
  const userId = 'Mallory <mallory@example.org>';
  const certificate = bytes(
    packet(packetType.publicKey, key.publicBody),
    packet(packetType.userId, Buffer.from(userId)),
    sign(
      signatureType.certification,
      [creationTime(start), keyFlags(flags.sign)],
      bytes(hashedKey(key), hashedUserId(userId)),
    ),
  );
  const armored = armor('SIGNATURE', sign(signatureType.binary, [creationTime(made)], payload));
  return judge(armored, certificatesOf({ certificate }), made, { now: made, position: made }).reason;
}

describe('a key with which anybody can sign tells nobody who signed', () => {
  it('so that RSA with the exponent one is not supported', async () => {
    expect(reasonFor(await withoutExponent())).toBe('unsupported');
  });

  it.each([
    ['one', `01${'00'.repeat(31)}`],
    ['one, written with its sign', `01${'00'.repeat(30)}80`],
    ['one, written as more than the modulus', `ee${'ff'.repeat(30)}7f`],
  ])('nor Ed25519 with the neutral point, its coordinate being %s', (_, point) => {
    expect(reasonFor(ofSmallOrder(point))).toBe('unsupported');
  });
});
