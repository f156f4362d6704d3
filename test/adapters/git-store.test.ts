import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { GitStore } from '../../src/adapters/git-store.ts';
import { which, type Environment } from '../../src/adapters/process.ts';
import { findRepository } from '../../src/adapters/repository-folder.ts';
import { emptyTree, oidOf, type Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import { absent } from '../support/damage.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

const date = 1_700_000_000;
const path = { PATH: process.env['PATH'] };

const stores: ObjectStore[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

async function open(folder: string, environment: Environment = path): Promise<GitStore> {
  const git = (await which('git', path)) ?? '';
  const store = await GitStore.open(await findRepository(folder), { git, environment });
  stores.push(store);
  return store;
}

/** Everything that a verb asks of a store. */
async function exercise(store: ObjectStore, parent: Oid, tip: Oid): Promise<void> {
  expect(await store.resolve('main')).toBe(tip);
  expect(await store.read(tip)).toMatchObject({ type: 'commit' });
  expect(await store.read(absent)).toBeUndefined();
  expect((await store.changes(parent, tip)).map(({ path: changed }) => changed)).toEqual(['module', 'text']);
  const links = [];
  for await (const link of store.ancestry([tip])) links.push(link);
  expect(links).toEqual([
    { oid: tip, parents: [parent] },
    { oid: parent, parents: [] },
  ]);
  const blob = await store.write('blob', Buffer.from('new text'));
  expect(blob).toBe(oidOf('blob', Buffer.from('new text'), 'sha1'));
  await store.updateReference('refs/heads/new', parent, undefined);
  expect(await store.references('refs/heads/')).toHaveLength(2);
}

async function smallHistory(): Promise<{ repository: TestRepository; parent: Oid; tip: Oid }> {
  const repository = await TestRepository.create();
  const parent = await repository.commitFiles({
    files: {
      text: 'before\n',
      '.gitattributes': '* filter=evil diff=evil\n',
      '.gitmodules': '[submodule "m"]\n\tpath = module\n\tignore = all\n',
    },
    date,
  });
  const files = { text: 'after\n', module: { mode: '160000', oid: emptyTree('sha1') } };
  const tip = await repository.commitFiles({ parents: [parent], files, date });
  await repository.ref('refs/heads/main', tip);
  return { repository, parent, tip };
}

describe('a store on git', () => {
  test('runs no program that the configuration of the repository names, and believes none of its settings', async () => {
    const { repository, parent, tip } = await smallHistory();
    const traces = await temporaryFolder();
    const evil = join(traces, 'evil');
    await writeFile(evil, `#!/bin/sh\necho "$0 $*" >> '${traces}/ran'\nexit 1\n`);
    await chmod(evil, 0o755);
    await writeFile(
      join(repository.gitFolder, 'included'),
      `[core]\n\tfsmonitor = ${evil}\n\tsshCommand = ${evil}\n`,
    );
    await writeFile(
      join(repository.gitFolder, 'config'),
      `[core]
\trepositoryformatversion = 1
\tbare = false
\thooksPath = ${traces}/hooks
\tfsmonitor = ${evil}
\tpager = ${evil}
\teditor = ${evil}
\talternateRefsCommand = ${evil}
\tgitProxy = ${evil}
\tworktree = ${traces}
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = file://${traces}/nowhere
\tpromisor = true
\tpartialclonefilter = blob:none
\tuploadpack = ${evil}
\tvcs = ${evil}
[gpg]
\tprogram = ${evil}
[log]
\tshowSignature = true
[filter "evil"]
\tclean = ${evil}
\tsmudge = ${evil}
\tprocess = ${evil}
\trequired = true
[diff]
\texternal = ${evil}
\tignoreSubmodules = all
\trenames = copies
\torderFile = ${traces}/order
[diff "evil"]
\tcommand = ${evil}
\ttextconv = ${evil}
[submodule "m"]
\tignore = all
[credential]
\thelper = ${evil}
[include]
\tpath = included
`,
    );
    await mkdir(join(traces, 'hooks'));
    for (const hook of ['reference-transaction', 'post-index-change', 'pre-auto-gc']) {
      await writeFile(join(traces, 'hooks', hook), await readFile(evil));
      await chmod(join(traces, 'hooks', hook), 0o755);
    }
    // Plain git does run them, so this configuration is well made.
    await repository.tryGit(['cat-file', '-e', absent]);
    await repository.tryGit(['status']);
    expect(await readFile(join(traces, 'ran'), 'utf8')).toContain(evil);
    await rm(join(traces, 'ran'));

    await exercise(await open(repository.folder), parent, tip);
    await expect(readFile(join(traces, 'ran'), 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is not led elsewhere by git variables of its environment', async () => {
    const { repository, parent, tip } = await smallHistory();
    const other = await TestRepository.create();
    const store = await open(repository.folder, {
      ...path,
      GIT_DIR: other.gitFolder,
      GIT_WORK_TREE: other.folder,
      GIT_INDEX_FILE: join(other.folder, 'none'),
      GIT_OBJECT_DIRECTORY: join(other.gitFolder, 'objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: join(other.gitFolder, 'objects'),
      GIT_NAMESPACE: 'elsewhere',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: '/nowhere',
      GIT_TRACE: join(other.folder, 'trace'),
    });
    await exercise(store, parent, tip);
    await expect(readFile(join(other.folder, 'trace'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('does not believe a commit-graph that names another parent', async () => {
    const { repository, parent, tip } = await smallHistory();
    const impostor = await repository.commitFiles({ files: { evil: 'evil' }, date: date - 1 });
    await repository.ref('refs/heads/impostor', impostor);
    await repository.git('commit-graph', 'write', '--reachable');
    await repository.git('update-ref', '-d', 'refs/heads/impostor');
    const order = [parent, tip, impostor].sort();
    const graph = join(repository.gitFolder, 'objects', 'info', 'commit-graph');
    const bytes = await readFile(graph);
    // gitformat-commit-graph(5): a table of chunks from byte 8; in CDAT a tree id and then the place of the parent.
    const chunk = bytes.indexOf('CDAT') + 4;
    const row = Number(bytes.readBigUInt64BE(chunk)) + 36 * order.indexOf(tip);
    bytes.writeUInt32BE(order.indexOf(impostor), row + 20);
    await chmod(graph, 0o644);
    await writeFile(graph, bytes);
    expect(await repository.git('rev-list', '--parents', '-1', tip)).toBe(`${tip} ${impostor}`);
    await exercise(await open(repository.folder), parent, tip);
  });

  test('reads a repository with a damaged index', async () => {
    const { repository, parent, tip } = await smallHistory();
    await writeFile(join(repository.gitFolder, 'index'), 'no index');
    await exercise(await open(repository.folder), parent, tip);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'reads a repository of another owner (needs root to make one)',
    async () => {
      const { repository, parent, tip } = await smallHistory();
      for (const folder of [repository.folder, repository.gitFolder]) await chown(folder, 12345, 12345);
      const { status } = await repository.tryGit(['log']);
      expect(status).not.toBe(0);
      await exercise(await open(repository.folder), parent, tip);
    },
  );

  test('reads and writes a SHA-256 repository', async () => {
    const repository = await TestRepository.create({ objectFormat: 'sha256' });
    const parent = await repository.commitFiles({ files: { 'a/b': 'x' }, date });
    const tip = await repository.commitFiles({ parents: [parent], files: { 'a/c': 'y' }, date });
    await repository.ref('refs/heads/main', tip);
    const store = await open(repository.folder);
    expect(store.format).toBe('sha256');
    expect(await store.resolve('main')).toBe(tip);
    expect(await store.resolve(tip.slice(0, 12))).toBe(tip);
    expect((await store.changes(parent, tip)).map(({ path: changed }) => changed)).toEqual(['a/c']);
    expect((await store.changes(undefined, tip)).length).toBe(2);
    expect(await store.read(absent)).toBeUndefined();
    expect(await store.write('blob', Buffer.from('x'))).toBe(oidOf('blob', Buffer.from('x'), 'sha256'));
    await store.updateReference('refs/heads/new', tip, undefined);
    expect(await store.resolve('new')).toBe(tip);
  });

  test('reads through alternates and in linked work trees', async () => {
    const { repository, parent, tip } = await smallHistory();
    const shared = join(await temporaryFolder(), 'shared');
    await repository.git('clone', '--quiet', '--shared', '--branch=main', repository.folder, shared);
    const store = await open(shared);
    expect((await store.changes(parent, tip)).length).toBe(2);
    const linked = join(await temporaryFolder(), 'linked');
    await repository.git('worktree', 'add', '--quiet', '--detach', linked, parent);
    const worktree = await open(linked);
    expect(await worktree.resolve('HEAD')).toBe(parent);
    expect(await worktree.resolve('main')).toBe(tip);
  });

  test('does not open what git does not understand', async () => {
    const { repository } = await smallHistory();
    await repository.git('config', 'core.repositoryFormatVersion', '99');
    await expect(open(repository.folder)).rejects.toMatchObject({ code: 'repository.unsupported' });
  });

  test('is of no use once it is closed, and says so', async () => {
    const { repository, tip } = await smallHistory();
    const store = await open(repository.folder);
    const under = store.read(tip);
    const [outcome] = await Promise.allSettled([under, store.close()]);
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'git.failed' });
    await expect(store.read(tip)).rejects.toMatchObject({ code: 'git.failed' });
  });

  test('gives many large objects one at a time without keeping those over the limit', async () => {
    const repository = await TestRepository.create();
    const large: Oid[] = [];
    for (let index = 0; index < 4; index += 1) {
      large.push(await repository.writeObject('blob', Buffer.alloc(70 * 1024 * 1024, index)));
    }
    const store = await open(repository.folder);
    const before = process.memoryUsage().rss;
    const outcomes = await Promise.allSettled(large.map((oid) => store.read(oid)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'limit.object-size' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(140 * 1024 * 1024);
  });
});
