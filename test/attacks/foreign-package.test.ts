import { describe, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('foreign-package: the signer is known, but owns another package', () => {
  const files = { [opamPath('foo.1.1')]: opamFile('foo, by its neighbour') };

  test('verify-pr rejects it and names the owners', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files });
    const found = expectRejected(
      await scenario.verifyPr(scenario.anchor, head),
      'attribution.no-authority',
      head,
    );
    if (!found.message.includes('alice')) throw new Error(found.message);
  });

  test('verify-repo rejects it once it was merged', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files });
    const merge = await scenario.merge(scenario.anchor, head);
    expectRejected(await scenario.verifyRepo(merge), 'attribution.no-authority', opamPath('foo.1.1'));
  });

  test('the same change signed by an owner is verified', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)));
  });
});
