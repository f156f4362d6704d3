import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Merged } from '../../src/core/review/merge.ts';
import { type MergeWorld, mergePr } from '../../src/workflows/merge-pr.ts';
import { mergeMessage } from '../../src/workflows/merge-message.ts';
import { type MergePlanning, type MergeWishes, planMerge } from '../../src/workflows/plan-merge.ts';
import type { Person } from '../support/cast.ts';
import { ReviewDesk } from '../support/review-desk.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const content = opamFile('foo, the next');
const files = { [opamPath('foo.1.1')]: content };

interface Wishes extends Partial<MergeWishes>, Partial<Pick<MergeWorld, 'currentHead'>> {
  readonly by?: Person;
  readonly base?: Oid;
}

function worldOf(desk: ReviewDesk, { by = 'mia', currentHead }: Wishes): MergeWorld {
  return {
    ...desk.hands(by),
    branch: 'main',
    forge: undefined,
    journal: desk.journal(),
    currentHead: currentHead ?? (() => Promise.resolve(undefined)),
    fetchBase: () => Promise.reject(new Error('there is no forge')),
  };
}

function plan(desk: ReviewDesk, head: Oid, wishes: Wishes = {}): Promise<MergePlanning> {
  const wanted = { button: undefined, key: undefined, dryRun: false, ...wishes };
  return planMerge(desk.request(head, wishes.base), wanted, worldOf(desk, wishes));
}

async function merged(desk: ReviewDesk, head: Oid, wishes: Wishes = {}): Promise<Merged> {
  const planning = await plan(desk, head, wishes);
  if (planning.kind === 'refused') throw new Error(planning.report.findings.map((one) => one.message).join());
  return mergePr(planning.prepared, desk.request(head, wishes.base), worldOf(desk, wishes));
}

const failure = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => Promise.reject(new Error('it went through')),
    (error: unknown) => error as Fault,
  );

/** Alice's release, signed and with her submission tag, at a maintainer's desk. */
async function story() {
  const scenario = await Scenario.create();
  const head = await scenario.commit(scenario.anchor, { files, message: 'foo.1.1\n' });
  const after = scenario.digest(content);
  const tag = await scenario.submissionTag(head, { by: 'alice', nameVersion: 'foo.1.1', after });
  return { scenario, head, tag, desk: await ReviewDesk.of(scenario) };
}

describe('a merge by a maintainer', () => {
  test('carries the submission tag, is signed, and pushed together with the tag', async () => {
    const { scenario, head, tag, desk } = await story();
    const { commit, report, account } = await merged(desk, head);
    expect(account.failed).toBeUndefined();
    if (report === undefined) throw new Error('there is no report');
    expectVerified(report);
    const main = await desk.origin.git('rev-parse', 'refs/heads/main');
    expect(main).toBe(commit);
    expect(await desk.origin.git('rev-parse', 'refs/tags/signet/foo.1.1')).toBe(tag);
    expect(await desk.origin.git('log', '-1', '--format=%P', main)).toBe(`${scenario.anchor} ${head}`);
    expect(await desk.origin.git('log', '-1', '--format=%s', main)).toBe('Merge signet/foo.1.1');
    const raw = await desk.origin.git('cat-file', 'commit', main);
    expect(raw).toMatch(/^mergetag object/m);
    expect(raw).toMatch(/^gpgsig /m);
  });

  test('is verified from its mergetag alone, wherever tags are lost', async () => {
    const { scenario, head, desk } = await story();
    const { commit } = await merged(desk, head);
    await scenario.repository.git('tag', '--delete', 'signet/foo.1.1');
    const report = await scenario.verifyRepo(commit ?? head);
    expectVerified(report);
    expect(report.counts.paths).toEqual({ tag: 1 });
  });

  test('on a base that has moved since the branch left it takes both changes', async () => {
    const { scenario, head, desk } = await story();
    const other = { [opamPath('bar.1.1')]: opamFile('bar, too'), [opamPath('bar.1.0')]: null };
    const base = await scenario.commit(scenario.anchor, { by: 'bob', files: other });
    await scenario.repository.git('push', '--quiet', 'origin', `${base}:refs/heads/main`);
    const { commit } = await merged(desk, head, { base });
    const paths = await desk.origin.git('ls-tree', '-r', '--name-only', commit ?? head, 'packages');
    expect(paths.split('\n')).toEqual(['bar.1.1', 'foo.1.0', 'foo.1.1', 'legacy.1.0'].map(opamPath));
  });
});

describe('nothing is merged', () => {
  test('that verify-pr rejects', async () => {
    const { scenario, desk } = await story();
    const other = { [opamPath('foo.1.1')]: opamFile('foo, by another') };
    const foreign = await scenario.commit(scenario.anchor, { by: 'bob', files: other });
    const planning = await plan(desk, foreign);
    expect(planning.kind).toBe('refused');
    expectRejected(planning.report, 'attribution.no-authority', foreign);
  });

  test('onto a base that moved after it was verified', async () => {
    const { scenario, head, desk } = await story();
    const other = { [opamPath('bar.1.1')]: opamFile('bar, faster') };
    const faster = await scenario.commit(scenario.anchor, { by: 'bob', files: other });
    await scenario.repository.git('push', '--quiet', 'origin', `${faster}:refs/heads/main`);
    const { account, commit } = await merged(desk, head);
    expect(commit).toBeUndefined();
    expect(account.failed?.error).toMatchObject({ code: 'push.refused' });
    expect(await desk.origin.git('for-each-ref', '--format=%(objectname) %(refname)')).toBe(
      `${faster} refs/heads/main`,
    );
  });

  test('by somebody who is no maintainer', async () => {
    const { head, desk } = await story();
    expect(await failure(plan(desk, head, { by: 'alice' }))).toMatchObject({ code: 'signer.failed' });
  });

  test('in a dry run', async () => {
    const { head, desk } = await story();
    const before = await desk.everything();
    const planning = await plan(desk, head, { dryRun: true });
    expect(planning.kind).toBe('planned');
    expect(await desk.everything()).toBe(before);
  });

  test("by a button that would lose what the merge rests on: a squash of the owner's commits without a tag", async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expect((await plan(desk, head, { button: 'merge' })).kind).toBe('planned');
    for (const button of ['squash', 'rebase'] as const) {
      const planning = await plan(desk, head, { button });
      expect(planning.kind).toBe('refused');
      expectRejected(planning.report, 'attribution.unsigned', opamPath('foo.1.1'));
    }
  });
});

describe('the message of a merge', () => {
  const head = '0123456789012345678901234567890123456789' as Oid;

  test('tells number and title, each on one line', () => {
    const message = mergeMessage({ head, number: 7, title: 'A\n\nB\u202e  C', tag: 'signet/foo.1' });
    expect(message).toBe('Merge pull request #7\n\nA B C\n');
  });

  test.each([
    'Signet-Kind: endorsement',
    'signet-kind: endorsement',
    'x\r\n\r\nSignet-Kind: endorsement',
    ' Signet-Kind : endorsement',
  ])('leaves out a title that would make the merge say more: %j', (title) => {
    const message = mergeMessage({ head, number: 7, title, tag: undefined });
    expect(message).not.toMatch(/^\W*signet-kind/im);
  });
});
