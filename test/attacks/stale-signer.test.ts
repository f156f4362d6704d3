import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('stale-signer: a removed signer extends an old branch, and a merge takes its tree whole', () => {
  async function story() {
    const scenario = await Scenario.create();
    const mainline = await scenario.removeAlice(scenario.anchor);
    const stale = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.1')]: opamFile('foo, by somebody who left') },
    });
    return { scenario, mainline, stale };
  }

  test('verify-repo rejects the merge that puts the old tree in place of the mainline', async () => {
    const { scenario, mainline, stale } = await story();
    const tree = await scenario.treeOf(stale);
    const report = await scenario.verifyRepo(await scenario.merge(mainline, stale, { by: 'alice', tree }));
    expectRejected(report, 'keyring.version', 'keyring.toml');
    const found = expectRejected(report, 'signature.unknown-key', stale);
    expect(found.message).toContain(scenario.people.alice.fingerprint);
  });

  test('verify-repo rejects git merge -s ours on her branch, when the branch becomes the mainline', async () => {
    const { scenario, mainline, stale } = await story();
    const tree = await scenario.treeOf(stale);
    const merge = await scenario.merge(stale, mainline, { by: 'alice', tree });
    expectRejected(await scenario.verifyRepo(merge), 'keyring.version', merge);
    expectRejected(await scenario.verifyRepo(merge, { from: mainline }), 'step.shape', mainline);
  });

  test('verify-repo verifies git merge -s ours on the mainline, which takes nothing of hers', async () => {
    const { scenario, mainline, stale } = await story();
    const tree = await scenario.treeOf(mainline);
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, stale, { tree })));
  });

  test('verify-repo verifies the same release merged before she was removed', async () => {
    const { scenario, stale } = await story();
    const merge = await scenario.merge(scenario.anchor, stale);
    expectVerified(await scenario.verifyRepo(await scenario.removeAlice(merge)));
  });
});
