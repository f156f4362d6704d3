import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Forgejo } from '../../src/adapters/forgejo-client.ts';
import { forgejoReporting } from '../../src/adapters/forgejo-reporting.ts';
import { forgejoReview } from '../../src/adapters/forgejo-review.ts';
import { GitLab } from '../../src/adapters/gitlab-client.ts';
import { gitlabReporting } from '../../src/adapters/gitlab-reporting.ts';
import { gitlabReview } from '../../src/adapters/gitlab-review.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { markedText } from '../../src/core/report/comment.ts';
import type { CheckResult, ReportingForge, ReviewForge } from '../../src/core/review-ports.ts';
import { forgejo } from '../support/other-forges/forgejo.ts';
import { gitlab } from '../support/other-forges/gitlab.ts';
import { SmallForge } from '../support/other-forges/small-forge.ts';

type Client = (site: string, secret: string | undefined, patience?: number) => ReviewForge & ReportingForge;

const tokenOf = (secret: string | undefined) =>
  secret === undefined ? undefined : { secret, origin: 'the test' };

const asGitLab: Client = (site, secret, patience = 5000) => {
  const client = new GitLab({ site, token: tokenOf(secret), patience });
  return {
    ...gitlabReview(client, 'ocaml/opam-repository'),
    ...gitlabReporting(client, 'ocaml/opam-repository'),
  };
};

const asForgejo: Client = (site, secret, patience = 5000) => {
  const client = new Forgejo({ site, token: tokenOf(secret), patience });
  const where = { owner: 'ocaml', repo: 'opam-repository' };
  return { ...forgejoReview(client, where), ...forgejoReporting(client, where) };
};

const products = [
  {
    title: 'GitLab',
    dialect: gitlab,
    connect: asGitLab,
    head: 'refs/merge-requests/1/head',
    failed: 'failed',
  },
  { title: 'Forgejo', dialect: forgejo, connect: asForgejo, head: 'refs/pull/1/head', failed: 'failure' },
] as const;

