import { encryptKey, readPrivateKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { openSecretKey, type SecretKeySigner } from '../../src/adapters/openpgp-signer.ts';
import { Fault } from '../../src/core/fault.ts';
import { flags } from '../support/certificate-parts.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { certificatesOf, day, judge, payload, start } from '../core/openpgp/judging.ts';

const now = start + 5 * day;
const options = { name: 'Alice', email: 'alice@example.org', created: start };

const open = (armored: string, passphrase?: string): Promise<SecretKeySigner> =>
  openSecretKey({ armored, passphrase, source: 'key.asc', now });

async function faultOf(opening: Promise<unknown>): Promise<Fault> {
  const fault = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Fault) return fault;
  throw new Error('no fault');
}

async function lockedKey(key: TestKey): Promise<string> {
  const privateKey = await readPrivateKey({ armoredKey: key.armoredSecretKey });
  return (await encryptKey({ privateKey, passphrase: 'open sesame' })).armor();
}

describe('a signer with a secret key file', () => {
  it.each(['ed25519-legacy', 'rsa2048', 'p256', 'p384', 'p521'] as const)(
    'signs with a %s key what verifies',
    async (algorithm) => {
      const key = await makeKey({ ...options, algorithm });
      const signer = await open(key.armoredSecretKey);
      const verdict = judge(
        await signer.sign(payload),
        certificatesOf({ certificate: await signer.certificate() }),
        now,
      );
      expect(verdict).toMatchObject({ verdict: 'good', fingerprint: key.fingerprint, made: now });
      expect(signer).toMatchObject({ fingerprint: key.fingerprint, note: undefined });
      expect(signer.description).toContain(key.fingerprint);
      expect(signer.description).toContain('Alice <alice@example.org>');
    },
  );

  it('signs with the newest subkey that may', async () => {
    const key = await (
      await makeKey({ ...options, signingSubkey: true })
    ).withSubkey({ created: start + day });
    const expired = await key.withSubkey({ created: start + 2 * day, expires: start + 3 * day });
    const encryption = await expired.withSubkey({
      created: start + 4 * day,
      flags: flags.encrypt,
      backSignature: 'none',
    });
    const signer = await open(encryption.armoredSecretKey);
    const verdict = judge(await signer.sign(payload), certificatesOf(key), now);
    expect(verdict).toMatchObject({ verdict: 'good', fingerprint: key.signingFingerprint });
  });

  it.each([
    ['ed25519', 4],
    ['ed25519', 6],
    ['ed448', 6],
    ['p256', 6],
  ] as const)(
    'says so where git with gpg 2.2 can not verify its %s key of version %i',
    async (algorithm, version) => {
      const signer = await open((await makeKey({ ...options, algorithm, version })).armoredSecretKey);
      expect(signer.note).toContain('gpg 2.2');
      const certificates = certificatesOf({ certificate: await signer.certificate() });
      expect(judge(await signer.sign(payload), certificates, now)).toMatchObject({ verdict: 'good' });
    },
  );

  it('opens a protected key with its passphrase only', async () => {
    const key = await makeKey(options);
    const armored = await lockedKey(key);
    expect(await faultOf(open(armored))).toMatchObject({ code: 'signer.locked' });
    expect(await faultOf(open(armored, 'wrong'))).toMatchObject({ code: 'signer.locked' });
    const signer = await open(armored, 'open sesame');
    expect(judge(await signer.sign(payload), certificatesOf(key), now)).toMatchObject({
      verdict: 'good',
    });
  });

  it('signs with a subkey where the secret part of the primary key stays elsewhere', async () => {
    const key = await makeKey({ ...options, signingSubkey: true });
    const secret = await readPrivateKey({ armoredKey: key.armoredSecretKey });
    if ('makeDummy' in secret.keyPacket) secret.keyPacket.makeDummy();
    const signer = await open(secret.armor());
    expect(signer.fingerprint).toBe(key.signingFingerprint);
    expect(judge(await signer.sign(payload), certificatesOf(key), now)).toMatchObject({
      verdict: 'good',
    });
  });

  it.each<[string, () => Promise<TestKey>, string]>([
    ['has expired', () => makeKey({ ...options, expires: now }), 'expired'],
    ['was revoked', async () => (await makeKey(options)).revoked(start + day, 'retired'), 'revoked'],
    ['is not for signing', () => makeKey({ ...options, primaryFlags: flags.certify }), 'not-for-signing'],
    ['is weak', () => makeKey({ ...options, algorithm: 'rsa1024' }), 'weak'],
    ['is not made yet', () => makeKey({ ...options, created: now + 1 }), 'not-yet-created'],
  ])('refuses a key that %s, and says so', async (_, make, standing) => {
    const key = await make();
    const fault = await faultOf(open(key.armoredSecretKey));
    expect(fault.code).toBe('signer.failed');
    expect(fault.message).toContain(`${key.fingerprint} ${standing}`);
    expect(fault.mend).toContain(key.fingerprint);
  });

  it('refuses what is no secret key', async () => {
    const key = await makeKey(options);
    for (const text of ['', 'hello', key.armoredCertificate]) {
      expect(await faultOf(open(text))).toMatchObject({ code: 'signer.not-found' });
    }
  });

  it('tells of a curve that OpenPGP.js can not sign with', async () => {
    const signer = await open((await makeKey({ ...options, algorithm: 'brainpool256' })).armoredSecretKey);
    const fault = await faultOf(signer.sign(payload));
    expect(fault.code).toBe('signer.failed');
    expect(fault.mend).toContain('gpg');
  });
});
