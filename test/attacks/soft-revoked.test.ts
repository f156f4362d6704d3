import { describe, expect, test } from 'vitest';
import { askGit } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };

/** Alice signs something; then she retires her key, and the mainline has the certificate that says so. */
async function story(reason: 'superseded' | 'retired') {
  const scenario = await Scenario.create();
  const before = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const revokedAt = scenario.pass(day);
  const revoked = scenario.people.alice.revoked(revokedAt, reason);
  const base = await scenario.grow(scenario.anchor, revoked);
  return { scenario, before, base, revoked, revokedAt };
}

describe('soft-revoked: a key that was superseded or retired', () => {
  describe.each(['superseded', 'retired'] as const)('%s', (reason) => {
    test.each(verbs)('%s rejects what it signed afterwards', async (verb) => {
      const { scenario, base } = await story(reason);
      const head = await scenario.commit(base, { by: 'alice', files });
      const found = expectRejected(await scenario.judge(verb, head, base), 'signature.revoked-key', head);
      expect(found.message).toContain(scenario.people.alice.fingerprint);
    });

    test.each(verbs)('%s verifies what it had signed before', async (verb) => {
      const { scenario, before, base } = await story(reason);
      expectVerified(await scenario.judge(verb, before, base));
    });
  });

  test.each(verbs)('%s rejects it at the very second of the revocation', async (verb) => {
    const { scenario, base, revokedAt } = await story('superseded');
    const head = await scenario.commit(base, { by: 'alice', files, date: revokedAt });
    expectRejected(await scenario.judge(verb, head, base), 'signature.revoked-key', head);
  });

  test('verify-repo verifies the history of before with the retired certificate at its tip', async () => {
    const { scenario, before, revoked } = await story('retired');
    const merge = await scenario.merge(scenario.anchor, before);
    expectVerified(await scenario.verifyRepo(await scenario.grow(merge, revoked)));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit refuses even what was signed before (needs gpg)',
    async () => {
      const { scenario, before, revoked } = await story('superseded');
      const git = await askGit(scenario.repository, before, [revoked], scenario.now);
      expect(git.accepted).toBe(false);
      expect(git.keywords).toContain('REVKEYSIG');
    },
  );
});
