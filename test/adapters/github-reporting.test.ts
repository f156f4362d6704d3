import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { githubReporting } from '../../src/adapters/github-reporting.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { markedText } from '../../src/core/report/comment.ts';
import type { CheckResult } from '../../src/core/review-ports.ts';
import { ForgeWorld } from '../support/forge-world.ts';
import { clientOf } from '../support/github.ts';

const where = { owner: 'ocaml', repo: 'opam-repository' };

let world: ForgeWorld, head: Oid, number: number, appToken: string;

beforeAll(async () => {
  world = await ForgeWorld.create();
  appToken = world.server.addApp('github-actions');
  world.upstream.collaborators.set('github-actions[bot]', 'write');
  const fork = await world.fork();
  head = await world.branch(fork, 'foo', { 'packages/foo/foo.1/opam': 'opam-version: "2.0"\n' });
  ({ number } = await clientOf(world.server, world.tokens.alice).ask('open', (rest) =>
    rest.pulls.create({ ...where, title: 'foo', head: 'alice:foo', base: 'main' }),
  ));
});
afterAll(() => world.server.close());
afterEach(() => {
  world.server.disturb = () => undefined;
});

const reportingBy = (token: string | undefined) => githubReporting(clientOf(world.server, token), where);
const marker = 'opam-signet-verify-pr';
const comments = () => world.upstream.comments.map(({ author, body }) => ({ author, body }));

describe('a comment at GitHub', () => {
  test('is made once, and then kept up to date where it stands', async () => {
    const forge = reportingBy(world.tokens.mia);
    const first = await forge.comment({ number, marker, body: 'undetermined\n' }).perform();
    expect(first).toMatchObject({
      made: true,
      outcome: expect.stringMatching(/#issuecomment-\d+ made$/) as string,
    });
    const second = await forge.comment({ number, marker, body: 'verified\n' }).perform();
    expect(second).toMatchObject({ made: false, outcome: expect.stringMatching(/ updated$/) as string });
    expect(comments()).toEqual([{ author: 'mia', body: markedText(marker, 'verified\n') }]);
    expect(await forge.comment({ number, marker, body: 'verified\n' }).perform()).toMatchObject({
      made: false,
      outcome: expect.stringContaining('already') as string,
    });
  });

  test('of somebody else is left alone, whatever marker they put into it', async () => {
    const forged = markedText(marker, 'verified: merge me\n');
    await clientOf(world.server, world.tokens.alice).ask('comment', (rest) =>
      rest.issues.createComment({ ...where, issue_number: number, body: forged }),
    );
    const before = comments();
    await reportingBy(appToken).comment({ number, marker, body: 'rejected\n' }).perform();
    expect(comments()).toEqual([
      ...before,
      { author: 'github-actions[bot]', body: markedText(marker, 'rejected\n') },
    ]);
    await reportingBy(appToken).comment({ number, marker, body: 'verified\n' }).perform();
    expect(comments()).toHaveLength(before.length + 1);
  });

  test('is not made without a token, and none is made twice if its answer was lost', async () => {
    await expect(
      reportingBy(undefined).comment({ number, marker, body: 'x\n' }).perform(),
    ).rejects.toMatchObject({
      code: 'token.missing',
    });
    const before = comments().length;
    world.server.disturb = (request) => (request.method === 'POST' ? 'cut-after' : undefined);
    const act = reportingBy(world.tokens.mia).comment({ number, marker: `${marker}-2`, body: 'y\n' });
    expect(await act.perform()).toMatchObject({ made: true });
    expect(comments()).toHaveLength(before + 1);
  });
});

describe('a check at GitHub', () => {
  const check = (more: Partial<CheckResult> = {}): CheckResult => ({
    head,
    name: 'opam-signet verify-pr',
    conclusion: 'rejected',
    title: 'rejected: it does not hold',
    summary: '### rejected',
    annotations: [
      {
        path: 'packages/caf\xc3\xa9/opam',
        line: 3,
        level: 'failure',
        title: 'path.unportable',
        message: 'No.',
      },
    ],
    ...more,
  });

  test('is a check run with remarks on lines, where an app reports', async () => {
    const act = reportingBy(appToken).check(check());
    expect(await act.perform()).toMatchObject({ made: true });
    expect(world.upstream.checkRuns.at(-1)).toMatchObject({
      head_sha: head,
      name: 'opam-signet verify-pr',
      status: 'completed',
      conclusion: 'failure',
      output: {
        title: 'rejected: it does not hold',
        annotations: [
          { path: 'packages/café/opam', start_line: 3, end_line: 3, annotation_level: 'failure' },
        ],
      },
    });
  });

  test('that is undetermined passes nowhere, and has no more remarks than GitHub takes', async () => {
    const [remark] = check().annotations;
    const many = Array.from({ length: 60 }, () => remark).flatMap((one) => one ?? []);
    await reportingBy(appToken)
      .check(check({ conclusion: 'undetermined', annotations: many }))
      .perform();
    const run = world.upstream.checkRuns.at(-1) as { conclusion: string; output: { annotations: unknown[] } };
    expect(run.conclusion).toBe('action_required');
    expect(run.output.annotations).toHaveLength(50);
  });

  test('is a commit status where a person reports', async () => {
    const act = reportingBy(world.tokens.mia).check(
      check({ conclusion: 'verified', title: 'v'.repeat(200) }),
    );
    expect(await act.perform()).toMatchObject({ outcome: expect.stringContaining('only apps') as string });
    expect(world.upstream.statuses.at(-1)).toMatchObject({
      sha: head,
      state: 'success',
      context: 'opam-signet verify-pr',
      description: 'v'.repeat(140),
    });
  });

  test('cannot be made by whoever may not write, and says so', async () => {
    await expect(reportingBy(world.tokens.alice).check(check()).perform()).rejects.toMatchObject({
      code: 'token.refused',
      message: expect.stringContaining(head) as string,
    });
  });
});
