import { describe, expect, it } from 'vitest';
import { keyStanding } from '../../../src/core/openpgp/certificate.ts';
import { flags } from '../../support/certificate-parts.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  bytes,
  creationTime,
  hashedKey,
  keyExpiry,
  keyFlags,
  packet,
  packetType,
  signatureBody,
  signatureType,
  subpacket,
} from '../../support/openpgp-packets.ts';
import { day, evaluated, start } from './judging.ts';

const alice = { name: 'Alice', email: 'alice@example.org', created: start };

/** When the key that signs may sign, in days since the start. */
function signingDays(key: TestKey): [number, number][] {
  const { keys } = evaluated(key);
  const found = keys.find(({ fingerprint }) => fingerprint === key.signingFingerprint);
  return (found?.signing ?? []).map(({ from, until }) => [(from - start) / day, (until - start) / day]);
}

function standing(key: TestKey, at: number): string {
  const { keys } = evaluated(key);
  const found = keys.find(({ fingerprint }) => fingerprint === key.signingFingerprint);
  return found === undefined ? 'missing' : keyStanding(found, at);
}

describe('when a key may sign', () => {
  it('is from its creation, without end', async () => {
    expect(signingDays(await makeKey(alice))).toEqual([[0, Infinity]]);
  });

  it('is until it expires', async () => {
    expect(signingDays(await makeKey({ ...alice, expires: start + 10 * day }))).toEqual([[0, 10]]);
  });

  it('is longer if it was extended in time, with the old self-signature or without', async () => {
    const key = await makeKey({ ...alice, expires: start + 10 * day });
    expect(signingDays(key.extended(start + 5 * day, start + 20 * day))).toEqual([[0, 20]]);
    expect(signingDays(key.extended(start + 5 * day, start + 20 * day, true))).toEqual([[0, 20]]);
  });

  it('has a gap if it was extended too late, which a certificate without its history does not show', async () => {
    const key = await makeKey({ ...alice, expires: start + 10 * day });
    expect(signingDays(key.extended(start + 15 * day, undefined))).toEqual([
      [0, 10],
      [15, Infinity],
    ]);
    expect(signingDays(key.extended(start + 15 * day, undefined, true))).toEqual([[0, Infinity]]);
  });

  it("takes the shorter life of two self-signatures of one second, as in GitHub's own key", async () => {
    const key = await makeKey(alice);
    expect(signingDays(key.extended(start, start + 10 * day))).toEqual([[0, 10]]);
  });

  it('ends softly with superseded and retired', async () => {
    const key = await makeKey(alice);
    expect(signingDays(key.revoked(start + 7 * day, 'superseded'))).toEqual([[0, 7]]);
    expect(signingDays(key.revoked(start + 7 * day, 'retired'))).toEqual([[0, 7]]);
  });

  it.each(['compromised', 'none', 'absent', 'unknown'] as const)(
    'is never if the key was revoked hard (%s)',
    async (reason) => {
      const key = (await makeKey(alice)).revoked(start + 7 * day, reason);
      expect(signingDays(key)).toEqual([]);
      expect(standing(key, start + day)).toBe('revoked');
    },
  );

  it('is never after a hard revocation even if a soft one came first, and even if it was extended since', async () => {
    const key = (await makeKey(alice))
      .revoked(start + day, 'retired')
      .revoked(start + 2 * day, 'compromised');
    expect(signingDays(key.extended(start + 3 * day, undefined))).toEqual([]);
  });

  it('stays over after a soft revocation although the owner signed the key again', async () => {
    const key = (await makeKey(alice))
      .revoked(start + day, 'superseded')
      .extended(start + 2 * day, undefined);
    expect(signingDays(key)).toEqual([[0, 1]]);
  });

  it('is limited by the primary key where a subkey signs', async () => {
    const key = await makeKey({ ...alice, expires: start + 10 * day, signingSubkey: true });
    expect(signingDays(key)).toEqual([[0, 10]]);
    expect(signingDays(key.revoked(start + 4 * day, 'retired'))).toEqual([[0, 4]]);
    expect(signingDays(key.revoked(start + 4 * day, 'compromised'))).toEqual([]);
    expect(signingDays(key.extended(start + 9 * day, undefined))).toEqual([[0, Infinity]]);
  });

  it('is limited by the subkey itself', async () => {
    const key = await (
      await makeKey({ ...alice, signingSubkey: true })
    ).withSubkey({ created: start + 2 * day, expires: start + 5 * day });
    expect(signingDays(key)).toEqual([[2, 5]]);
    expect(signingDays(key.subkeyRevoked(start + 3 * day, 'superseded'))).toEqual([[2, 3]]);
    expect(signingDays(key.subkeyRevoked(start + 3 * day, 'compromised'))).toEqual([]);
  });

  it('ends where the consent of the subkey does', async () => {
    const key = await makeKey({ ...alice, signingSubkey: true });
    const expiring = await key.withSubkey({ created: start + 2 * day, backSignature: 'expiring' });
    expect(signingDays(expiring)).toEqual([[2, 3]]);
  });

  it('is not touched by a revoked user id, which also loses its name', async () => {
    const key = (await makeKey(alice)).userIdRevoked(start + day);
    expect(signingDays(key)).toEqual([[0, Infinity]]);
    expect(evaluated(key).userIds).toEqual([]);
  });

  it('does not count a self-signature older than the key, nor one with an unknown critical part', async () => {
    const key = await makeKey(alice);
    const old = key.withDirectSignature(signatureType.direct, [
      creationTime(start - 1),
      keyFlags(flags.sign),
      keyExpiry(day),
    ]);
    const odd = key.withDirectSignature(signatureType.direct, [
      creationTime(start + 1),
      keyExpiry(day),
      subpacket(99, bytes([1]), true),
    ]);
    const notation = bytes([0x80, 0, 0, 0], [0, 1, 0, 1], [65, 66]);
    const noted = key.withDirectSignature(signatureType.direct, [
      creationTime(start + 1),
      keyExpiry(day),
      subpacket(20, notation, true),
    ]);
    for (const changed of [old, odd, noted]) {
      expect(signingDays(changed)).toEqual([[0, Infinity]]);
      expect(evaluated(changed).problems.map(({ code }) => code)).toEqual(['self-signature.invalid']);
    }
  });

  it('counts a revocation whatever its date, its hash and its unknown parts', async () => {
    const key = await makeKey(alice);
    const fields = {
      type: signatureType.keyRevocation,
      hash: 'md5' as const,
      hashed: [creationTime(1), subpacket(99, bytes([1]), true)],
    };
    const revocation = packet(
      packetType.signature,
      signatureBody(key.primary, fields, hashedKey(key.primary)),
    );
    const { keys } = evaluated({
      certificate: bytes(key.certificate.subarray(0, 53), revocation, key.certificate.subarray(53)),
    });
    expect(keys[0]?.hardRevocation).toEqual({ at: 1, reason: 'no reason given' });
  });

  it('follows direct-key signatures like those of user ids, the newest of all of them', async () => {
    const key = await makeKey(alice);
    const direct = (at: number, ...parts: readonly Uint8Array[]): TestKey =>
      key.withDirectSignature(signatureType.direct, [creationTime(at), ...parts]);
    expect(signingDays(direct(start + 2 * day, keyFlags(flags.certify)))).toEqual([[0, 2]]);
    expect(signingDays(direct(start + day, keyFlags(flags.sign), keyExpiry(9 * 86400)))).toEqual([[0, 9]]);
  });

  it('takes from the other kind of self-signature what the newest does not speak of', async () => {
    const direct = (key: TestKey, at: number, ...parts: readonly Uint8Array[]): TestKey =>
      key.withDirectSignature(signatureType.direct, [creationTime(at), ...parts]);
    const key = direct(await makeKey(alice), start, keyFlags(flags.sign), keyExpiry(4 * day));
    expect(signingDays(key.extended(start + day, undefined))).toEqual([[0, 4]]);
    expect(signingDays(key.extended(start + day, start + 9 * day))).toEqual([[0, 9]]);
    const expiring = (await makeKey(alice)).extended(start, start + 4 * day, true);
    expect(signingDays(direct(expiring, start + day, keyFlags(flags.sign)))).toEqual([[0, 4]]);
    const withoutFlags = await makeKey({ ...alice, primaryFlags: undefined, expires: start + 4 * day });
    expect(signingDays(direct(withoutFlags, start + day, keyFlags(flags.sign)))).toEqual([[1, 4]]);
    expect(signingDays(direct(withoutFlags, start, keyFlags(flags.sign)))).toEqual([[0, 4]]);
    const ending = subpacket(3, Uint8Array.of(0, 2, 163, 0), true);
    const lent = direct(
      withoutFlags.extended(start + day, start + 9 * day),
      start,
      keyFlags(flags.sign),
      ending,
    );
    expect(signingDays(lent)).toEqual([[0, 2]]);
  });

  it('is what the newest of one kind says, also where it leaves an expiry out', async () => {
    const key = (await makeKey({ ...alice, expires: start + 4 * day })).extended(start + day, undefined);
    expect(signingDays(key)).toEqual([[0, Infinity]]);
    const direct = (test: TestKey, at: number, ...parts: readonly Uint8Array[]): TestKey =>
      test.withDirectSignature(signatureType.direct, [creationTime(at), keyFlags(flags.sign), ...parts]);
    const bare = await makeKey(alice);
    expect(signingDays(direct(direct(bare, start, keyExpiry(4 * day)), start + day))).toEqual([
      [0, Infinity],
    ]);
  });

  it('is not changed by a direct-key signature that says neither what the key is for nor when it expires', async () => {
    const key = (await makeKey(alice)).withDirectSignature(signatureType.direct, [creationTime(start + day)]);
    expect(signingDays(key)).toEqual([[0, Infinity]]);
  });

  it('is read from direct-key signatures alone where there is no user id', async () => {
    const key = (await makeKey(alice))
      .withoutUserIds()
      .withDirectSignature(signatureType.direct, [creationTime(start), keyFlags(flags.sign)]);
    expect(signingDays(key)).toEqual([[0, Infinity]]);
  });

  it('is never without a self-signature at all', async () => {
    const key = (await makeKey(alice)).withoutUserIds();
    expect(standing(key, start + day)).toBe('unbound');
  });

  it('is never without key flags', async () => {
    const key = await makeKey({ ...alice, primaryFlags: undefined });
    expect(standing(key, start + day)).toBe('not-for-signing');
  });

  it('ends with the self-signature where that expires itself', async () => {
    const key = (await makeKey(alice)).withDirectSignature(signatureType.direct, [
      creationTime(start + day),
      keyFlags(flags.sign),
      subpacket(3, Uint8Array.of(0, 1, 81, 128), true),
    ]);
    expect(signingDays(key)).toEqual([[0, 2]]);
  });
});

