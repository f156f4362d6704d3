import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const foo = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
const bar = { [opamPath('bar.1.1')]: opamFile('bar, slipped in beside foo') };

describe('two-packages-one-right: a pull request for two packages by the owner of one', () => {
  test.each([
    ['in one commit', [{ ...foo, ...bar }]],
    ['in two commits', [foo, bar]],
  ])('verify-pr rejects it, %s, and lists only the path that is not hers', async (_how, commits) => {
    const scenario = await Scenario.create();
    let head = scenario.anchor;
    for (const files of commits) head = await scenario.commit(head, { by: 'alice', files });
    const report = await scenario.verifyPr(scenario.anchor, head);
    const found = expectRejected(report, 'attribution.no-authority', head);
    expect(found.message).toContain('bob');
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ at }) => at.path)).toEqual([opamPath('bar.1.1')]);
    expect(report.paths.map(({ path, kind, contributor }) => [path, kind, contributor])).toEqual([
      [opamPath('bar.1.1'), 'none', undefined],
      [opamPath('foo.1.1'), 'side', 'alice'],
    ]);
  });

  test('verify-pr rejects it by a submission tag of hers for both packages', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { files: { ...foo, ...bar } });
    const more = [`Signet-Package: bar.1.1 none ${scenario.digest(opamFile('bar, slipped in beside foo'))}`];
    const after = scenario.digest(opamFile('foo, the next'));
    const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after, more });
    const report = await scenario.verifyPr(scenario.anchor, head);
    expectRejected(report, 'attribution.no-authority', tag);
    expect(report.paths.map(({ kind }) => kind)).toEqual(['none', 'tag']);
  });

  test('verify-pr verifies the same pull request signed by both owners, each for their own', async () => {
    const scenario = await Scenario.create();
    const first = await scenario.commit(scenario.anchor, { by: 'alice', files: foo });
    const head = await scenario.commit(first, { by: 'bob', files: bar });
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });
});
