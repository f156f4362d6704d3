import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import type { KeyKind } from '../support/key-material.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const makeAlice = (algorithm: KeyKind): Promise<TestKey> =>
  makeKey({ name: 'Alice', email: 'alice@example.org', created: start - day, algorithm });

const weak = { 'RSA with 1024 bits': await makeAlice('rsa1024'), DSA: await makeAlice('dsa2048') };

async function story(alice: TestKey) {
  const scenario = await Scenario.create({ people: { alice } });
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'alice', files }) };
}

describe('weak-key: a key of the owner that can be broken', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(Object.entries(weak))('rejects %s', async (_title, alice) => {
      const { scenario, head } = await story(alice);
      const found = expectRejected(await scenario.judge(verb, head), 'signature.weak-key', head);
      expect(found.message).toContain(alice.fingerprint);
    });

    test('rejects a strong subkey under a weak primary key', async () => {
      const alice = await weak['RSA with 1024 bits'].withSubkey({
        created: start - day,
        algorithm: 'rsa3072',
      });
      const { scenario, head } = await story(alice);
      expectRejected(await scenario.judge(verb, head), 'signature.weak-key', head);
    });

    test.each(['rsa2048', 'p256', 'ed25519-legacy'] as const)('verifies %s', async (algorithm) => {
      const { scenario, head } = await story(await makeAlice(algorithm));
      expectVerified(await scenario.judge(verb, head));
    });
  });

  test.skipIf(!installed('gpg'))('git verify-commit accepts both (needs gpg)', async () => {
    for (const alice of Object.values(weak)) {
      const { scenario, head } = await story(alice);
      expect((await askGit(scenario.repository, head, [alice], scenario.now)).accepted).toBe(true);
    }
  });

  test.skipIf(!installed('sqv'))('sqv refuses RSA with 1024 bits and accepts DSA (needs sqv)', async () => {
    const accepted = [];
    for (const alice of Object.values(weak)) {
      const { scenario, head } = await story(alice);
      accepted.push(await askSqv(scenario.repository, head, [alice]));
    }
    expect(accepted).toEqual([false, true]);
  });
});
