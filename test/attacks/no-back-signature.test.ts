import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const created = start - day;
const bob = await makeKey({ name: 'Bob', email: 'bob@example.org', created });
const victim = await makeKey({ name: 'Victim', email: 'victim@example.org', created });

/** Bob's certificate after he took in the signing key of somebody else. */
const adopting = (key: TestKey, backSignature: 'valid' | 'none' | 'other'): Promise<TestKey> =>
  bob.withSubkey({ created, material: key.primary, backSignature });

/** What the victim signed for some repository of hers, Bob passes off as his own. */
async function story(backSignature: 'valid' | 'none' | 'other') {
  const scenario = await Scenario.create({ people: { bob: await adopting(victim, backSignature) } });
  const files = { [opamPath('bar.1.1')]: opamFile('bar, by somebody else') };
  return { scenario, head: await scenario.commit(scenario.anchor, { key: victim, files }) };
}

describe('no-back-signature: a certificate adopts a signing key that never agreed to it', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(['none', 'other'] as const)(
      'rejects its signature with the back-signature: %s',
      async (kind) => {
        const { scenario, head } = await story(kind);
        const found = expectRejected(await scenario.judge(verb, head), 'signature.unbound-subkey', head);
        expect(found.message).toContain(victim.fingerprint);
      },
    );

    test('verifies it where the subkey agreed', async () => {
      const { scenario, head } = await story('valid');
      expectVerified(await scenario.judge(verb, head));
    });

    test('rejects the adoption as growth of a certificate file', async () => {
      const scenario = await Scenario.create({ people: { bob } });
      const head = await scenario.grow(scenario.anchor, await adopting(victim, 'none'));
      expectRejected(await scenario.judge(verb, head), 'keyring.certificate-file', bob.fingerprint);
    });

    test("leaves Alice's signature hers where Bob adopted her key", async () => {
      const alice = await makeKey({ name: 'Alice', email: 'alice@example.org', created });
      const scenario = await Scenario.create({ people: { alice, bob: await adopting(alice, 'none') } });
      const hers = { by: 'alice', files: { [opamPath('foo.1.1')]: opamFile('foo') } } as const;
      expectVerified(await scenario.judge(verb, await scenario.commit(scenario.anchor, hers)));
      const his = { key: alice, files: { [opamPath('bar.1.1')]: opamFile('bar') } };
      const head = await scenario.commit(scenario.anchor, his);
      expectRejected(await scenario.judge(verb, head), 'attribution.no-authority', 'alice');
    });
  });

  test.skipIf(!installed('gpg'))('git verify-commit refuses it too (needs gpg)', async () => {
    const { scenario, head } = await story('none');
    const git = await askGit(scenario.repository, head, [scenario.people.bob], scenario.now);
    expect(git.accepted).toBe(false);
    expect(git.keywords).toContain('ERRSIG');
  });

  test.skipIf(!installed('sqv'))('sqv refuses it too (needs sqv)', async () => {
    const { scenario, head } = await story('none');
    expect(await askSqv(scenario.repository, head, [scenario.people.bob])).toBe(false);
  });
});
