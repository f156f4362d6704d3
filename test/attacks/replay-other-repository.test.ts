import { describe, expect, test } from 'vitest';
import { repositoryId } from '../support/cast.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, for the private repository of a company');
const elsewhere = 'https://example.com/private-repository';

async function story(plan: { readonly by?: 'alice'; readonly repository?: string }) {
  const scenario = await Scenario.create();
  const { by, repository = repositoryId } = plan;
  const files = { [opamPath('foo.1.1')]: content };
  const head = await scenario.commit(scenario.anchor, by === undefined ? { files } : { by, files });
  const after = scenario.digest(content);
  const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after, repository });
  return { scenario, head, tag };
}

const named = { tag: 'refs/tags/signet/foo.1.1' };

describe('replay-other-repository: a submission tag that was made for another repository', () => {
  test('verify-pr rejects the pull request that rests on it', async () => {
    const { scenario, head, tag } = await story({ repository: elsewhere });
    const found = expectRejected(
      await scenario.verifyPr(scenario.anchor, head, named),
      'statement.other-repository',
      tag,
    );
    expect(found.message).toContain(elsewhere);
  });

  test('verify-pr rejects it where the tag is found and not named', async () => {
    const { scenario, head, tag } = await story({ repository: elsewhere });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'statement.other-repository', tag);
  });

  test('verify-pr rejects the tag where it is named, although the commit is signed too', async () => {
    const { scenario, head, tag } = await story({ by: 'alice', repository: elsewhere });
    expectRejected(await scenario.verifyPr(scenario.anchor, head, named), 'statement.other-repository', tag);
  });

  test('verify-repo rejects the merge, and a squashed commit with the content of the tag', async () => {
    const { scenario, head, tag } = await story({ repository: elsewhere });
    const merge = await scenario.merge(scenario.anchor, head);
    expectRejected(await scenario.verifyRepo(merge), 'statement.other-repository', tag);
    const squashed = await scenario.commit(scenario.anchor, { files: { [opamPath('foo.1.1')]: content } });
    expectRejected(await scenario.verifyRepo(squashed), 'statement.other-repository', tag);
  });

  test('the same tag made for this repository is verified', async () => {
    const { scenario, head } = await story({});
    expectVerified(await scenario.verifyPr(scenario.anchor, head, named));
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)));
  });
});
