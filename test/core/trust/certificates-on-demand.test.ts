import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../../src/core/openpgp/certificate.ts';
import { CertificateSet, type CertificateOnDemand } from '../../../src/core/openpgp/certificate-set.ts';
import { readCertificates } from '../../../src/core/openpgp/certificate.ts';
import { loadIssuers } from '../../../src/core/openpgp/signature-facts.ts';
import { judgeOnDemand, judgeSignature } from '../../../src/core/openpgp/signature.ts';
import { CertificateFile } from '../../../src/core/trust/certificate-file.ts';
import { judgeTransition } from '../../../src/core/trust/transition.ts';
import { day, makeKeyring, openedKeyring, type KeyringPlan } from '../../support/keyring.ts';
import { makeKey, type TestKey } from '../../support/keys.ts';
import {
  armor,
  bytes,
  creationTime,
  issuerFingerprint,
  packet,
  packetType,
  signatureBody,
} from '../../support/openpgp-packets.ts';

const start = Date.UTC(2026, 0, 5) / 1000;
const [alice, bob] = await Promise.all(
  ['Alice', 'Bob'].map((name) =>
    makeKey({ name, email: 'x@example.org', created: start, signingSubkey: true }),
  ),
);

/** A certificate in which so many signatures claim to be its own that it is not used (trust model, section 2.4). */
function overfull(key: TestKey): Uint8Array {
  const junk = Array.from({ length: 2100 }, (_, index) => {
    const fields = { type: 0x1f, hashed: [creationTime(start + index), issuerFingerprint(key.primary)] };
    const forged = { ...key.primary, sign: () => bytes([0, 8, 128], [0, 8, 128]) };
    return packet(packetType.signature, signatureBody(forged, fields, new Uint8Array(0)));
  });
  const [primary = bytes(), ...rest] = key.packets;
  return Buffer.from(armor('PUBLIC KEY BLOCK', bytes(primary, ...junk, ...rest)));
}

