import { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Seconds } from '../../../src/core/ports.ts';
import { forgotten, whyVoid } from '../../../src/core/trust/compromise.ts';
import type { KeyringState } from '../../../src/core/trust/keyring-state.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import { day, makeKeyring, openedKeyring, type KeyringPlan } from '../../support/keyring.ts';

const start: Seconds = Date.UTC(2026, 0, 5) / 1000;

let admin: TestKey, alice: TestKey, older: TestKey;

beforeAll(async () => {
  [admin, older] = await Promise.all([
    makeKey({ name: 'admin', email: 'admin@example.org', created: start }),
    makeKey({ name: 'alice', email: 'alice@example.org', created: start, signingSubkey: true }),
  ]);
  alice = await older.withSubkey({ created: start });
});

/** A keyring with Alice's certificate in the state that is given, or without it. */
function keyringWith(key: TestKey | undefined, change: Partial<KeyringPlan> = {}): KeyringState {
  const contributors = {
    admin: { keys: [admin], roles: ['admin' as const] },
    ...(key === undefined ? {} : { alice: { keys: [key] } }),
  };
  const plan = { repository: 'https://example.org', threshold: 1, contributors, ...change };
  const files = makeKeyring(plan, [admin], start);
  return openedKeyring({ ...files, toml: Buffer.from(files.toml) });
}

const entry = (key: TestKey['fingerprint']) => ({
  compromised: [{ fingerprint: key, since: start, reason: 'stolen' }],
});

describe('a compromised key', () => {
  it('is none where nothing says so', () => {
    const state = keyringWith(alice);
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, state)).toBeUndefined();
    expect(
      whyVoid(admin.fingerprint, admin.fingerprint, keyringWith(alice.revoked(start, 'compromised'))),
    ).toBeUndefined();
  });

  it('is listed in the keyring file by itself, or by its certificate', () => {
    const subkey = keyringWith(alice, entry(alice.signingFingerprint));
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, subkey)).toBe(
      `The keyring file lists ${alice.signingFingerprint} as compromised: stolen.`,
    );
    expect(whyVoid(older.signingFingerprint, alice.fingerprint, subkey)).toBeUndefined();
    const whole = keyringWith(undefined, entry(alice.fingerprint));
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, whole)).toContain(alice.fingerprint);
  });

  it('is revoked by itself, or with its whole certificate', () => {
    const subkey = keyringWith(alice.subkeyRevoked(start + day, 'compromised'));
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, subkey)).toBe(
      `Key ${alice.signingFingerprint} was revoked as compromised: compromised.`,
    );
    expect(whyVoid(older.signingFingerprint, alice.fingerprint, subkey)).toBeUndefined();
    expect(whyVoid(alice.fingerprint, alice.fingerprint, subkey)).toBeUndefined();
    const whole = keyringWith(alice.revoked(start + day, 'absent'));
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, whole)).toContain(
      `Key ${alice.fingerprint} was revoked`,
    );
  });

  it('is not one that was merely retired', () => {
    const retired = keyringWith(alice.revoked(start + day, 'retired'));
    expect(whyVoid(alice.signingFingerprint, alice.fingerprint, retired)).toBeUndefined();
  });
});

describe('what is known of compromised keys', () => {
  const lost = async (before: KeyringState, after: KeyringState): Promise<readonly string[]> =>
    (await forgotten(before, after)).map(({ code, message, at }) => {
      expect([code, at.path]).toEqual(['keyring.compromise-forgotten', 'keyring/keyring.toml']);
      return /key ([0-9A-F]{40}) /.exec(message)?.[1] ?? message;
    });

  it('is not lost by a version that keeps its entries and certificates', async () => {
    const listed = keyringWith(undefined, entry(alice.fingerprint));
    expect(await lost(listed, listed)).toEqual([]);
    const revoked = keyringWith(alice.revoked(start, 'compromised'));
    expect(await lost(revoked, revoked)).toEqual([]);
    expect(await lost(keyringWith(alice), keyringWith(undefined))).toEqual([]);
  });

  it('is lost with an entry of the keyring file', async () => {
    const listed = keyringWith(undefined, entry(alice.fingerprint));
    expect(await lost(listed, keyringWith(undefined))).toEqual([alice.fingerprint]);
  });

  it('is lost with a revoked certificate, unless an entry takes its place', async () => {
    const revoked = keyringWith(alice.revoked(start, 'compromised'));
    expect(await lost(revoked, keyringWith(undefined))).toEqual([alice.fingerprint]);
    expect(await lost(revoked, keyringWith(undefined, entry(alice.fingerprint)))).toEqual([]);
  });

  it('is lost with a certificate one of whose subkeys was revoked', async () => {
    const revoked = keyringWith(alice.subkeyRevoked(start, 'compromised'));
    expect(await lost(revoked, keyringWith(undefined))).toEqual([alice.signingFingerprint]);
    expect(await lost(revoked, keyringWith(undefined, entry(alice.signingFingerprint)))).toEqual([]);
  });

  it('is not lost with a certificate that was merely retired', async () => {
    const retired = keyringWith(alice.revoked(start, 'superseded'));
    expect(await lost(retired, keyringWith(undefined))).toEqual([]);
  });
});
