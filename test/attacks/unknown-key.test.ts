import { describe, expect, test } from 'vitest';
import { askGit } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('unknown-key: a valid signature by a key that the keyring does not know', () => {
  const files = { [opamPath('foo.1.1')]: opamFile('foo, by a stranger') };

  test.each(verbs)('%s rejects it and shows the whole fingerprint', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', files });
    const found = expectRejected(await scenario.judge(verb, head), 'signature.unknown-key', head);
    expect(found.message).toContain(scenario.people.mallory.fingerprint);
  });

  test.each(verbs)('%s verifies the same change signed by an owner', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.judge(verb, head));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts the stranger as soon as her key lies about (needs gpg)',
    async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'mallory', files });
      const { mallory } = scenario.people;
      const git = await askGit(scenario.repository, head, [mallory], scenario.now);
      expect(git).toMatchObject({
        accepted: true,
        keywords: expect.arrayContaining(['GOODSIG']) as string[],
      });
      expect((await askGit(scenario.repository, head, [], scenario.now)).accepted).toBe(false);
    },
  );
});
