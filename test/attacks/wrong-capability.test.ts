import { describe, expect, test } from 'vitest';
import { flags } from '../support/certificate-parts.ts';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const alice = { name: 'Alice', email: 'alice@example.org', created: start - day };
const withSubkey = async (purpose: number): Promise<TestKey> =>
  (await makeKey(alice)).withSubkey({ created: alice.created, flags: purpose });

const unfit: readonly (readonly [string, TestKey])[] = [
  ['a primary key that only certifies', await makeKey({ ...alice, primaryFlags: flags.certify })],
  ['a primary key without any key flags', await makeKey({ ...alice, primaryFlags: undefined })],
  ['a subkey that only encrypts', await withSubkey(flags.encrypt)],
  ['a subkey that only authenticates', await withSubkey(flags.authenticate)],
];

async function story(key: TestKey) {
  const scenario = await Scenario.create({ people: { alice: key } });
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'alice', files }) };
}

describe('wrong-capability: a signature by a key of the owner that is not for signing', () => {
  describe.each(unfit)('%s', (title, key) => {
    test.each(verbs)('%s rejects it', async (verb) => {
      const { scenario, head } = await story(key);
      const found = expectRejected(await scenario.judge(verb, head), 'signature.wrong-capability', head);
      expect(found.message).toContain(key.signingFingerprint);
    });

    test.skipIf(!installed('gpg'))(
      'git verify-commit refuses it, unless there are no key flags (needs gpg)',
      async () => {
        const { scenario, head } = await story(key);
        const { accepted } = await askGit(scenario.repository, head, [key], scenario.now);
        expect(accepted).toBe(title.includes('without any'));
      },
    );

    test.skipIf(!installed('sqv'))('sqv refuses it too (needs sqv)', async () => {
      const { scenario, head } = await story(key);
      expect(await askSqv(scenario.repository, head, [key])).toBe(false);
    });
  });

  test.each(verbs)('%s verifies a signature by her signing subkey', async (verb) => {
    const { scenario, head } = await story(await withSubkey(flags.sign));
    expectVerified(await scenario.judge(verb, head));
  });
});
