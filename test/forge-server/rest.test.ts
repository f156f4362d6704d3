import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GitHub } from '../../src/adapters/github-client.ts';
import { ForgeWorld, start } from '../support/forge-world.ts';
import { clientOf } from '../support/github.ts';
import { installed } from '../support/gpg-home.ts';
import { askGit } from '../support/git-oracle.ts';

let world: ForgeWorld;
let alice: GitHub, mia: GitHub;
beforeEach(async () => {
  world = await ForgeWorld.create();
  [alice, mia] = [clientOf(world.server, world.tokens.alice), clientOf(world.server, world.tokens.mia)];
});
afterEach(() => world.server.close());

const upstream = { owner: 'ocaml', repo: 'opam-repository' };
const forked = { owner: 'alice', repo: 'opam-repository' };
const files = { 'packages/foo/foo.1.0/opam': 'opam-version: "2.0"\n' };

/** A fork with a branch, and a pull request for it. */
async function pullRequest() {
  const fork = await world.fork();
  const head = await world.branch(fork, 'publish-foo.1.0', files);
  const { number } = await alice.ask('open', (rest) =>
    rest.pulls.create({
      ...upstream,
      title: 'Package foo.1.0',
      body: 'Words',
      head: 'alice:publish-foo.1.0',
      base: 'main',
    }),
  );
  return { fork, head, number, pull: world.pull(number) };
}

describe('forks', () => {
  test('have all objects of what they were forked from, under the name that they got', async () => {
    const made = await alice.ask('fork', (rest) => rest.repos.createFork(upstream));
    expect(made).toMatchObject({
      full_name: 'alice/opam-repository',
      fork: true,
      parent: { full_name: 'ocaml/opam-repository' },
    });
    const reference = await alice.ask('read', (rest) => rest.git.getRef({ ...forked, ref: 'heads/main' }));
    expect(reference.object).toMatchObject({ sha: world.base, type: 'commit' });
  });

  test('are made once: asking again answers with the one that stands, whatever its name', async () => {
    await world.fork('opam-repo');
    const again = await alice.ask('fork', (rest) => rest.repos.createFork(upstream));
    expect(again.full_name).toBe('alice/opam-repo');
  });

  test('may take a while to be there', async () => {
    world.server.state.forkDelay = 2;
    await alice.ask('fork', (rest) => rest.repos.createFork(upstream));
    const look = () => alice.find('read', (rest) => rest.repos.get(forked));
    expect([await look(), await look()]).toEqual([undefined, undefined]);
    expect(await look()).toMatchObject({ full_name: 'alice/opam-repository' });
  });

  test('are brought up to date only by fast-forwarding', async () => {
    const fork = await world.fork();
    const newer = await world.advance({ 'packages/new/new.1/opam': '' });
    const sync = () => alice.ask('sync', (rest) => rest.repos.mergeUpstream({ ...forked, branch: 'main' }));
    expect(await sync()).toMatchObject({ merge_type: 'fast-forward' });
    expect(await world.server.state.branch(fork, 'main')).toBe(newer);
    await fork.git.ref('refs/heads/main', await world.branch(fork, 'own', files));
    await expect(sync()).rejects.toMatchObject({ code: 'forge.refused' });
  });
});

