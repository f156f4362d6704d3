import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');
const files = { [opamPath('foo.1.1')]: content };

/** A head that nobody signed, with Alice's submission tag, which stands in no reference. */
async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files });
  const plan = { by: 'alice', nameVersion: 'foo.1.1', after: scenario.digest(content), ref: null } as const;
  return { scenario, head, plan, tag: await scenario.submissionTag(head, plan) };
}

describe('mergetag-confusion: one merge commit with the signatures of two people', () => {
  test('verify-repo judges a signed merge and its mergetag each by itself', async () => {
    const { scenario, head, tag } = await story();
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', mergetags: [tag] });
    const report = await scenario.verifyRepo(merge);
    expectVerified(report);
    expect(report.counts).toMatchObject({ signatures: { good: 1, absent: 1 }, paths: { tag: 1 } });
  });

  test("verify-repo does not take the mergetag's signature for the merge's own", async () => {
    const { scenario, head, tag } = await story();
    const more = { ...files, [opamPath('foo.1.2')]: opamFile('foo, slipped in') };
    const message = 'Endorse\n\nSignet-Kind: endorsement\n';
    const merge = await scenario.merge(scenario.anchor, head, { files: more, message, mergetags: [tag] });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.evil-merge', opamPath('foo.1.2'));
  });

  test("verify-repo does not take the merge's signature for the mergetag's", async () => {
    const { scenario, head, plan } = await story();
    const forged = await scenario.submissionTag(head, { ...plan, by: 'mallory' });
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', mergetags: [forged] });
    expectRejected(await scenario.verifyRepo(merge), 'signature.unknown-key', forged);
  });

  test('verify-repo rejects a mergetag for another commit', async () => {
    const { scenario, tag } = await story();
    const other = await scenario.commit(scenario.anchor, {
      files: { [opamPath('foo.1.1')]: opamFile('foo, altered') },
    });
    const merge = await scenario.merge(scenario.anchor, other, { by: 'mia', mergetags: [tag] });
    const found = expectRejected(await scenario.verifyRepo(merge), 'tag.target', merge);
    expect(found.message).toContain('not about the merged head');
  });

  test('verify-repo rejects a mergetag for the first parent', async () => {
    const { scenario, head, plan } = await story();
    const tag = await scenario.submissionTag(scenario.anchor, plan);
    const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', mergetags: [tag] });
    expectRejected(await scenario.verifyRepo(merge), 'tag.target', merge);
  });

  test('verify-pr does not let a merge inside the pull request bring a mergetag of its own', async () => {
    const { scenario, head, tag } = await story();
    const apart = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    const inside = await scenario.merge(apart, head, { mergetags: [tag] });
    expectRejected(await scenario.verifyPr(scenario.anchor, inside), 'attribution.unsigned', head);
  });

  test('verify-pr verifies a pull request on a base with a signed merge and its mergetag', async () => {
    const { scenario, head, tag } = await story();
    const base = await scenario.merge(scenario.anchor, head, { by: 'mia', mergetags: [tag] });
    const next = await scenario.commit(base, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    expectVerified(await scenario.verifyPr(base, next));
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit does not look at mergetags at all (needs gpg)',
    async () => {
      const { scenario, head, plan } = await story();
      const forged = await scenario.submissionTag(head, { ...plan, by: 'mallory' });
      const merge = await scenario.merge(scenario.anchor, head, { by: 'mia', mergetags: [forged] });
      const git = await askGit(scenario.repository, merge, [scenario.people.mia], scenario.now);
      expect(git.accepted).toBe(true);
      expect(git.keywords.filter((keyword) => keyword === 'GOODSIG')).toHaveLength(1);
    },
  );
});
