import { createMessage, generateKey, readKey, readSignature, sign, verify, type KeyOptions } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificates } from '../../src/core/openpgp/certificate.ts';
import { judgeSignature } from '../../src/core/openpgp/signature.ts';
import { certificatesOf, day, judge, payload, start } from '../core/openpgp/judging.ts';
import { GpgHome, installed } from '../support/gpg-home.ts';
import { makeKey } from '../support/keys.ts';
import { Sequoia } from '../support/sequoia.ts';

const made = start + 5 * day;
const changed = Buffer.concat([payload, Buffer.from('\n')]);
const gpg = installed('gpg');
const sq = installed('sq') && installed('sqv') && installed('faketime');

/** The signature is good over the payload, by one key of the one certificate, and bad over anything else. */
function expectGood(certificate: Uint8Array, armored: string): void {
  const certificates = certificatesOf({ certificate });
  const [found] = readCertificates(certificate).certificates;
  expect(found?.problems).toEqual([]);
  expect(judge(armored, certificates, made)).toMatchObject({
    verdict: 'good',
    certificate: found?.fingerprint,
    made,
  });
  const moments = { now: made + day, position: made, object: made };
  const other = judgeSignature({ payload: changed, signature: Buffer.from(armored) }, certificates, moments);
  expect(other).toMatchObject({ verdict: 'bad', reason: 'bad' });
}

describe.skipIf(!gpg)(`keys and signatures made by gpg${gpg ? '' : ' (gpg is not installed)'}`, () => {
  let home: GpgHome;
  beforeAll(() => {
    home = new GpgHome();
  });
  afterAll(() => {
    home.close();
  });

  const algorithms = [
    'ed25519',
    'rsa2048',
    'rsa4096',
    'nistp256',
    'nistp384',
    'nistp521',
    'brainpoolP256r1',
    'brainpoolP384r1',
    'brainpoolP512r1',
  ];

  it.each(algorithms)('verify: %s', (algorithm) => {
    const fingerprint = home.generate(`${algorithm} <a@example.org>`, start, { algorithm });
    expectGood(home.export(fingerprint), home.sign(fingerprint, payload, made));
    const withSha512 = home.sign(fingerprint, payload, made, ['--digest-algo', 'SHA512']);
    expectGood(home.export(fingerprint), withSha512);
  });

  it.each(['ed25519', 'rsa2048', 'nistp256/ecdsa'])('verify with a signing subkey: %s', (algorithm) => {
    const fingerprint = home.generate(`subkey ${algorithm} <a@example.org>`, start, {
      algorithm,
      usage: 'cert',
    });
    home.addSubkey(fingerprint, start + day, algorithm);
    const certificates = certificatesOf({ certificate: home.export(fingerprint) });
    const verdict = judge(home.sign(fingerprint, payload, made), certificates, made);
    expect(verdict).toMatchObject({ verdict: 'good', certificate: fingerprint });
    expect(verdict.fingerprint).not.toBe(fingerprint);
  });

  it('are weak: DSA', () => {
    const fingerprint = home.generate('DSA <a@example.org>', start, { algorithm: 'dsa2048' });
    const certificates = certificatesOf({ certificate: home.export(fingerprint) });
    expect(judge(home.sign(fingerprint, payload, made), certificates, made)).toMatchObject({
      verdict: 'weak',
      reason: 'weak-key',
    });
  });

  it('live longer where gpg extended them', () => {
    const fingerprint = home.generate('Extended <a@example.org>', start, { expires: start + 10 * day });
    const early = home.export(fingerprint);
    expect(
      home.run(['--quick-set-expire', fingerprint, `seconds=${10 * day}`], { at: start + 9 * day }).status,
    ).toBe(0);
    const certificates = certificatesOf({ certificate: home.export(fingerprint) });
    const late = start + 15 * day;
    const armored = home.sign(fingerprint, payload, late);
    expect(judge(armored, certificates, late)).toMatchObject({ verdict: 'good' });
    expect(judge(armored, certificatesOf({ certificate: early }), late)).toMatchObject({
      verdict: 'expired-key',
    });
  });
});

describe.skipIf(!sq)(
  `keys and signatures made by Sequoia${sq ? '' : ' (sq, sqv or faketime is not installed)'}`,
  () => {
    let sequoia: Sequoia;
    beforeAll(() => {
      sequoia = new Sequoia();
    });
    afterAll(() => {
      sequoia.close();
    });

    it.each(['cv25519', 'rsa3k', 'rsa4k'] as const)('verify: %s', (suite) => {
      const key = sequoia.generate('Alice <alice@example.org>', start, suite);
      expectGood(sequoia.certificate(key), sequoia.sign(key, payload, made));
    });
  },
);

describe('keys and signatures made by OpenPGP.js', () => {
  const kinds: readonly [string, Partial<KeyOptions>][] = [
    ['RSA', { type: 'rsa', rsaBits: 2048 }],
    ['Ed25519 as gpg writes it', { type: 'ecc', curve: 'ed25519Legacy' }],
    ['Ed25519 of RFC 9580', { type: 'curve25519' }],
    ['Ed448 of RFC 9580', { type: 'curve448' }],
    ['P-256', { type: 'ecc', curve: 'nistP256' }],
    ['P-384', { type: 'ecc', curve: 'nistP384' }],
    ['P-521', { type: 'ecc', curve: 'nistP521' }],
    ['Ed25519 of version 6', { type: 'curve25519', config: { v6Keys: true } }],
    ['Ed448 of version 6', { type: 'curve448', config: { v6Keys: true } }],
    ['P-256 of version 6', { type: 'ecc', curve: 'nistP256', config: { v6Keys: true } }],
    ['RSA of version 6', { type: 'rsa', rsaBits: 2048, config: { v6Keys: true } }],
  ];

  it.each(kinds)('verify: %s', async (_, kind) => {
    const { privateKey, publicKey } = await generateKey({
      ...kind,
      userIDs: { name: 'Alice', email: 'alice@example.org' },
      date: new Date(start * 1000),
      subkeys: [{ sign: true }],
      format: 'object',
    });
    const message = await createMessage({ binary: payload });
    const armored = await sign({
      message,
      signingKeys: privateKey,
      detached: true,
      date: new Date(made * 1000),
    });
    expectGood(publicKey.write(), armored);
  });
});

describe('keys and signatures of the test writer', () => {
  it.each(['ed25519-legacy', 'ed25519', 'rsa2048', 'p256', 'p384', 'p521'] as const)(
    'verify with OpenPGP.js: %s',
    async (algorithm) => {
      const key = await makeKey({
        name: 'Alice',
        email: 'alice@example.org',
        created: start,
        algorithm,
        signingSubkey: true,
      });
      const { signatures } = await verify({
        message: await createMessage({ binary: payload }),
        signature: await readSignature({ armoredSignature: await key.sign(payload, made) }),
        verificationKeys: (await readKey({ binaryKey: key.certificate })).toPublic(),
        date: new Date(made * 1000),
      });
      await expect(signatures[0]?.verified).resolves.toBe(true);
    },
  );
});
