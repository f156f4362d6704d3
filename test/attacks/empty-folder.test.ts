import { describe, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** A folder without a file, which git never makes and a tree can have all the same. */
async function withEmptyFolder(scenario: Scenario, path: string) {
  const oid = await scenario.repository.writeObject('tree', '');
  return { [path]: { mode: '40000', oid } };
}

const hers = { [opamPath('foo.1.1')]: opamFile('foo, by a thief') };

describe('empty-folder: no file differs, and the keyring of the tip does not open any more', () => {
  test('verify-repo rejects it where that would hide that a key was revoked as compromised', async () => {
    const scenario = await Scenario.create();
    const stolen = await scenario.commit(scenario.anchor, { by: 'alice', files: hers });
    const known = await scenario.grow(stolen, scenario.people.alice.revoked(scenario.now, 'compromised'));
    expectRejected(await scenario.verifyRepo(known), 'signature.revoked-key', stolen);
    const head = await scenario.commit(known, { files: await withEmptyFolder(scenario, 'keyring/x') });
    expectRejected(await scenario.verifyRepo(head), 'keyring.extra-file', head);
  });

  test.each(verbs)('%s rejects it beside an honest change', async (verb) => {
    const scenario = await Scenario.create();
    const files = {
      ...(await withEmptyFolder(scenario, 'keyring/x')),
      [opamPath('bar.1.1')]: opamFile('bar'),
    };
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files });
    const report =
      verb === 'verify-pr'
        ? await scenario.verifyPr(scenario.anchor, head)
        : await scenario.verifyRepo(
            await scenario.merge(scenario.anchor, head, { tree: await scenario.treeOf(head) }),
          );
    expectRejected(report, 'keyring.extra-file', 'keyring/x');
  });

  test('verify-repo verifies the history again once it is taken out, but for the step that brought it', async () => {
    const scenario = await Scenario.create();
    const bad = await scenario.commit(scenario.anchor, {
      files: await withEmptyFolder(scenario, 'keyring/x'),
    });
    const head = await scenario.commit(bad, { files: { 'keyring/x': null } });
    expectRejected(await scenario.verifyRepo(head), 'keyring.extra-file', bad);
    expectVerified(await scenario.verifyRepo(head, { from: head }));
  });

  test.each(verbs)('%s verifies an empty folder elsewhere, which nobody ever sees', async (verb) => {
    const scenario = await Scenario.create();
    const files = {
      ...(await withEmptyFolder(scenario, 'packages/bar/bar.1.0/files')),
      [opamPath('bar.1.1')]: opamFile('bar'),
    };
    expectVerified(await scenario.judge(verb, await scenario.commit(scenario.anchor, { by: 'bob', files })));
  });
});