describe('pull requests', () => {
  test('are opened, found, changed and listed, and their commits stand under refs/pull/', async () => {
    const { head, number } = await pullRequest();
    expect(await world.upstream.git.git('rev-parse', `refs/pull/${number}/head`)).toBe(head);
    const listed = await alice.list('list', (page, rest) =>
      rest.pulls.list({ ...upstream, ...page, head: 'alice:publish-foo.1.0' }),
    );
    expect(listed).toMatchObject([{ number, state: 'open', head: { sha: head }, base: { sha: world.base } }]);
    const changed = await alice.ask('change', (rest) =>
      rest.pulls.update({ ...upstream, pull_number: number, body: 'New' }),
    );
    expect(changed).toMatchObject({ title: 'Package foo.1.0', body: 'New', mergeable: true, commits: 1 });
    const [commit] = await alice.list('commits', (page, rest) =>
      rest.pulls.listCommits({ ...upstream, ...page, pull_number: number }),
    );
    expect(commit?.sha).toBe(head);
    const [file] = await alice.list('files', (page, rest) =>
      rest.pulls.listFiles({ ...upstream, ...page, pull_number: number }),
    );
    expect(file).toMatchObject({ filename: 'packages/foo/foo.1.0/opam', status: 'added' });
  });

  test('stand once for a branch, and not for a branch without commits of its own', async () => {
    await pullRequest();
    const open = (head: string) =>
      alice.ask('open', (rest) => rest.pulls.create({ ...upstream, title: 'T', head, base: 'main' }));
    await expect(open('alice:publish-foo.1.0')).rejects.toMatchObject({
      message: expect.stringContaining('A pull request already exists') as string,
    });
    await expect(open('alice:main')).rejects.toMatchObject({
      message: expect.stringContaining('No commits between') as string,
    });
    await expect(open('alice:nothing')).rejects.toMatchObject({
      message: expect.stringContaining('head is invalid') as string,
    });
  });

  test.each(['merge', 'squash', 'rebase'] as const)('are merged by button: %s', async (method) => {
    const { head, number } = await pullRequest();
    await world.advance({ 'packages/new/new.1/opam': '' });
    const press = (sha: string) =>
      mia.ask('merge', (rest) =>
        rest.pulls.merge({ ...upstream, pull_number: number, sha, merge_method: method }),
      );
    await expect(press(world.base)).rejects.toMatchObject({
      message: expect.stringContaining('was modified') as string,
    });
    const { sha } = await press(head);
    const shown = await world.upstream.git.git('show', '--no-patch', '--format=%P|%cn|%G?', 'main');
    const [parents = '', committer] = shown.split('|');
    expect(await world.upstream.git.git('rev-parse', 'main')).toBe(sha);
    expect(parents.split(' ')).toHaveLength(method === 'merge' ? 2 : 1);
    expect(parents.endsWith(head)).toBe(method === 'merge');
    expect(committer).toBe(method === 'rebase' ? 'Mia Example' : 'GitHub');
    expect(await world.upstream.git.git('ls-tree', '-r', '--name-only', 'main')).toContain('foo.1.0');
    const state = await mia.ask('read', (rest) => rest.pulls.get({ ...upstream, pull_number: number }));
    expect(state).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: sha,
      merged_by: { login: 'mia' },
    });
    if (!installed('gpg')) return;
    const oracle = await askGit(world.upstream.git, sha as never, [world.server.webKey], start);
    expect(oracle.accepted).toBe(method !== 'rebase');
  });

  test('are not merged by their author, nor over a conflict', async () => {
    const { number, fork } = await pullRequest();
    const press = (client: GitHub) =>
      client.ask('merge', (rest) => rest.pulls.merge({ ...upstream, pull_number: number }));
    await expect(press(alice)).rejects.toMatchObject({ code: 'token.refused' });
    await world.advance({ 'packages/foo/foo.1.0/opam': 'other\n' });
    await expect(press(mia)).rejects.toMatchObject({
      message: expect.stringContaining('not mergeable') as string,
    });
    expect(await world.server.state.branch(fork, 'publish-foo.1.0')).toBeDefined();
  });

  test('get suggestions as commits that the forge signs', async () => {
    const { head, pull } = await pullRequest();
    const made = await world.server.suggest(pull, 'mia', 'packages/foo/foo.1.0/opam', 'edited\n');
    expect(pull.headOid).toBe(made);
    expect(await world.upstream.git.git('rev-parse', `${made}^`)).toBe(head);
    expect(await world.upstream.git.git('show', '--no-patch', '--format=%an|%cn', made)).toBe(
      'Mia Example|GitHub',
    );
  });
});

describe('the git database', () => {
  test('takes blobs, trees, signed commits and references, and gives them back', async () => {
    await world.fork();
    const at = <T>(request: (rest: Parameters<Parameters<GitHub['ask']>[1]>[0]) => Promise<{ data: T }>) =>
      alice.ask('do', request);
    const blob = await at((rest) => rest.git.createBlob({ ...forked, content: 'aGk=', encoding: 'base64' }));
    const tree = await at((rest) =>
      rest.git.createTree({
        ...forked,
        base_tree: `${world.base}^{tree}`,
        tree: [{ path: 'new', mode: '100644', type: 'blob', sha: blob.sha }],
      }),
    );
    const person = { name: 'Alice', email: 'alice@example.org', date: '2026-05-04T14:00:00+02:00' };
    const commit = await at((rest) =>
      rest.git.createCommit({
        ...forked,
        message: 'Hi\n',
        tree: tree.sha,
        parents: [world.base],
        author: person,
        committer: person,
        signature: '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n',
      }),
    );
    await at((rest) => rest.git.createRef({ ...forked, ref: 'refs/heads/x', sha: commit.sha }));
    const fork = world.server.state.repository('alice', 'opam-repository', 'alice');
    expect(await fork.git.git('cat-file', 'commit', 'refs/heads/x')).toContain(
      'committer Alice <alice@example.org> 1777896000 +0200\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n',
    );
    expect(await fork.git.git('show', 'x:new')).toBe('hi');
    await expect(
      at((rest) => rest.git.createRef({ ...forked, ref: 'refs/heads/x', sha: commit.sha })),
    ).rejects.toMatchObject({
      message: expect.stringContaining('already exists') as string,
    });
    await expect(
      at((rest) => rest.git.updateRef({ ...forked, ref: 'heads/x', sha: world.base })),
    ).rejects.toMatchObject({ message: expect.stringContaining('not a fast forward') as string });
  });
});

