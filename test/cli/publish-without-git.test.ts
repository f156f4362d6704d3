import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GitHubAuthor } from '../support/github-author.ts';
import { installed } from '../support/gpg-home.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { temporaryFolder } from '../support/scratch.ts';
import type { SignetAnswer } from '../support/signet.ts';

const withGpg = installed('gpg');
const why = withGpg ? '' : ' (skipped: gpg is not installed)';

let author: GitHubAuthor;
let key: TestKey;
let keyFile: string;
let path: string;
beforeEach(async () => {
  author = await GitHubAuthor.create();
  path = await temporaryFolder();
  const created = Math.floor(Date.now() / 1000) - 3600;
  key = await makeKey({ name: 'Alice Example', email: 'alice@example.org', created });
  keyFile = join(author.home, 'key.asc');
  await writeFile(keyFile, key.armoredSecretKey);
});
afterEach(() => author.close());

/** With a PATH on which there is no program at all. */
const run = (...args: readonly string[]): Promise<SignetAnswer> =>
  author.run([...args, '--no-input'], { PATH: path });

const publish = (...more: readonly string[]): Promise<SignetAnswer> =>
  run('publish', ...author.answers, '--key-file', keyFile, ...more);

describe.runIf(withGpg)(`publish where no git is installed${why}`, () => {
  test('signs and pushes release tag, branch and submission tag over HTTPS, and opens the pull request', async () => {
    const answer = await publish('--yes', '--json');
    expect(answer.status, answer.stderr).toBe(0);
    const result = JSON.parse(answer.stdout) as { readonly commit: string };
    expect(result).toMatchObject({
      conclusion: 'verified',
      finished: true,
      done: [
        { act: 'make-release-tag' },
        { act: 'push-source-tag' },
        { act: 'write-archive' },
        { act: 'fork' },
        { act: 'push-submission' },
        { act: 'open-pull-request' },
      ],
    });
    const fork = author.server.state.repository('alice', 'opam-repository', 'alice').git;
    const project = author.server.state.repository('alice', 'foo', 'alice').git;
    expect(await fork.git('rev-parse', 'publish-foo.1.0', 'signet/foo.1.0^{commit}')).toBe(
      `${result.commit}\n${result.commit}`,
    );
    expect(await project.git('rev-parse', 'v1.0')).toBe(await author.source.git('rev-parse', 'v1.0'));
    expect(await fork.git('diff-tree', '-r', '--name-only', `${result.commit}^`, result.commit)).toBe(
      'packages/foo-lwt/foo-lwt.1.0/opam\npackages/foo/foo.1.0/opam',
    );
    expect(`${answer.stdout}${answer.stderr}`).not.toContain(author.token);
  });

  test('reaches the package repository and the fork by the REST interface alone where that is asked for', async () => {
    const answer = await publish('--yes', '--json', '--push-by', 'api');
    expect(answer.status, answer.stderr).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({ conclusion: 'verified', finished: true });
    expect(author.upstream.pulls).toHaveLength(1);
    const asked = author.server.requests.map(({ path: address }) => address);
    expect(asked.filter((address) => address.includes('opam-repository.git/'))).toEqual([]);
  });

  test('notices a work tree that is not clean, and a dry run writes nowhere', async () => {
    await writeFile(join(author.source.folder, 'new.ml'), '');
    const dirty = await publish('--dry-run');
    expect(dirty.status).toBe(1);
    expect(dirty.stderr).toContain('new.ml differs from HEAD');
    const answer = await publish('--dry-run', '--allow-dirty');
    expect(answer.status, answer.stderr).toBe(0);
    expect(author.upstream.pulls).toEqual([]);
    expect(await author.source.git('tag', '--list')).toBe('');
  });

  test('goes on after a failure, and takes back what it made', async () => {
    author.server.disturb = ({ method, path: asked }) =>
      method === 'POST' && asked.endsWith('/pulls') ? { status: 422, message: 'Not now' } : undefined;
    expect((await publish('--yes')).status).toBe(3);
    expect((await run('publish', '--continue')).status).toBe(3);
    author.server.disturb = () => undefined;
    const aborted = await run('publish', '--abort', '--yes');
    expect(aborted.status, aborted.stderr).toBe(0);
    const project = author.server.state.repository('alice', 'foo', 'alice').git;
    const fork = author.server.state.repository('alice', 'opam-repository', 'alice').git;
    expect(await project.git('tag', '--list')).toBe('');
    expect(await fork.git('for-each-ref', 'refs/tags', 'refs/heads/publish-*')).toBe('');
    expect(await author.source.git('tag', '--list')).toBe('');
  });
});
