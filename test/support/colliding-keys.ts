import { readFileSync } from 'node:fs';
import type { JsonWebKey } from 'node:crypto';
import { rsaMaterial } from './key-material.ts';
import { makeKey, type TestKey } from './keys.ts';

interface Fixture {
  readonly created: number;
  readonly keys: readonly JsonWebKey[];
}

const file = new URL('../fixtures/openpgp/colliding-key-id.json', import.meta.url);

/** Two real RSA keys of different fingerprints with the same 64-bit key id, each with its own certificate. */
export async function collidingKeys(): Promise<readonly [TestKey, TestKey]> {
  const { created, keys } = JSON.parse(readFileSync(file, 'utf8')) as Fixture;
  const [one = {}, other = {}] = keys;
  return Promise.all([
    makeKey({ name: 'Alice', email: 'alice@example.org', created, material: rsaMaterial(one, created) }),
    makeKey({
      name: 'Mallory',
      email: 'mallory@example.org',
      created,
      material: rsaMaterial(other, created),
    }),
  ]);
}
