import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { type MergeWorld, mergePr } from '../../src/workflows/merge-pr.ts';
import { planMerge } from '../../src/workflows/plan-merge.ts';
import { ReviewDesk } from '../support/review-desk.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';

/** A good pull request that was verified, and the maintainer has said yes. */
async function story(moved: (desk: ReviewDesk) => Promise<{ readonly head?: Oid }>) {
  const scenario = await Scenario.create();
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
  const desk = await ReviewDesk.of(scenario);
  const pull: { head: Oid } = { head };
  const world: MergeWorld = {
    ...desk.hands('mia'),
    branch: 'main',
    forge: undefined,
    journal: desk.journal(),
    currentHead: () => Promise.resolve(pull.head),
    fetchBase: () => Promise.reject(new Error('there is no forge')),
  };
  const wishes = { button: undefined, key: undefined, dryRun: false };
  const planning = await planMerge(desk.request(head), wishes, world);
  if (planning.kind === 'refused') throw new Error('the pull request is refused');
  pull.head = (await moved(desk)).head ?? head;
  return { desk, head, merge: () => mergePr(planning.prepared, desk.request(head), world) };
}

describe('raced-merge: head or base move between the verification and the merge', () => {
  test('merge-pr stops where the head was pushed over, and neither repository changes', async () => {
    const { desk, merge } = await story(async ({ scenario }) => {
      const files = { [opamPath('foo.1.1')]: opamFile('foo, with a back door') };
      return { head: await scenario.commit(scenario.anchor, { files }) };
    });
    const before = await desk.everything();
    await expect(merge()).rejects.toMatchObject({ code: 'merge.refused' });
    expect(await desk.everything()).toBe(before);
  });

  test('merge-pr pushes nothing where the base was pushed to, not even a tag', async () => {
    const { desk, merge } = await story(async ({ scenario }) => {
      const files = { [opamPath('bar.1.1')]: opamFile('bar') };
      const other = await scenario.commit(scenario.anchor, { by: 'bob', files });
      await scenario.repository.git('push', '--quiet', 'origin', `${other}:refs/heads/main`);
      return {};
    });
    const before = await desk.origin.git('for-each-ref');
    const { account, commit } = await merge();
    expect(commit).toBeUndefined();
    expect(account.failed?.error).toMatchObject({ code: 'push.refused' });
    expect(await desk.origin.git('for-each-ref')).toBe(before);
  });

  test('the honest merge of the head that was verified goes through', async () => {
    const { desk, head, merge } = await story(() => Promise.resolve({}));
    const { commit, report } = await merge();
    expect(report?.conclusion).toBe('verified');
    expect(await desk.origin.git('rev-parse', 'refs/heads/main', 'refs/heads/main^2')).toBe(
      `${commit ?? ''}\n${head}`,
    );
  });
});