describe('the standing of a key', () => {
  it.each([
    [start - 1, 'not-yet-created'],
    [start, 'usable'],
    [start + 5 * day - 1, 'usable'],
    [start + 5 * day, 'revoked'],
    [start + 15 * day, 'revoked'],
  ])('at %i is %s', async (at, expected) => {
    const key = (await makeKey({ ...alice, expires: start + 10 * day })).revoked(start + 5 * day, 'retired');
    expect(standing(key, at)).toBe(expected);
  });

  it.each([
    ['a certify-only primary key', { primaryFlags: flags.certify }],
    ['a primary key for encryption', { primaryFlags: flags.encrypt }],
    ['a primary key for authentication', { primaryFlags: flags.authenticate }],
  ])('of %s is not-for-signing', async (_, options) => {
    expect(standing(await makeKey({ ...alice, ...options }), start + day)).toBe('not-for-signing');
  });

  it('of an expired key is expired', async () => {
    expect(standing(await makeKey({ ...alice, expires: start + day }), start + day)).toBe('expired');
  });

  it('of a subkey that did not consent is unbound', async () => {
    const key = await makeKey({ ...alice, signingSubkey: true });
    expect(standing(await key.withSubkey({ created: start, backSignature: 'none' }), start + day)).toBe(
      'unbound',
    );
    expect(standing(await key.withSubkey({ created: start, backSignature: 'other' }), start + day)).toBe(
      'unbound',
    );
  });

  it('of a subkey that may not sign needs no consent', async () => {
    const key = await makeKey({ ...alice, signingSubkey: true });
    const encryption = await key.withSubkey({ created: start, flags: flags.encrypt, backSignature: 'none' });
    expect(standing(encryption, start + day)).toBe('not-for-signing');
  });

  it.each(['rsa1024', 'dsa2048'] as const)('of a %s key, or a subkey of one, is weak', async (algorithm) => {
    const key = await makeKey({ ...alice, algorithm });
    expect(standing(key, start + day)).toBe('weak');
    const subkey = await key.withSubkey({ created: start, algorithm: 'ed25519-legacy' });
    expect(standing(subkey, start + day)).toBe('weak');
  });

  it('of a key that two programs read differently is unsupported', async () => {
    const key = await makeKey({ ...alice, version: 6, algorithm: 'ed25519-legacy' });
    expect(standing(key, start + day)).toBe('unsupported');
    expect(evaluated(key).problems.map(({ code }) => code)).toEqual(['packet.unreadable']);
  });
});
