import fc from 'fast-check';
import { readKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { readKeyNames, readKeyPacket } from '../../../src/core/openpgp/key-packet.ts';
import { makeMaterial, type KeyKind } from '../../support/key-material.ts';
import { packet } from '../../support/openpgp-packets.ts';
import { start } from './judging.ts';

const kinds: readonly KeyKind[] = [
  'ed25519-legacy',
  'ed25519',
  'ed448',
  'p256',
  'p384',
  'p521',
  'brainpool256',
  'brainpool512',
  'dsa2048',
  'rsa1024',
  'rsa2048',
];

const materials = await Promise.all(kinds.map((kind) => makeMaterial(kind, start)));

/** The fingerprint that OpenPGP.js computes; undefined where it can't read the key. */
async function byOpenPgpJs(body: Uint8Array): Promise<string | undefined> {
  try {
    const { keyPacket } = await readKey({ binaryKey: packet(6, body) });
    return keyPacket.getFingerprint().toUpperCase();
  } catch {
    return undefined;
  }
}

describe('the material of a public key', () => {
  it.each(kinds.map((kind, at) => [kind, materials[at]] as const))(
    'of kind %s is read, under the name that OpenPGP.js gives it',
    async (_, material) => {
      const body = material?.publicBody ?? new Uint8Array(0);
      const key = readKeyPacket(body);
      expect(key?.publicKey).toBeDefined();
      expect(key?.fingerprint).toBe(await byOpenPgpJs(body));
      expect(readKeyNames(body)).toEqual({ fingerprint: key?.fingerprint, keyId: key?.keyId });
    },
  );

  it('of version 6 is read with its length before it, and not as legacy Ed25519', async () => {
    const native = await makeMaterial('ed25519', start, { version: 6 });
    expect(readKeyPacket(native.publicBody)?.publicKey).toBeDefined();
    expect(readKeyPacket(native.publicBody)?.fingerprint).toBe(await byOpenPgpJs(native.publicBody));
    const wrongLength = Uint8Array.from(native.publicBody);
    wrongLength[9] = 31;
    expect(readKeyPacket(wrongLength)?.publicKey).toBeUndefined();
    const legacy = await makeMaterial('ed25519-legacy', start, { version: 6 });
    expect(readKeyPacket(legacy.publicBody)?.publicKey).toBeUndefined();
  });

  it('with something left over, or cut off, is no key', () => {
    for (const { publicBody } of materials) {
      expect(readKeyPacket(Buffer.concat([publicBody, Uint8Array.of(0)]))?.publicKey).toBeUndefined();
      expect(readKeyPacket(publicBody.subarray(0, -1))?.publicKey).toBeUndefined();
    }
  });

  it('that OpenPGP.js refuses is refused here too, whatever byte is changed', async () => {
    const changes = fc.tuple(fc.nat(materials.length - 1), fc.nat(60), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(changes, async ([which, at, change]) => {
        const body = Uint8Array.from(materials[which]?.publicBody ?? []);
        if (at < body.length) body[at] = (body[at] ?? 0) ^ change;
        const key = readKeyPacket(body);
        if (key?.publicKey === undefined) return;
        expect(key.fingerprint).toBe(await byOpenPgpJs(body));
      }),
      { numRuns: 300 },
    );
  });
});
