import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');
const files = { [opamPath('foo.1.1')]: content };
const message = 'foo.1.1 (#1)\n';

/** Alice's pull request, with her submission tag on its head. */
async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const tag = await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(content),
  });
  return { scenario, tag };
}

describe('squash-with-tag: a squashed pull request whose submission tag names the content', () => {
  test('verify-repo verifies the squashed commit by its content statement', async () => {
    const { scenario } = await story();
    const report = await scenario.verifyRepo(await scenario.commit(scenario.anchor, { files, message }));
    expectVerified(report);
    expect(report.counts.paths).toEqual({ statement: 1 });
  });

  test('verify-repo verifies the same content rebased on a mainline that has moved', async () => {
    const { scenario } = await story();
    const moved = await scenario.commit(scenario.anchor, {
      by: 'bob',
      files: { [opamPath('bar.1.1')]: opamFile('bar, the next') },
    });
    expectVerified(await scenario.verifyRepo(await scenario.commit(moved, { files, message })));
  });

  test('verify-repo rejects a squashed commit with one letter changed', async () => {
    const { scenario, tag } = await story();
    const altered = { [opamPath('foo.1.1')]: content.replace('next', 'text') };
    const squashed = await scenario.commit(scenario.anchor, { files: altered, message });
    expectRejected(await scenario.verifyRepo(squashed), 'statement.digest', tag);
  });

  test('verify-repo rejects a squashed commit with one file more in the directory', async () => {
    const { scenario, tag } = await story();
    const more = { ...files, 'packages/foo/foo.1.1/files/fix.patch': 'rm -rf /\n' };
    const squashed = await scenario.commit(scenario.anchor, { files: more, message });
    expectRejected(await scenario.verifyRepo(squashed), 'statement.digest', tag);
  });

  test('verify-repo rejects a squashed commit that changes another package too', async () => {
    const { scenario } = await story();
    const more = { ...files, [opamPath('bar.1.1')]: opamFile('bar, slipped in') };
    const squashed = await scenario.commit(scenario.anchor, { files: more, message });
    expectRejected(await scenario.verifyRepo(squashed), 'attribution.unsigned', opamPath('bar.1.1'));
  });

  test("verify-repo rejects it by the tag of somebody who doesn't own the package", async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'bob', files });
    await scenario.submissionTag(head, {
      by: 'bob',
      nameVersion: 'foo.1.1',
      after: scenario.digest(content),
    });
    const squashed = await scenario.commit(scenario.anchor, { files, message });
    expectRejected(await scenario.verifyRepo(squashed), 'attribution.unsigned', opamPath('foo.1.1'));
  });
});
