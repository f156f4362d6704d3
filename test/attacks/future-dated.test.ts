import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const hour = 60 * 60;
const files = { [opamPath('foo.1.1')]: opamFile('foo') };

describe('future-dated: a signature from tomorrow', () => {
  test.each(verbs)('%s rejects it on a commit of today', async (verb) => {
    const scenario = await Scenario.create();
    const signedAt = scenario.now + day;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, signedAt });
    const found = expectRejected(await scenario.judge(verb, head), 'signature.future', head);
    expect(found.message).toContain(scenario.people.alice.fingerprint);
  });

  test.each(verbs)('%s rejects it on a commit of tomorrow', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date: scenario.now + day });
    expectRejected(await scenario.judge(verb, head), 'signature.future', head);
  });

  test('verify-repo rejects it also when tomorrow has passed, by the date of its commit', async () => {
    const scenario = await Scenario.create();
    const signedAt = scenario.now + day;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, signedAt });
    scenario.pass(30 * day);
    expectRejected(
      await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)),
      'signature.future',
      head,
    );
  });

  test.each(verbs)('%s verifies a signature made within the hour after the commit', async (verb) => {
    const scenario = await Scenario.create();
    const date = scenario.pass(hour);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date, signedAt: date + hour });
    scenario.pass(hour);
    expectVerified(await scenario.judge(verb, head));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts a signature from tomorrow (needs gpg)',
    async () => {
      const scenario = await Scenario.create();
      const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date: scenario.now + day });
      const git = await askGit(scenario.repository, head, [scenario.people.alice], scenario.now);
      expect(git.accepted).toBe(true);
      expect(git.keywords).toContain('GOODSIG');
    },
  );

  test.skipIf(!installed('sqv'))('sqv rejects a signature from after its own clock (needs sqv)', async () => {
    const scenario = await Scenario.create();
    const date = Date.UTC(2105, 0) / 1000;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date });
    expect(await askSqv(scenario.repository, head, [scenario.people.alice])).toBe(false);
  });
});
