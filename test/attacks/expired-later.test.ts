import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const expires = start + 30 * day;
const alice = await makeKey({ name: 'Alice', email: 'alice@example.org', created: start - day, expires });

/** Alice's release was merged in time; a month later her key expired. */
async function story() {
  const scenario = await Scenario.create({ people: { alice } });
  scenario.pass(10 * day);
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const mainline = await scenario.merge(scenario.anchor, head);
  scenario.pass(200 * day);
  return { scenario, head, mainline };
}

describe('expired-later: the key expired long after its signature was merged', () => {
  test('verify-repo verifies the history', async () => {
    const { scenario, mainline } = await story();
    expectVerified(await scenario.verifyRepo(mainline));
  });

  test('verify-repo verifies it with newer steps on top', async () => {
    const { scenario, mainline } = await story();
    const files = { [opamPath('foo.1.2')]: opamFile('foo') };
    expectVerified(await scenario.verifyRepo(await scenario.commit(mainline, { by: 'mia', files })));
  });

  test('verify-pr rejects a pull request that was left lying until the key had expired', async () => {
    const { scenario, head } = await story();
    expectRejected(
      await scenario.verifyPr(scenario.anchor, head),
      'signature.expired-key',
      alice.fingerprint,
    );
  });

  test.skipIf(!installed('gpg'))('gpg tells git EXPKEYSIG, as of a forged one (needs gpg)', async () => {
    const { scenario, head } = await story();
    const { keywords } = await askGit(scenario.repository, head, [alice], scenario.now);
    expect(keywords).toContain('EXPKEYSIG');
    expect(keywords).not.toContain('GOODSIG');
  });

  test.skipIf(!installed('sqv'))('sqv accepts it (needs sqv)', async () => {
    const { scenario, head } = await story();
    expect(await askSqv(scenario.repository, head, [alice])).toBe(true);
  });
});
