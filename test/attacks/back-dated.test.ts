import { describe, expect, test } from 'vitest';
import { askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const expires = start + 30 * day;
const alice = await makeKey({ name: 'Alice', email: 'alice@example.org', created: start - day, expires });

const files = { [opamPath('foo.1.1')]: opamFile('foo') };
const date = start + 5 * day;

/** A mainline that has gone on until after the expiry. */
async function story() {
  const scenario = await Scenario.create({ people: { alice } });
  scenario.pass(40 * day);
  const legacy = { [opamPath('legacy.1.1')]: opamFile('legacy') };
  return { scenario, base: await scenario.commit(scenario.anchor, { by: 'mia', files: legacy }) };
}

describe('back-dated: the signature is dated before the expiry of its key and was made after it', () => {
  test.each(verbs)('%s rejects it by the position at which it is used', async (verb) => {
    const { scenario, base } = await story();
    const head = await scenario.commit(base, { by: 'alice', files, date });
    const found = expectRejected(await scenario.judge(verb, head, base), 'signature.expired-key', head);
    expect(found.message).toContain('by the time the signature is used');
  });

  test.each(verbs)('%s rejects it on a branch that left the mainline before the expiry', async (verb) => {
    const { scenario, base } = await story();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date });
    expectRejected(await scenario.judge(verb, head, base), 'signature.expired-key', head);
  });

  test('verify-repo rejects it behind a mainline commit that is back-dated itself', async () => {
    const { scenario, base } = await story();
    const legacy = { [opamPath('legacy.1.2')]: opamFile('legacy') };
    const prepared = await scenario.commit(base, { files: legacy, date: start + 4 * day });
    const head = await scenario.commit(prepared, { by: 'alice', files, date });
    expectRejected(await scenario.verifyRepo(head), 'signature.expired-key', head);
  });

  test('verify-repo verifies the same commit merged at the time that it says', async () => {
    const { scenario } = await story();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date });
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head, { date })));
  });

  test.skipIf(!installed('sqv'))(
    'sqv accepts it, since it has nothing but the date in the signature (needs sqv)',
    async () => {
      const { scenario, base } = await story();
      const head = await scenario.commit(base, { by: 'alice', files, date });
      expect(await askSqv(scenario.repository, head, [alice])).toBe(true);
    },
  );
});