describe('releases', () => {
  test('are drafts that only writers see until they are published with their assets', async () => {
    const source = await world.server.addRepository('alice', 'foo', world.upstream.git);
    const foo = { owner: 'alice', repo: 'foo' };
    const release = await alice.ask('make', (rest) =>
      rest.repos.createRelease({ ...foo, tag_name: 'v1', draft: true }),
    );
    const asset = await alice.ask('upload', (rest) =>
      rest.repos.uploadReleaseAsset({
        ...foo,
        release_id: release.id,
        url: release.upload_url,
        name: 'foo-1.tbz',
        data: 'bytes',
      }),
    );
    expect(asset).toMatchObject({ name: 'foo-1.tbz', size: 5, state: 'uploaded' });
    const seen = (client: GitHub) =>
      client.list('list', (page, rest) => rest.repos.listReleases({ ...foo, ...page }));
    expect([await seen(alice), await seen(mia)].map((one) => one.length)).toEqual([1, 0]);
    expect((await fetch(asset.browser_download_url)).status).toBe(404);
    await alice.ask('publish', (rest) =>
      rest.repos.updateRelease({ ...foo, release_id: release.id, draft: false }),
    );
    expect(await (await fetch(asset.browser_download_url)).text()).toBe('bytes');
    expect(source.releases).toHaveLength(1);
  });

  test('and tags are downloaded as archives that are the same every time', async () => {
    await world.upstream.git.git('tag', 'v1', 'main');
    const get = async () =>
      new Uint8Array(
        await (
          await fetch(`${world.server.url}/ocaml/opam-repository/archive/refs/tags/v1.tar.gz`)
        ).arrayBuffer(),
      );
    const archive = await get();
    expect(archive.length).toBeGreaterThan(100);
    expect(await get()).toEqual(archive);
  });
});

describe('what programs and people say', () => {
  test('is kept: comments, labels, reviews, check runs and statuses', async () => {
    const { number, head } = await pullRequest();
    const about = { ...upstream, issue_number: number };
    const comment = await alice.ask('say', (rest) => rest.issues.createComment({ ...about, body: 'Hello' }));
    await expect(
      clientOf(world.server, world.server.addUser('bob')).ask('edit', (rest) =>
        rest.issues.updateComment({ ...upstream, comment_id: comment.id, body: 'No' }),
      ),
    ).rejects.toMatchObject({ code: 'token.refused' });
    await alice.ask('edit', (rest) =>
      rest.issues.updateComment({ ...upstream, comment_id: comment.id, body: 'Bye' }),
    );
    const comments = await mia.list('read', (page, rest) => rest.issues.listComments({ ...about, ...page }));
    expect(comments.map(({ body }) => body)).toEqual(['Bye']);
    await mia.ask('label', (rest) => rest.issues.addLabels({ ...about, labels: ['signed'] }));
    const app = clientOf(world.server, world.server.addApp('checker'));
    world.upstream.collaborators.set('checker[bot]', 'write');
    const run = await app.ask('check', (rest) =>
      rest.checks.create({
        ...upstream,
        name: 'signet',
        head_sha: head,
        conclusion: 'failure',
        output: { title: 'T', summary: 'S' },
      }),
    );
    expect(run).toMatchObject({ status: 'completed', conclusion: 'failure', output: { title: 'T' } });
    const status = await mia.ask('state', (rest) =>
      rest.repos.createCommitStatus({ ...upstream, sha: head, state: 'success' }),
    );
    expect(status).toMatchObject({ state: 'success', context: 'default', creator: { login: 'mia' } });
    const { check_runs: runs } = await mia.ask('read', (rest) =>
      rest.checks.listForRef({ ...upstream, ref: head }),
    );
    expect(runs.map(({ name }) => name)).toEqual(['signet']);
  });

  test('of their keys is public', async () => {
    world.server.state.user('alice').keys.push('-----BEGIN PGP PUBLIC KEY BLOCK-----');
    const keys = await mia.list('read', (page, rest) =>
      rest.users.listGpgKeysForUser({ ...page, username: 'alice' }),
    );
    expect(keys).toMatchObject([{ raw_key: '-----BEGIN PGP PUBLIC KEY BLOCK-----' }]);
  });
});

test('a request that GitHub does not describe is refused, and the server says so when it ends', async () => {
  await expect(
    alice.ask('list', (rest) => rest.pulls.list({ ...upstream, nonsense: 1 })),
  ).rejects.toMatchObject({ message: expect.stringContaining('no query parameter nonsense') as string });
  await expect(
    alice.ask('merge', (rest) => rest.git.createBlob({ ...upstream, content: 1 as never })),
  ).rejects.toMatchObject({ message: expect.stringContaining('must be string') as string });
  expect(world.server.violations).toHaveLength(2);
  await expect(world.server.close()).rejects.toThrow('no query parameter nonsense');
  world.server.violations.length = 0;
});
