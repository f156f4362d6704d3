import { describe, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { keyringFiles, opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectUndetermined, expectVerified } from '../support/verdicts.ts';

const evil = { [opamPath('foo.1.0')]: opamFile('foo, by nobody') };

/** A repository that begins to sign, and a verifier who knows its admins and not where. */
async function story() {
  const scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  const anchor = { quorum: 2, fingerprints: [ada.fingerprint, ben.fingerprint] };
  const before = await scenario.repository.commitFiles({
    files: { repo: 'opam-version: "2.0"\n', [opamPath('foo.1.0')]: opamFile('foo') },
    date: scenario.now,
  });
  const keyring = keyringFiles(scenario.keyring);
  const begun = await scenario.commit(before, { files: keyring });
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  const mainline = await scenario.commit(begun, { by: 'alice', files });
  const judge = (head: Oid) => scenario.verifyRepo(head, { trust: { kind: 'anchor', anchor } });
  return { scenario, before, keyring, begun, mainline, judge };
}

describe('second-beginning: the mainline is merged into a branch that left it before signed history began', () => {
  test('verify-repo rejects it where the branch begins the same keyring again', async () => {
    const { scenario, before, keyring, begun, mainline, judge } = await story();
    const rival = await scenario.commit(before, { files: { ...keyring, ...evil } });
    const head = await scenario.merge(rival, mainline, { tree: await scenario.treeOf(rival) });
    expectRejected(await judge(head), 'keyring.begun-again', begun);
  });

  test('verify-repo concludes nothing where the merge itself would be the beginning', async () => {
    const { scenario, before, mainline, judge } = await story();
    const branch = await scenario.commit(before, { files: evil });
    const other = await scenario.commit(mainline, { files: evil });
    const head = await scenario.merge(branch, mainline, { tree: await scenario.treeOf(other) });
    expectUndetermined(await judge(head), 'history.begun-before');
  });

  test('verify-repo concludes nothing where all but the keyring was copied into the branch', async () => {
    const { scenario, before, mainline, judge } = await story();
    const copied = { [opamPath('foo.1.1')]: opamFile('foo') };
    const branch = await scenario.commit(before, { files: { ...evil, ...copied } });
    const other = await scenario.commit(mainline, { files: evil });
    const head = await scenario.merge(branch, mainline, { tree: await scenario.treeOf(other) });
    expectUndetermined(await judge(head), 'history.begun-before');
  });

  test('verify-repo concludes nothing where the keyring was left out of the merge, and brought after it', async () => {
    const { scenario, before, keyring, mainline, judge } = await story();
    const branch = await scenario.commit(before, { files: evil });
    const merged = await scenario.merge(branch, mainline, { tree: await scenario.treeOf(branch) });
    expectUndetermined(
      await judge(await scenario.commit(merged, { files: keyring })),
      'history.begun-before',
    );
  });

  test('verify-repo rejects all of them where the anchor commit is known', async () => {
    const { scenario, before, begun, mainline } = await story();
    const branch = await scenario.commit(before, { files: evil });
    const head = await scenario.merge(branch, mainline, { files: evil });
    expectRejected(await scenario.verifyRepo(head, { from: begun }), 'step.shape', begun);
  });

  test('verify-repo verifies the mainline, whether the keyring came by a commit or by a pull request', async () => {
    const { scenario, before, keyring, mainline, judge } = await story();
    expectVerified(await judge(mainline));
    const proposal = await scenario.commit(before, { files: keyring });
    const meanwhile = await scenario.commit(before, { files: { [opamPath('bar.1.0')]: opamFile('bar') } });
    const updated = await scenario.merge(proposal, meanwhile);
    const begun = await scenario.merge(meanwhile, updated);
    const files = { [opamPath('foo.1.1')]: opamFile('foo') };
    expectVerified(await judge(await scenario.commit(begun, { by: 'alice', files })));
  });
});