describe.each(products)('$title', ({ title, dialect, connect, head: headReference, failed }) => {
  let forge: SmallForge;
  beforeAll(async () => {
    forge = await SmallForge.start(dialect);
    await forge.open({ author: 'alice', title: 'Add foo' });
    await forge.open({ author: 'alice', title: 'Later', draft: true, source: 8 });
    await forge.open({ author: 'alice', title: 'Gone', source: undefined });
    await forge.open({ author: 'alice', title: 'Closed', state: 'closed' });
  });
  afterAll(() => forge.close());
  afterEach(() => {
    forge.down(undefined);
  });

  const mia = () => connect(forge.site, 'glpat-mia');
  const pull = (number: number) => {
    const found = forge.pulls.find((one) => one.number === number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  };

  test('tells of a pull request, without a token too', async () => {
    const review = connect(forge.site, undefined);
    expect(review).toMatchObject({ title, address: `${forge.site}/ocaml/opam-repository.git` });
    expect(await review.pullRequest(1)).toMatchObject({
      ...{ number: 1, title: 'Add foo', state: 'open', draft: false, author: 'alice', base: 'main' },
      ...{ head: pull(1).head, headReference },
      source: { address: `${forge.site}/alice/opam-repository.git`, branch: 'foo-1' },
    });
    await expect(review.pullRequest(99)).rejects.toMatchObject({ code: 'pull-request.not-found' });
  });

  test('lists those that are open, drafts and those whose source is gone included', async () => {
    const all = await mia().openPullRequests();
    expect(all.map(({ number, draft, source }) => [number, draft, source === undefined])).toEqual([
      [1, false, false],
      [2, true, true],
      [3, false, true],
    ]);
  });

  test('keeps one comment up to date, and touches nobody else’s', async () => {
    const marker = 'opam-signet-verify-pr';
    forge.comments.push({
      id: 1,
      pull: 1,
      author: 'alice',
      text: markedText(marker, 'verified: merge me\n'),
    });
    const say = (body: string) => mia().comment({ number: 1, marker, body }).perform();
    expect(await say('rejected\n')).toMatchObject({ made: true });
    expect(await say('verified\n')).toMatchObject({
      made: false,
      outcome: expect.stringMatching(/ updated$/) as string,
    });
    expect(await say('verified\n')).toMatchObject({ outcome: expect.stringMatching(/already$/) as string });
    expect(forge.comments.map(({ author, text }) => [author, text])).toEqual([
      ['alice', markedText(marker, 'verified: merge me\n')],
      ['mia', markedText(marker, 'verified\n')],
    ]);
  });

  test('shows a commit status, and lets nothing pass that is undetermined', async () => {
    const check: CheckResult = {
      ...{ head: pull(1).head, name: 'opam-signet verify-pr', conclusion: 'verified' },
      ...{ title: 'verified: all was shown', summary: 'S', annotations: [] },
    };
    await mia().check(check).perform();
    await mia()
      .check({ ...check, conclusion: 'undetermined' })
      .perform();
    expect(forge.statuses.map(({ sha, state, description }) => [sha, state, description])).toEqual([
      [check.head, 'success', 'verified: all was shown'],
      [check.head, failed === 'failed' ? 'failed' : 'error', 'verified: all was shown'],
    ]);
    const alice = connect(forge.site, 'glpat-alice').check({ ...check, conclusion: 'rejected' });
    await expect(alice.perform()).rejects.toMatchObject({ code: 'token.refused' });
  });

  test('merges only the head that was verified', async () => {
    const stale = await forge.open({ author: 'alice', title: 'Raced' });
    const verified = stale.head;
    stale.head = '1'.repeat(40) as Oid;
    const late = mia().merge({ number: stale.number, head: verified, method: 'merge' });
    await expect(late.perform()).rejects.toMatchObject({
      code: 'merge.refused',
      message: expect.stringContaining(verified) as string,
    });
    expect(stale.state).toBe('open');
    stale.state = 'closed';
    for (const method of ['merge', 'squash'] as const) {
      const { number, head } = await forge.open({ author: 'alice', title: method });
      const act = mia().merge({ number, head, method });
      const { facts, made } = await act.perform();
      expect(made).toBe(true);
      const parents = (await forge.repository.git('rev-list', '--parents', '-1', 'main')).split(' ');
      expect([parents[0], parents.includes(head)]).toEqual([facts?.['commit'], method === 'merge']);
      expect(await act.perform()).toMatchObject({ made: false });
    }
  });

  test('says why it does not merge, and asks for a token before anything is sent', async () => {
    const request = { number: 2, head: pull(2).head, method: 'merge' } as const;
    await expect(mia().merge(request).perform()).rejects.toMatchObject({ code: 'merge.refused' });
    const missing = { code: 'token.missing', mend: expect.stringMatching(/^Set [A-Z]+_TOKEN /) as string };
    await expect(connect(forge.site, undefined).merge(request).perform()).rejects.toMatchObject(missing);
    await expect(connect(forge.site, 'glpat-nobody').pullRequest(1)).rejects.toMatchObject({
      code: 'token.refused',
      message: expect.not.stringContaining('glpat-nobody') as string,
    });
  });

  test('that is down is a Fault of the network', async () => {
    forge.down(503);
    await expect(mia().pullRequest(1)).rejects.toMatchObject({ code: 'network.failed' });
    const nowhere = connect('http://127.0.0.1:9', 'glpat-mia').pullRequest(1);
    await expect(nowhere).rejects.toMatchObject({
      code: 'network.failed',
      message: expect.stringContaining('http://127.0.0.1:9') as string,
    });
  });
});

test('GitLab’s rebase button is not pressed: it moves the head', async () => {
  const forge = await SmallForge.start(gitlab);
  const { number, head } = await forge.open({ author: 'alice', title: 'Add foo' });
  const act = asGitLab(forge.site, 'glpat-mia').merge({ number, head, method: 'rebase' });
  await expect(act.perform()).rejects.toMatchObject({ code: 'merge.refused' });
  await forge.close();
});