describe('certificates on demand', () => {
  it('are made ready for the signatures that name them, and none where all are at hand', async () => {
    if (!alice || !bob) throw new Error('no keys');
    const signature = await alice.sign(Buffer.from('x'), start);
    const loaded: string[] = [];
    const stored = ({ certificate }: TestKey): CertificateOnDemand => {
      const [one] = readCertificates(certificate).certificates;
      if (one === undefined) throw new Error('no certificate');
      const load = (): Promise<void> => Promise.resolve(void loaded.push(one.fingerprint));
      return { fingerprint: one.fingerprint, keys: one.keys, load, evaluated: () => one };
    };
    const set = new CertificateSet([stored(alice), stored(bob)]);
    await loadIssuers(signature, set);
    expect([set.isAtHand, ...new Set(loaded)]).toEqual([false, alice.fingerprint]);
    expect(new CertificateSet(readCertificates(alice.certificate).certificates).isAtHand).toBe(true);
    expect(
      new CertificateSet([...readCertificates(alice.certificate).certificates, stored(bob)]).isAtHand,
    ).toBe(false);
  });

  it('are made ready before a signature is judged, by the verdict that they give when all are at hand', async () => {
    if (!alice || !bob) throw new Error('no keys');
    const payload = Buffer.from('x');
    const times = { now: start + day, position: start + day, object: start + day };
    const all = [alice, bob].flatMap(({ certificate }) => readCertificates(certificate).certificates);
    const ready = new Set<Certificate>();
    const stored = (one: Certificate): CertificateOnDemand => ({
      fingerprint: one.fingerprint,
      keys: one.keys,
      load: () => Promise.resolve(void ready.add(one)),
      evaluated: () => {
        if (!ready.has(one)) throw new Error('not ready');
        return one;
      },
    });
    const named = await alice.sign(payload, start);
    for (const armored of [named, armor('SIGNATURE', bytes([0xc0])), 'no armor']) {
      const signed = { payload, signature: Buffer.from(armored) };
      const judged = await judgeOnDemand(signed, new CertificateSet(all.map(stored)), times);
      expect(judged).toEqual(judgeSignature(signed, new CertificateSet(all), times));
      expect(judged.verdict).toBe(armored === named ? 'good' : 'malformed');
    }
    expect([...ready].map(({ fingerprint }) => fingerprint)).toEqual([alice.fingerprint]);
  });

  it('are evaluated only where a primary key, subkey or key id of theirs is asked for', () => {
    if (!alice || !bob) throw new Error('no keys');
    const asked: string[] = [];
    const lazy = ({ certificate }: TestKey): CertificateOnDemand => {
      const [one] = readCertificates(certificate).certificates;
      if (one === undefined) throw new Error('no certificate');
      const evaluated = (): Certificate => {
        asked.push(one.fingerprint);
        return one;
      };
      return { fingerprint: one.fingerprint, keys: one.keys, evaluated };
    };
    const set = new CertificateSet([lazy(alice), lazy(bob)]);
    expect(set.has(alice.fingerprint)).toBe(true);
    expect(set.withFingerprint('0'.repeat(40))).toEqual([]);
    expect(asked).toEqual([]);
    expect(set.withFingerprint(bob.signingFingerprint).map(({ key }) => key.fingerprint)).toEqual([
      bob.signingFingerprint,
    ]);
    expect(set.withKeyId(bob.signingFingerprint.slice(-16))).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set([bob.fingerprint]));
  });

  it('that are not at hand are made ready by any of their names, and cannot be asked for before', async () => {
    if (!alice || !bob) throw new Error('no keys');
    const files = [alice, bob].map((key) => {
      const data = Buffer.from(key.armoredCertificate);
      const file = CertificateFile.of(data, { file: 'x.asc' });
      if ('code' in file) throw new Error(file.message);
      return new CertificateFile(file.outline, () => Promise.resolve(data));
    });
    const set = new CertificateSet(
      files.map((file) => ({
        fingerprint: file.fingerprint,
        keys: file.outline.keys,
        load: () => file.load(),
        evaluated: () => file.evaluated('note'),
      })),
    );
    const first = (): unknown => set.find(alice.fingerprint);
    expect(first).toThrow('before it was loaded');
    await set.load([bob.fingerprint, alice.signingFingerprint.slice(-16)]);
    expect(set.find(bob.fingerprint)).toBeDefined();
    expect(first()).toBe(set.withKeyId(alice.signingFingerprint.slice(-16))[0]?.certificate);
    expect(set.hasKey(bob.signingFingerprint)).toBe(true);
  });

  it('that are over a bound give nobody any right, and are refused in the step that brings them', async () => {
    if (!alice || !bob) throw new Error('no keys');
    const plan: KeyringPlan = {
      repository: 'https://example.org',
      threshold: 1,
      contributors: { alice: { keys: [alice], roles: ['admin'] } },
    };
    const first = makeKeyring(plan, [alice], start);
    const people = { ...plan.contributors, bob: { keys: [bob] } };
    const next = makeKeyring({ ...plan, contributors: people, previous: first }, [alice], start + day);
    const certificates = new Map([...next.certificates, [bob.fingerprint, overfull(bob)]]);
    const state = openedKeyring({ ...next, certificates });
    expect(state.certificates.find(bob.fingerprint)).toBeUndefined();
    expect(state.certificates.withFingerprint(bob.signingFingerprint)).toEqual([]);
    const times = { now: start + 2 * day, position: start + 2 * day, paths: [] };
    expect(await judgeTransition(openedKeyring(first), state, times)).toMatchObject([
      { code: 'keyring.certificate-file', at: { path: `keyring/${bob.fingerprint}.asc` } },
    ]);
    expect(await judgeTransition(openedKeyring(first), openedKeyring(next), times)).toEqual([]);
  });
});
