import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const opam = opamFile('foo, the next');
const files = { [opamPath('foo.1.1')]: opam };

/** Alice's release, and on the same head a tag of hers that comes before it and releases nothing. */
async function story(after: (scenario: Scenario) => string) {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: 'foo.1.0',
    before: scenario.digest(opam),
    after: scenario.digest(opamFile('anything')),
  });
  await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after: after(scenario) });
  return scenario.verifyPr(scenario.anchor, head);
}

describe('diverting-tag: a tag that releases nothing stands before the one that does', () => {
  test('verify-pr judges the release all the same, and rejects it', async () => {
    expectRejected(
      await story((scenario) => scenario.digest(opamFile('another'))),
      'release.digest',
      'foo.1.1',
    );
  });

  test('a release that is as its tag says is verified, with its claims', async () => {
    const report = await story((scenario) => scenario.digest(opam));
    expectVerified(report);
    expect(report.release.map(({ id }) => id)).toContain('release.digest');
  });
});
