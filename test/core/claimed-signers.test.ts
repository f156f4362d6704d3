import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sshSigner } from '../../src/core/git/ssh-signature.ts';
import { claimedSigner } from '../../src/core/openpgp/claimed-signer.ts';
import { makeKey } from '../support/keys.ts';

const string = (bytes: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const armored = (blob: Uint8Array): Buffer =>
  Buffer.from(
    `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(blob).toString('base64')}\n-----END SSH SIGNATURE-----\n`,
  );

describe('what a signature says of who made it', () => {
  test('is read from an SSH signature as ssh-keygen would print it', () => {
    const key = Buffer.concat([string(Buffer.from('ssh-ed25519')), string(Buffer.alloc(32, 7))]);
    const blob = Buffer.concat([
      Buffer.from('SSHSIG\0\0\0\x01', 'latin1'),
      string(key),
      string(Buffer.from('git')),
    ]);
    const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
    expect(sshSigner(armored(blob))).toEqual({ key: `SHA256:${digest}`, algorithm: 'ssh-ed25519' });
    expect(sshSigner(armored(blob.subarray(0, 20)))).toBeUndefined();
  });

  test('is read from an OpenPGP signature', async () => {
    const key = await makeKey({ name: 'Ada', email: 'ada@example.org', created: 1_700_000_000 });
    const signature = Buffer.from(await key.sign(Buffer.from('text'), 1_700_000_001));
    expect(claimedSigner(signature)).toEqual({ key: key.fingerprint, algorithm: 'EdDSA', hash: 'SHA-256' });
  });

  test('is undefined, not a failure, where the bytes are anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const magic = Buffer.concat([Buffer.from('SSHSIG'), bytes]);
        for (const text of [bytes, armored(bytes), armored(magic)]) {
          expect(claimedSigner(text)).toBeUndefined();
          const ssh = sshSigner(text);
          if (ssh !== undefined) expect(ssh.key).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
        }
      }),
    );
  });
});
