import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import type { RevocationReason } from '../support/certificate-parts.ts';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };

/** Alice's release is merged; later she finds that her key was stolen. */
async function story() {
  const scenario = await Scenario.create();
  const release = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const mainline = await scenario.merge(scenario.anchor, release);
  scenario.pass(10 * day);
  return { scenario, release, mainline };
}

const revoked = (scenario: Scenario, reason: RevocationReason) =>
  scenario.people.alice.revoked(scenario.now, reason);

describe('hard-revoked: whoever has a compromised key dates its signatures as they like', () => {
  describe.each(['compromised', 'absent', 'none', 'unknown'] as const)(
    'revoked with the reason %s',
    (reason) => {
      test('verify-repo rejects what the key had signed long before, with the revocation at the tip', async () => {
        const { scenario, release, mainline } = await story();
        const head = await scenario.grow(mainline, revoked(scenario, reason));
        const found = expectRejected(await scenario.verifyRepo(head), 'signature.revoked-key', release);
        expect(found.message).toContain(scenario.people.alice.fingerprint);
      });

      test.each(verbs)('%s rejects it on a side branch that left the mainline before', async (verb) => {
        const { scenario, release } = await story();
        const base = await scenario.grow(scenario.anchor, revoked(scenario, reason));
        expectRejected(await scenario.judge(verb, release, base), 'signature.revoked-key', release);
      });
    },
  );

  test('verify-repo verifies the history as long as nobody knows of the revocation', async () => {
    const { scenario, mainline } = await story();
    expectVerified(await scenario.verifyRepo(mainline));
  });

  test('verify-repo rejects it where the keyring file lists the key as compromised', async () => {
    const { scenario, release, mainline } = await story();
    const head = await withoutAlice(scenario, mainline, []);
    expectRejected(await scenario.verifyRepo(head), 'signature.revoked-key', release);
  });
});

/** The admins list Alice's key as compromised, and attest the history up to some states. */
function withoutAlice(scenario: Scenario, parent: Oid, reattested: readonly Oid[]): Promise<Oid> {
  const { fingerprint } = scenario.people.alice;
  const compromised = [{ fingerprint, since: scenario.now - day, reason: 'laptop stolen' }];
  return scenario.removeAlice(parent, { compromised, reattested });
}

describe('hard-revoked, attested again by the admins', () => {
  test.each(['ada', 'ben'] as const)(
    'verify-repo verifies the history up to a state that %s signed',
    async (by) => {
      const { scenario, mainline } = await story();
      const state = await scenario.stateTag(mainline, { by });
      expectVerified(await scenario.verifyRepo(await withoutAlice(scenario, mainline, [state])));
    },
  );

  test.each(['mia', 'alice', 'mallory'] as const)(
    'verify-repo does not take the word of %s, no admin',
    async (by) => {
      const { scenario, release, mainline } = await story();
      const state = await scenario.stateTag(mainline, { by });
      const report = await scenario.verifyRepo(await withoutAlice(scenario, mainline, [state]));
      expectRejected(report, 'signature.revoked-key', release);
      expect(report.findings.find(({ code }) => code === 'state.unfit')?.at.object).toBe(state);
    },
  );

  test('verify-repo rejects it where the tag says something else of the state than its commit', async () => {
    const { scenario, release, mainline } = await story();
    const state = await scenario.stateTag(mainline, { by: 'ada', state: scenario.digest('another state') });
    const report = await scenario.verifyRepo(await withoutAlice(scenario, mainline, [state]));
    expectRejected(report, 'signature.revoked-key', release);
    expect(report.findings.map(({ code }) => code)).toContain('state.unfit');
  });

  test('verify-repo rejects what the key signed after the attested state', async () => {
    const { scenario, mainline } = await story();
    const state = await scenario.stateTag(mainline, { by: 'ada' });
    const theft = { by: 'alice', files: { [opamPath('foo.1.2')]: opamFile('foo, by a thief') } } as const;
    const stolen = await scenario.commit(mainline, theft);
    expectRejected(
      await scenario.verifyRepo(await withoutAlice(scenario, stolen, [state])),
      'signature.revoked-key',
      stolen,
    );
  });
});
