import { describe, expect, test } from 'vitest';
import { firstKeyring } from '../support/cast.ts';
import { keyringFiles, opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('keyring-in-pr: the pull request brings the keyring that it wants to be judged by', () => {
  const release = { [opamPath('foo.1.1')]: opamFile('foo, by a newcomer') };

  /** A keyring in which Mallory is a maintainer, signed by whoever is named. */
  async function story(...signers: readonly ('ada' | 'ben' | 'mallory')[]) {
    const scenario = await Scenario.create();
    const { people } = scenario;
    const { contributors } = firstKeyring(people);
    const next = scenario.nextKeyring(
      { contributors: { ...contributors, mallory: { keys: [people.mallory], roles: ['maintainer'] } } },
      signers.map((signer) => people[signer]),
    );
    return { scenario, keyring: keyringFiles(next) };
  }

  test('verify-pr rejects keyring and package in one commit', async () => {
    const { scenario, keyring } = await story('mallory');
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', files: { ...keyring, ...release } });
    const report = await scenario.verifyPr(scenario.anchor, head);
    expectRejected(report, 'keyring.threshold', 'ada');
    expectRejected(report, 'keyring.mixed-step', opamPath('foo.1.1'));
    const found = expectRejected(report, 'signature.unknown-key', head);
    expect(found.message).toContain(scenario.people.mallory.fingerprint);
  });

  test('verify-pr rejects the package in a second commit too, and judges it by the base', async () => {
    const { scenario, keyring } = await story('ada', 'ben');
    const first = await scenario.commit(scenario.anchor, { by: 'mallory', files: keyring });
    const head = await scenario.commit(first, { by: 'mallory', files: release });
    const report = await scenario.verifyPr(scenario.anchor, head);
    expectRejected(report, 'keyring.mixed-step', opamPath('foo.1.1'));
    expectRejected(report, 'signature.unknown-key', head);
  });

  test('verify-repo rejects the merge of both', async () => {
    const { scenario, keyring } = await story('ada', 'ben');
    const head = await scenario.commit(scenario.anchor, { by: 'mallory', files: { ...keyring, ...release } });
    const report = await scenario.verifyRepo(await scenario.merge(scenario.anchor, head));
    expectRejected(report, 'keyring.mixed-step', opamPath('foo.1.1'));
    expectRejected(report, 'signature.unknown-key', head);
  });

  test('the keyring by itself, signed by its admins, is verified, and so is the package after it', async () => {
    const { scenario, keyring } = await story('ada', 'ben');
    const change = await scenario.commit(scenario.anchor, { files: keyring });
    expectVerified(await scenario.verifyPr(scenario.anchor, change));
    const base = await scenario.merge(scenario.anchor, change);
    const head = await scenario.commit(base, { by: 'mallory', files: release });
    expectVerified(await scenario.verifyPr(base, head));
    expectVerified(await scenario.verifyRepo(await scenario.merge(base, head)));
  });
});
