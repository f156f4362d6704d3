import { describe, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { start } from '../support/cast.ts';
import { keyringFiles, opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };
const since = start + 5 * day;
const reason = 'laptop stolen';

/** Alice's release is merged; then her key turns out to be stolen. */
async function story() {
  const scenario = await Scenario.create();
  const { alice } = scenario.people;
  const released = await scenario.merge(
    scenario.anchor,
    await scenario.commit(scenario.anchor, { by: 'alice', files }),
  );
  scenario.pass(10 * day);
  return { scenario, alice, released };
}

describe('forgotten-compromise: a later keyring no longer tells that a key was stolen', () => {
  test('verify-repo rejects a history that would be good again without the revoked certificate', async () => {
    const { scenario, alice, released } = await story();
    const base = await scenario.grow(released, alice.revoked(scenario.now, 'compromised'));
    const report = await scenario.verifyRepo(await scenario.removeAlice(base));
    expectRejected(report, 'keyring.compromise-forgotten', alice.fingerprint);
  });

  describe.each(verbs)('%s', (verb) => {
    test('rejects a revoked certificate that is taken out', async () => {
      const { scenario, alice } = await story();
      const base = await scenario.grow(scenario.anchor, alice.revoked(scenario.now, 'absent'));
      const head = await scenario.removeAlice(base);
      expectRejected(
        await scenario.judge(verb, head, base),
        'keyring.compromise-forgotten',
        alice.fingerprint,
      );
    });

    test('rejects a revoked subkey that goes with its certificate', async () => {
      const { scenario, alice } = await story();
      const grown = await alice.withSubkey({ created: start });
      const base = await scenario.grow(scenario.anchor, grown.subkeyRevoked(scenario.now, 'compromised'));
      const report = await scenario.judge(verb, await scenario.removeAlice(base), base);
      expectRejected(report, 'keyring.compromise-forgotten', grown.signingFingerprint);
    });

    test('rejects that an entry of [[compromised]] is taken out', async () => {
      const { scenario } = await story();
      const { ada, ben, mallory } = scenario.people;
      const compromised = [{ fingerprint: mallory.fingerprint, since, reason }];
      const second = scenario.nextKeyring({ compromised }, [ada, ben]);
      const base = await scenario.commit(scenario.anchor, { files: keyringFiles(second) });
      const third = scenario.nextKeyring({}, [ada, ben], second);
      const head = await scenario.commit(base, { files: keyringFiles(third) });
      const report = await scenario.judge(verb, head, base);
      expectRejected(report, 'keyring.compromise-forgotten', mallory.fingerprint);
    });

    test('verifies that an entry takes the place of the certificate', async () => {
      const { scenario, alice } = await story();
      const base = await scenario.grow(scenario.anchor, alice.revoked(scenario.now, 'compromised'));
      const compromised = [{ fingerprint: alice.fingerprint, since, reason }];
      const head = await scenario.removeAlice(base, { compromised });
      expectVerified(await scenario.judge(verb, head, base));
    });

    test('verifies that a certificate is taken out that was only retired', async () => {
      const { scenario, alice } = await story();
      const base = await scenario.grow(scenario.anchor, alice.revoked(scenario.now, 'retired'));
      expectVerified(await scenario.judge(verb, await scenario.removeAlice(base), base));
    });
  });
});
