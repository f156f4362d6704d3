import { describe, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** The mainline mends bar.1.0 after Alice's branch has left it. */
async function story() {
  const scenario = await Scenario.create();
  const side = await scenario.commit(scenario.anchor, {
    by: 'alice',
    files: { [opamPath('foo.1.1')]: opamFile('foo, the next') },
  });
  const mainline = await scenario.commit(scenario.anchor, {
    by: 'bob',
    files: { [opamPath('bar.1.0')]: opamFile('bar, mended') },
  });
  return { scenario, side, mainline };
}

describe('ours-merge: a merge that drops what the mainline has changed', () => {
  test('verify-repo rejects a merge whose tree is the stale side', async () => {
    const { scenario, side, mainline } = await story();
    const merge = await scenario.merge(mainline, side, { by: 'mia', tree: await scenario.treeOf(side) });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.rolled-back', opamPath('bar.1.0'));
  });

  test('verify-repo rejects a side that merged the mainline with -s ours and is merged cleanly then', async () => {
    const { scenario, side, mainline } = await story();
    const ours = await scenario.merge(side, mainline, { by: 'alice', tree: await scenario.treeOf(side) });
    const report = await scenario.verifyRepo(await scenario.merge(mainline, ours));
    expectRejected(report, 'attribution.unsigned', opamPath('bar.1.0'));
  });

  test('verify-pr rejects that side before it is merged', async () => {
    const { scenario, side, mainline } = await story();
    const ours = await scenario.merge(side, mainline, { by: 'alice', tree: await scenario.treeOf(side) });
    expectRejected(await scenario.verifyPr(mainline, ours), 'attribution.unsigned', opamPath('bar.1.0'));
  });

  test('verify-repo rejects a roll-back whose step is signed by the contributor who profits', async () => {
    const { scenario, side, mainline } = await story();
    const ours = await scenario.merge(side, mainline, { by: 'alice', tree: await scenario.treeOf(side) });
    const touched = await scenario.commit(ours, {
      by: 'alice',
      files: { [opamPath('bar.1.0')]: opamFile('bar') },
      message: 'Nothing to see here\n',
    });
    const report = await scenario.verifyRepo(await scenario.merge(mainline, touched));
    expectRejected(report, 'attribution.unsigned', opamPath('bar.1.0'));
  });

  test('the clean merge of side and mainline is verified', async () => {
    const { scenario, side, mainline } = await story();
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, side)));
  });

  test('a side that merged the mainline and kept what it has is verified', async () => {
    const { scenario, side, mainline } = await story();
    const caughtUp = await scenario.merge(side, mainline);
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, caughtUp)));
    expectVerified(await scenario.verifyPr(mainline, caughtUp));
  });

  test('git merge -s ours on the mainline takes nothing of the side, and is verified', async () => {
    const { scenario, side, mainline } = await story();
    const merge = await scenario.merge(mainline, side, { tree: await scenario.treeOf(mainline) });
    expectVerified(await scenario.verifyRepo(merge));
  });
});
