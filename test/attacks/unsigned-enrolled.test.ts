import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('unsigned-enrolled: an unsigned change to a package that has an owner', () => {
  const files = { [opamPath('foo.1.1')]: opamFile('foo, by whoever may push') };

  test.each(verbs)('%s rejects it and names the owner', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { author: 'Alice <alice@example.org>', files });
    const found = expectRejected(await scenario.judge(verb, head), 'attribution.unsigned', head);
    expect(found.message).toContain('alice');
  });

  test.each(verbs)('%s verifies the same change signed by the owner', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.judge(verb, head));
  });

  test('verify-repo rejects it as a commit on the mainline itself', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files });
    expectRejected(await scenario.verifyRepo(head), 'attribution.unsigned', opamPath('foo.1.1'));
  });

  test.each(verbs)('%s rejects it where the owner claimed the name by introducing it', async (verb) => {
    const scenario = await Scenario.create();
    const claim = { by: 'bob', files: { [opamPath('fresh.1.0')]: opamFile('new') } } as const;
    const base = await scenario.merge(scenario.anchor, await scenario.commit(scenario.anchor, claim));
    const head = await scenario.commit(base, { files: { [opamPath('fresh.1.1')]: opamFile('newer') } });
    const found = expectRejected(await scenario.judge(verb, head, base), 'attribution.unsigned', head);
    expect(found.message).toContain('bob');
  });

  test.each(verbs)('%s rejects an unsigned change outside the packages', async (verb) => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files: { repo: 'opam-version: "2.1"\n' } });
    expectRejected(await scenario.judge(verb, head), 'attribution.unsigned', 'repo');
  });
});
