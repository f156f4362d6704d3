import { describe, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, withdrawn because of a hole');
const files = { [opamPath('foo.1.1')]: content };

/** Alice submits foo.1.1 by a tag and withdraws it; the mainline goes on for some days without it. */
async function story(days: number) {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files });
  const tag = await scenario.submissionTag(head, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(content),
  });
  scenario.pass(days * day);
  const mainline = await scenario.commit(scenario.anchor, {
    by: 'bob',
    files: { [opamPath('bar.1.1')]: opamFile('bar, the next') },
  });
  return { scenario, head, tag, mainline };
}

describe('late-merge: a withdrawn submission is merged after its tag has expired', () => {
  test('verify-repo rejects the merge: the tag attributes nothing any more', async () => {
    const { scenario, head, tag, mainline } = await story(120);
    expectRejected(await scenario.verifyRepo(await scenario.merge(mainline, head)), 'statement.expired', tag);
  });

  test('verify-repo rejects the merge that carries the tag as mergetag', async () => {
    const { scenario, head, tag, mainline } = await story(120);
    const merge = await scenario.merge(mainline, head, { by: 'mia', mergetags: [tag] });
    expectRejected(await scenario.verifyRepo(merge), 'statement.expired', tag);
  });

  test('verify-repo rejects a squashed commit with its content', async () => {
    const { scenario, tag, mainline } = await story(120);
    expectRejected(
      await scenario.verifyRepo(await scenario.commit(mainline, { files })),
      'statement.expired',
      tag,
    );
  });

  test('verify-pr rejects the pull request before it is merged', async () => {
    const { scenario, head, tag, mainline } = await story(120);
    expectRejected(await scenario.verifyPr(mainline, head), 'statement.expired', tag);
  });

  test('the same submission merged in time is verified, however much later somebody looks', async () => {
    const { scenario, head, mainline } = await story(30);
    const merge = await scenario.merge(mainline, head);
    expectVerified(await scenario.verifyRepo(merge));
    expectVerified(await scenario.verifyRepo(merge, { now: scenario.now + 200 * day }));
  });
});
