import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const expires = start + 30 * day;
const alice = await makeKey({ name: 'Alice', email: 'alice@example.org', created: start - day, expires });
const files = { [opamPath('foo.1.1')]: opamFile('foo') };

/** The mainline as it stands so many days after the start. */
async function story(days: number) {
  const scenario = await Scenario.create({ people: { alice } });
  scenario.pass(days * day);
  const legacy = { [opamPath('legacy.1.1')]: opamFile('legacy') };
  return { scenario, base: await scenario.commit(scenario.anchor, { by: 'mia', files: legacy }) };
}

describe('expired-key: a signature made with a key that had expired', () => {
  test.each(verbs)('%s rejects it and tells when it was made', async (verb) => {
    const { scenario, base } = await story(31);
    const head = await scenario.commit(base, { by: 'alice', files });
    const found = expectRejected(await scenario.judge(verb, head, base), 'signature.expired-key', head);
    expect(found.message).toContain(alice.fingerprint);
  });

  test.each(verbs)('%s rejects it at the very second at which the key expires', async (verb) => {
    const { scenario } = await story(1);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date: expires });
    scenario.pass(30 * day);
    expectRejected(await scenario.judge(verb, head), 'signature.expired-key', head);
  });

  test.each(verbs)('%s verifies what the key signed before', async (verb) => {
    const { scenario, base } = await story(28);
    const head = await scenario.commit(base, { by: 'alice', files });
    expectVerified(await scenario.judge(verb, head, base));
  });

  test.each(verbs)('%s verifies it once the certificate file has the longer expiry', async (verb) => {
    const { scenario, base } = await story(31);
    const grown = await scenario.grow(base, alice.extended(scenario.now, expires + 300 * day));
    const head = await scenario.commit(grown, { by: 'alice', files });
    expectVerified(await scenario.judge(verb, head, grown));
  });

  test.skipIf(!installed('gpg'))('gpg tells git EXPKEYSIG and a valid signature (needs gpg)', async () => {
    const { scenario, base } = await story(31);
    const head = await scenario.commit(base, { by: 'alice', files });
    const { keywords } = await askGit(scenario.repository, head, [alice], scenario.now);
    expect(keywords).toEqual(expect.arrayContaining(['EXPKEYSIG', 'VALIDSIG']));
  });

  test.skipIf(!installed('sqv'))('sqv rejects it too (needs sqv)', async () => {
    const { scenario, base } = await story(31);
    const head = await scenario.commit(base, { by: 'alice', files });
    expect(await askSqv(scenario.repository, head, [alice])).toBe(false);
  });
});
