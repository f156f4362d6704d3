import { describe, expect, test } from 'vitest';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');
const reference = 'refs/tags/signet/foo.1.1';

/** A pull request whose head nobody signed: all rests on the tag. */
async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files: { [opamPath('foo.1.1')]: content } });
  const plan = { by: 'alice', nameVersion: 'foo.1.1', after: scenario.digest(content) } as const;
  return { scenario, head, plan, judge: () => scenario.verifyPr(scenario.anchor, head, { tag: reference }) };
}

describe('tag-shapes: submission tags that are not an annotated tag on the head', () => {
  test('verify-pr rejects a tag of a tag', async () => {
    const { scenario, head, plan, judge } = await story();
    const inner = await scenario.submissionTag(head, { ...plan, ref: null });
    const outer = await scenario.submissionTag(head, { ...plan, object: inner, objectType: 'tag' });
    expectRejected(await judge(), 'tag.target', outer);
  });

  test('verify-pr rejects a lightweight tag', async () => {
    const { scenario, head, judge } = await story();
    await scenario.repository.ref(reference, head);
    expectRejected(await judge(), 'tag.lightweight', reference);
  });

  test('verify-pr rejects a tag on the tree of the head', async () => {
    const { scenario, head, plan, judge } = await story();
    const tree = await scenario.treeOf(head);
    const tag = await scenario.submissionTag(head, { ...plan, object: tree, objectType: 'tree' });
    expectRejected(await judge(), 'tag.target', tag);
  });

  test('verify-pr rejects a tag on a tree that calls it a commit', async () => {
    const { scenario, head, plan, judge } = await story();
    const tree = await scenario.treeOf(head);
    const tag = await scenario.submissionTag(head, { ...plan, object: tree });
    expectRejected(await judge(), 'tag.target', tag);
  });

  test.each(['unsigned', 'signed'])(
    'verify-pr rejects a tag on a commit outside the pull request, %s',
    async (how) => {
      const { scenario, plan } = await story();
      const files = { [opamPath('foo.1.1')]: content };
      const outside = await scenario.commit(scenario.anchor, { by: 'alice', files });
      const head = await scenario.commit(
        scenario.anchor,
        how === 'signed' ? { by: 'alice', files } : { files },
      );
      const tag = await scenario.submissionTag(outside, plan);
      expectRejected(await scenario.verifyPr(scenario.anchor, head, { tag: reference }), 'tag.target', tag);
    },
  );

  test('verify-pr rejects a tag whose statement is of another package than its name', async () => {
    const { scenario, head, plan, judge } = await story();
    const tag = await scenario.submissionTag(head, {
      ...plan,
      nameVersion: 'foo.1.2',
      name: 'signet/foo.1.1',
    });
    expectRejected(await judge(), 'tag.kind', tag);
  });

  test('verify-pr rejects a tag without a signature', async () => {
    const { scenario, head, judge } = await story();
    const message = `Submit foo.1.1\n\nSignet-Format: 1\nSignet-Kind: submission\n`;
    await scenario.repository.tag({ name: 'signet/foo.1.1', object: head, message, date: scenario.now });
    expectRejected(await judge(), 'statement.malformed', reference);
  });

  test('verify-pr verifies an annotated, signed tag on the head', async () => {
    const { scenario, head, plan, judge } = await story();
    await scenario.submissionTag(head, plan);
    expectVerified(await judge());
  });

  test.skipIf(!installed('gpg'))(
    'git verify-tag accepts a tag of a tag and a tag on a tree (needs gpg)',
    async () => {
      const { scenario, head, plan } = await story();
      const inner = await scenario.submissionTag(head, { ...plan, ref: null });
      const outer = await scenario.submissionTag(head, { ...plan, object: inner, objectType: 'tag' });
      const object = await scenario.treeOf(head);
      const onTree = await scenario.submissionTag(head, { ...plan, object, objectType: 'tree' });
      const { alice } = scenario.people;
      expect((await askGit(scenario.repository, outer, [alice], scenario.now)).accepted).toBe(true);
      expect((await askGit(scenario.repository, onTree, [alice], scenario.now)).accepted).toBe(true);
    },
  );
});
