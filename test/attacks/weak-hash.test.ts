import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import type { HashName } from '../support/openpgp-packets.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const alice = await makeKey({
  name: 'Alice',
  email: 'alice@example.org',
  created: start - day,
  algorithm: 'rsa2048',
});

async function story(hash: HashName) {
  const scenario = await Scenario.create({ people: { alice } });
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  return {
    scenario,
    head: await scenario.commit(scenario.anchor, { by: 'alice', files, signing: { hash } }),
  };
}

describe('weak-hash: a good key signs with a hash function for which collisions can be made', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each([
      ['md5', 'MD5'],
      ['sha1', 'SHA-1'],
      ['ripemd160', 'RIPEMD-160'],
    ] as const)('rejects %s and names it', async (hash, name) => {
      const { scenario, head } = await story(hash);
      const found = expectRejected(await scenario.judge(verb, head), 'signature.weak', head);
      expect(found.message).toContain(name);
    });

    test.each(['sha256', 'sha384', 'sha512'] as const)('verifies %s by the same key', async (hash) => {
      const { scenario, head } = await story(hash);
      expectVerified(await scenario.judge(verb, head));
    });

    test('rejects a digest that is shorter than the curve of the key', async () => {
      const { name, email, created } = { name: 'Alice', email: 'alice@example.org', created: start - day };
      const scenario = await Scenario.create({
        people: { alice: await makeKey({ name, email, created, algorithm: 'p384' }) },
      });
      const files = { [opamPath('foo.1.1')]: opamFile('foo') };
      const signing = { hash: 'sha256' } as const;
      const head = await scenario.commit(scenario.anchor, { by: 'alice', files, signing });
      expectRejected(await scenario.judge(verb, head), 'signature.weak', head);
    });
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts SHA-1 and RIPEMD-160, not MD5 (needs gpg)',
    async () => {
      const accepted = [];
      for (const hash of ['md5', 'sha1', 'ripemd160'] as const) {
        const { scenario, head } = await story(hash);
        accepted.push((await askGit(scenario.repository, head, [alice], scenario.now)).accepted);
      }
      expect(accepted).toEqual([false, true, true]);
    },
  );

  test.skipIf(!installed('sqv'))('sqv refuses all three (needs sqv)', async () => {
    for (const hash of ['md5', 'sha1', 'ripemd160'] as const) {
      const { scenario, head } = await story(hash);
      expect(await askSqv(scenario.repository, head, [alice])).toBe(false);
    }
  });
});
