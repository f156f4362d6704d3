import { generateKey } from 'openpgp';
import type { Seconds } from '../core/ports.ts';

/** A key without passphrase that lives as long as the folder it is written to. */
export interface ThrowawayKey {
  readonly fingerprint: string;
  readonly secretKey: string;
  readonly certificate: string;
}

/** Makes an Ed25519 key that git and gpg 2.2 can verify too, created at `created`. */
export async function makeThrowawayKey(name: string, email: string, created: Seconds): Promise<ThrowawayKey> {
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name, email }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    date: new Date(created * 1000),
    format: 'object',
  });
  return {
    fingerprint: publicKey.getFingerprint().toUpperCase(),
    secretKey: privateKey.armor(),
    certificate: publicKey.armor(),
  };
}
