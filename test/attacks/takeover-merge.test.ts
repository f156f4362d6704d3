import { describe, expect, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { keyringFiles, opamFile, opamPath, Scenario, type Verb, verbs } from '../support/scenario.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const hers = { [opamPath('foo.1.1')]: opamFile('foo, by somebody who left') };
const meanwhile = { [opamPath('bar.1.1')]: opamFile('bar, released after she left') };

/** The mainline removes Alice and goes on; her branch has left it before. */
async function story(options: { readonly dated?: number } = {}) {
  const scenario = await Scenario.create();
  const mainline = await scenario.commit(await scenario.removeAlice(scenario.anchor), {
    by: 'bob',
    files: meanwhile,
  });
  const dated = options.dated === undefined ? {} : { date: options.dated, signedAt: scenario.now };
  const branch = await scenario.commit(scenario.anchor, { by: 'alice', files: hers, ...dated });
  const tree = await scenario.treeOf(await scenario.commit(branch, { files: meanwhile }));
  return { scenario, mainline, branch, tree };
}

/** Her branch in the place of the mainline, or as a pull request to it. */
const judge = (scenario: Scenario, verb: Verb, mainline: Oid, head: Oid) =>
  verb === 'verify-pr' ? scenario.verifyPr(mainline, head) : scenario.verifyRepo(head);

describe('takeover-merge: a removed signer merges the mainline into her branch and restores the old keyring', () => {
  test.each(verbs)('%s rejects the merge that keeps the keyring of her branch', async (verb) => {
    const { scenario, mainline, branch, tree } = await story();
    const head = await scenario.merge(branch, mainline, { by: 'alice', tree });
    const found = expectRejected(await judge(scenario, verb, mainline, head), 'keyring.version', 'version 1');
    expect(found.message).toContain('version 2');
  });

  test.each(verbs)('%s rejects it with the old keyring restored on the side first', async (verb) => {
    const { scenario, mainline, branch, tree } = await story();
    const restored = await scenario.merge(mainline, branch, { by: 'alice', tree });
    const head = await scenario.merge(branch, restored, { by: 'alice', tree });
    expectRejected(await judge(scenario, verb, mainline, head), 'keyring.version', 'version 1');
  });

  test('verify-repo rejects it with her branch dated so late that the new keyring would have expired', async () => {
    const { scenario, mainline, branch, tree } = await story({ dated: Date.UTC(2030, 0) / 1000 });
    const head = await scenario.merge(branch, mainline, { tree });
    expectRejected(await scenario.verifyRepo(head), 'keyring.version', head);
  });

  test('verify-repo rejects it where her key was revoked and the keyring file stayed the same', async () => {
    const scenario = await Scenario.create();
    const { alice } = scenario.people;
    const mainline = await scenario.grow(scenario.anchor, alice.revoked(scenario.now, 'superseded'));
    scenario.pass(day);
    const branch = await scenario.commit(scenario.anchor, { by: 'alice', files: hers });
    const head = await scenario.merge(branch, mainline, { tree: await scenario.treeOf(branch) });
    expectRejected(await scenario.verifyRepo(head), 'keyring.certificate-shrunk', alice.fingerprint);
  });

  test.each([
    ['of an admin', 'ada'],
    ['of her own', 'alice'],
  ] as const)(
    'verify-repo rejects it where a certificate %s has grown on her branch',
    async (_whose, person) => {
      const { scenario, mainline } = await story();
      const grown = scenario.people[person].withUserId(scenario.now, 'Another name', 'another@example.org');
      const branch = await scenario.commit(await scenario.grow(scenario.anchor, grown), {
        by: 'alice',
        files: hers,
      });
      const tree = await scenario.treeOf(await scenario.commit(branch, { files: meanwhile }));
      const head = await scenario.merge(branch, mainline, { by: 'alice', tree });
      expectRejected(await scenario.verifyRepo(head), 'keyring.version', head);
    },
  );

  test('verify-repo rejects it where the mainline comes by a merge of her grown branch', async () => {
    const { scenario, mainline } = await story();
    const { ada } = scenario.people;
    const grown = ada.withUserId(scenario.now, 'Another name', 'another@example.org');
    const branch = await scenario.grow(scenario.anchor, grown);
    const tree = await scenario.treeOf(await scenario.commit(branch, { files: meanwhile }));
    const mixed = await scenario.merge(mainline, branch, { tree });
    const head = await scenario.merge(branch, mixed, { by: 'alice', tree });
    expectRejected(await scenario.verifyRepo(head), 'keyring.version', head);
  });

  test('verify-repo rejects it where her branch has a rival version that the admins signed and gave up', async () => {
    const { scenario, mainline } = await story();
    const { ada, ben } = scenario.people;
    const rival = scenario.nextKeyring({ policy: { unsigned: 'warn' } }, [ada, ben]);
    const branch = await scenario.commit(scenario.anchor, { files: keyringFiles(rival) });
    const tree = await scenario.treeOf(await scenario.commit(branch, { files: meanwhile }));
    const head = await scenario.merge(branch, mainline, { by: 'alice', tree });
    expectRejected(await scenario.verifyRepo(head), 'keyring.version', 'another version 2');
  });

  test.each(verbs)('%s verifies a branch into which a contributor merged the mainline', async (verb) => {
    const scenario = await Scenario.create();
    const branch = await scenario.commit(scenario.anchor, { by: 'bob', files: meanwhile });
    const base = await scenario.removeAlice(scenario.anchor);
    expectVerified(await scenario.judge(verb, await scenario.merge(branch, base), base));
  });

  test('verify-repo verifies two refreshed certificates that are merged one after the other', async () => {
    const scenario = await Scenario.create();
    const { alice, bob } = scenario.people;
    const one = await scenario.grow(scenario.anchor, alice.extended(scenario.now, undefined));
    const other = await scenario.grow(scenario.anchor, bob.extended(scenario.now, undefined));
    const merge = await scenario.merge(await scenario.merge(scenario.anchor, one), other);
    expectVerified(await scenario.verifyRepo(merge));
  });
});
