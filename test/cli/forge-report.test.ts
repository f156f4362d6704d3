import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifyPrCommand } from '../../src/cli/commands/verify-pr.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { bearsMarker } from '../../src/core/report/comment.ts';
import { ForgeClone } from '../support/forge-clone.ts';
import { forgejo } from '../support/other-forges/forgejo.ts';
import { gitlab } from '../support/other-forges/gitlab.ts';
import { SmallForge } from '../support/other-forges/small-forge.ts';
import { ReviewedForge } from '../support/reviewed-forge.ts';
import { opamFile, opamPath } from '../support/scenario.ts';

let forge: ReviewedForge, good: Oid, bad: Oid;

beforeAll(async () => {
  forge = await ReviewedForge.create();
  const { scenario } = forge;
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  good = await scenario.commit(scenario.anchor, { by: 'alice', files });
  bad = await scenario.commit(scenario.anchor, {
    by: 'alice',
    files: { [opamPath('foo.1.1')]: `${opamFile('foo')}url { src: "https://example.org/foo.tgz" }\n` },
  });
});
afterAll(() => forge.close());
afterEach(() => {
  forge.server.disturb = () => undefined;
});

describe('verify-pr --check --comment', () => {
  const both = { check: true, comment: true };
  const comments = (number: number) => forge.upstream.comments.filter(({ issue }) => issue === number);

  test('shows a rejection at GitHub: a check, and a comment that the next run keeps up to date', async () => {
    const pull = await forge.open(bad);
    const app = forge.server.addApp('github-actions');
    forge.upstream.collaborators.set('github-actions[bot]', 'write');
    const clone = await ForgeClone.of(forge);
    const options = { ...clone.options(`${pull.number}`), ...both };
    const context = () => {
      const made = clone.context({ format: 'json' });
      return { ...made, environment: { ...made.environment, GH_TOKEN: app } };
    };
    expect(await verifyPrCommand(context(), options), clone.told).toBe(1);
    expect(JSON.parse(clone.printed)).toMatchObject({
      conclusion: 'rejected',
      told: [
        { act: 'check', fault: null },
        { act: 'comment', fault: null },
      ],
    });
    expect(forge.upstream.checkRuns.at(-1)).toMatchObject({
      head_sha: bad,
      conclusion: 'failure',
      output: {
        annotations: [{ path: opamPath('foo.1.1'), start_line: 4, annotation_level: 'failure' }],
      },
    });
    expect(await verifyPrCommand(context(), options), clone.told).toBe(1);
    expect(comments(pull.number).map(({ author }) => author)).toEqual(['github-actions[bot]']);
    const [comment] = comments(pull.number);
    expect(bearsMarker(comment?.body ?? '', 'opam-signet-verify-pr')).toBe(true);
    expect(comment?.body).toContain('### ✗ rejected');
  });

  test('keeps the verdict where telling fails, says so, and ends with a status of its own', async () => {
    const { number } = await forge.open(good);
    const clone = await ForgeClone.of(forge);
    forge.server.disturb = ({ method, path }) =>
      method === 'POST' && path.includes('/comments') ? { status: 503 } : undefined;
    const status = await verifyPrCommand(clone.context(), { ...clone.options(`${number}`), comment: true });
    expect(status).toBe(3);
    expect(clone.printed).toContain('verify-pr: verified');
    expect(clone.told).toMatch(/^comment on pull request \d+ of ocaml\/opam-repository: not done\nerror: /m);
  });

  test('has nobody to tell where the pull request was named by git alone', async () => {
    const clone = await ForgeClone.of(forge);
    const range = `${forge.scenario.anchor}..refs/remotes/origin/main`;
    await expect(
      verifyPrCommand(clone.context(), { ...clone.options(range), check: true }),
    ).rejects.toMatchObject({
      code: 'usage.argument',
      message: expect.stringContaining('--check') as string,
    });
  });
});

const products = [
  { name: 'GitLab', dialect: gitlab, page: '-/merge_requests/1', head: 'refs/merge-requests/1/head' },
  { name: 'Forgejo', dialect: forgejo, page: 'pulls/1', head: 'refs/pull/1/head' },
] as const;

test.each(products)(
  'verify-pr judges and reports at $name too, by the address of the page',
  async (product) => {
    const { scenario } = forge;
    await scenario.repository.ref('refs/heads/main', scenario.anchor);
    await scenario.repository.ref(product.head, bad);
    const small = await SmallForge.start(product.dialect, scenario.repository);
    small.pulls.push({
      ...{ number: 1, author: 'alice', title: 'Add foo', draft: false, source: 7, branch: 'foo' },
      ...{ head: bad, state: 'open', merged: undefined, text: '' },
    });
    const clone = await ForgeClone.without(forge);
    const context = clone.context();
    const environment = {
      ...context.environment,
      ...{ OPAM_SIGNET_GITLAB: small.site, OPAM_SIGNET_FORGEJO: small.site },
      ...{ GITLAB_TOKEN: 'glpat-mia', FORGEJO_TOKEN: 'glpat-mia' },
      ...(product.name === 'Forgejo' ? { OPAM_SIGNET_GITLAB: '' } : {}),
    };
    const options = clone.options(`${small.site}/ocaml/opam-repository/${product.page}`);
    const status = await verifyPrCommand(
      { ...context, environment },
      { ...options, check: true, comment: true },
    );
    await small.close();
    expect(status, clone.told).toBe(1);
    expect(clone.printed).toContain('release.checksum');
    expect(small.statuses).toMatchObject([{ sha: bad }]);
    expect(small.comments).toMatchObject([{ author: 'mia', pull: 1 }]);
  },
);
