import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { githubForge, type GitHubForgeOptions } from '../../src/adapters/github-forge.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { embedCommitSignature } from '../../src/core/git/signed-object.ts';
import { entryAt, renderTree } from '../../src/core/git/tree.ts';
import type { OutwardAct } from '../../src/core/outward-act.ts';
import type { PackageRepository, Submission } from '../../src/core/ports.ts';
import { ForgeWorld, start } from '../support/forge-world.ts';
import { clientOf } from '../support/github.ts';
import { dataFolder, realSlice } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

let world: ForgeWorld;
const opened: PackageRepository[] = [];
beforeEach(async () => {
  world = await ForgeWorld.create();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await world.server.close();
});

async function forgeOf(
  options: Partial<GitHubForgeOptions> = {},
  secret: string | undefined = world.tokens.alice,
) {
  const environment = options.environment ?? (await world.environment());
  return githubForge({
    github: clientOf(world.server, secret),
    upstream: { owner: 'ocaml', name: 'opam-repository' },
    fork: undefined,
    draft: false,
    pushBy: 'git',
    sourceAddress: undefined,
    workspace: join(await temporaryFolder(), 'workspace.git'),
    environment,
    openStore: (folder) => openStore(folder, { kind: 'git', environment }),
    ...options,
  });
}

async function open(options: Partial<GitHubForgeOptions> = {}): Promise<PackageRepository> {
  const repository = await (await forgeOf(options)).open(undefined);
  opened.push(repository);
  return repository;
}

const names = { branch: 'publish-foo.1.0', tag: 'signet/foo.1.0' };

/** A commit with a new file on top of the base, and a tag on it. */
async function submissionTo({ store, base }: PackageRepository, text = 'Words'): Promise<Submission> {
  const person = `Alice <alice@example.org> ${start} +0000`;
  const tree = Buffer.from((await store.read(base))?.content ?? []).toString('latin1', 5, 45);
  const blob = await store.write('blob', Buffer.from('opam-version: "2.0"\n'));
  const root = await store.read(tree as Oid);
  const entries = Buffer.concat([
    root?.content ?? Buffer.of(),
    renderTree([{ name: 'zz', mode: '100644', oid: blob }]),
  ]);
  const fresh = await store.write('tree', entries);
  const head = await store.write(
    'commit',
    Buffer.from(`tree ${fresh}\nparent ${base}\nauthor ${person}\ncommitter ${person}\n\nSubmit\n`),
  );
  const tagOid = await store.write(
    'tag',
    Buffer.from(`object ${head}\ntype commit\ntag ${names.tag}\ntagger ${person}\n\nSubmit\n`),
  );
  return { ...names, head, tagOid, title: 'Package foo.1.0', text, draft: false };
}

/** As {@link submissionTo}, with what looks like a signature. */
async function signedSubmission(repository: PackageRepository): Promise<Submission> {
  const plain = await submissionTo(repository);
  const payload = (await repository.store.read(plain.head))?.content ?? Buffer.of();
  const armored = '-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n';
  const head = await repository.store.write('commit', embedCommitSignature(payload, armored, 'sha1'));
  const tag = Buffer.from((await repository.store.read(plain.tagOid))?.content ?? []).toString();
  const tagOid = await repository.store.write('tag', Buffer.from(tag.replace(plain.head, head) + armored));
  return { ...plain, head, tagOid };
}

const actsOf = (repository: PackageRepository, submission: Submission): readonly OutwardAct[] => [
  ...repository.acts(submission),
  ...repository.requests(submission),
];

async function perform(acts: readonly OutwardAct[]) {
  const performed = [];
  for (const act of acts) performed.push(await act.perform());
  return performed;
}

const forkOf = () => world.server.state.repository('alice', 'opam-repository', 'alice');
const pullAt = (index: number) => world.upstream.pulls[index];

describe('submitting', () => {
  test('forks, pushes branch and tag, and opens a pull request, each once however often it is done', async () => {
    const repository = await open();
    const submission = await submissionTo(repository);
    const acts = actsOf(repository, submission);
    expect(acts.map(({ title }) => title)).toEqual(repository.announce(names));
    expect(acts.map(({ title }) => title)).toEqual([
      'fork ocaml/opam-repository for alice',
      'push branch publish-foo.1.0 and tag signet/foo.1.0 to the fork of alice',
      'open a pull request for branch publish-foo.1.0 at ocaml/opam-repository',
    ]);
    expect((await perform(acts)).map(({ made }) => made)).toEqual([true, true, true]);
    expect(await forkOf().git.git('rev-parse', 'publish-foo.1.0', 'signet/foo.1.0')).toBe(
      `${submission.head}\n${submission.tagOid}`,
    );
    expect(pullAt(0)).toMatchObject({
      author: 'alice',
      title: 'Package foo.1.0',
      headOid: submission.head,
      draft: false,
    });
    expect(pullAt(0)?.body).toContain('Words');
    expect((await perform(acts)).map(({ made }) => made)).toEqual([false, false, false]);
    expect(world.upstream.pulls).toHaveLength(1);
  });

  test('goes on in a later process, and takes back what was made but not the fork', async () => {
    const workspace = join(await temporaryFolder(), 'workspace.git');
    const repository = await open({ workspace });
    const submission = await submissionTo(repository);
    const [fork, push] = actsOf(repository, submission);
    await fork?.perform();
    await push?.perform();
    const again = await (
      await forgeOf({ workspace })
    ).reopen({ branch: 'main', base: repository.base, facts: repository.facts });
    opened.push(again);
    const acts = actsOf(again, submission);
    expect(acts.map(({ title }) => title)).toEqual(actsOf(repository, submission).map(({ title }) => title));
    const performed = await perform(acts);
    expect(performed.map(({ made }) => made)).toEqual([false, false, true]);
    const undo = async () => {
      const undone = [];
      for (const [index, act] of [...acts.entries()].toReversed())
        undone.push(await act.undo?.(performed[index]?.facts));
      return undone.map((one) => one?.undone);
    };
    expect(await undo()).toEqual([true, true, undefined]);
    expect(pullAt(0)?.state).toBe('closed');
    expect(await forkOf().git.git('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/tags')).toBe(
      'refs/heads/main',
    );
    expect(await undo()).toEqual([false, false, undefined]);
  });

  test('opens the pull request as a draft where that was asked for', async () => {
    const repository = await open({ draft: true });
    const submission = { ...(await submissionTo(repository)), draft: true };
    expect(repository.announce(names).at(-1)).toBe(
      'open a draft pull request for branch publish-foo.1.0 at ocaml/opam-repository',
    );
    await perform(actsOf(repository, submission));
    expect(pullAt(0)).toMatchObject({ draft: true, state: 'open' });
  });

  test('waits until the fork is there', async () => {
    world.server.state.forkDelay = 3;
    const repository = await open();
    await perform(actsOf(repository, await submissionTo(repository)));
    expect(world.upstream.pulls).toHaveLength(1);
  });

  test('loses nothing where answers are lost, at any request', async () => {
    const repository = await open();
    const submission = await submissionTo(repository);
    let attempts = 0;
    const lost = new Set<string>();
    world.server.disturb = ({ method, path }) => {
      if (method !== 'POST' || !path.startsWith('/api/') || lost.has(path)) return undefined;
      lost.add(path);
      return 'cut-after';
    };
    for (let done = false; !done && attempts < 6; attempts++) {
      done = await perform(actsOf(repository, submission)).then(
        () => true,
        () => false,
      );
    }
    expect(lost.size).toBe(2);
    expect(world.upstream.pulls).toHaveLength(1);
    expect(attempts).toBeLessThan(4);
  });
});

describe('pushing through the REST interface alone', () => {
  test('brings the same objects there, once, and takes their names back', async () => {
    await world.fork();
    const repository = await open({ pushBy: 'api' });
    const submission = await signedSubmission(repository);
    const acts = actsOf(repository, submission);
    expect((await perform(acts)).map(({ made }) => made)).toEqual([true, true]);
    expect(world.server.requests.some(({ path }) => path.endsWith('git-receive-pack'))).toBe(false);
    expect(await forkOf().git.git('rev-parse', names.branch, names.tag)).toBe(
      `${submission.head}\n${submission.tagOid}`,
    );
    expect((await perform(acts)).map(({ made }) => made)).toEqual([false, false]);
    expect((await acts[0]?.undo?.(undefined))?.undone).toBe(true);
    expect((await acts[0]?.undo?.(undefined))?.undone).toBe(false);
  });

  test('moves a reference that stands as it was seen, no other, and puts it back', async () => {
    const fork = await world.fork();
    const theirs = await world.branch(fork, names.branch, { theirs: 'x' });
    const repository = await open({ pushBy: 'api' });
    expect(await repository.work([{ name: `refs/heads/${names.branch}`, oid: theirs }])).toMatchObject({
      commits: [{ oid: theirs, subject: 'Add publish-foo.1.0' }],
    });
    const submission = { ...(await signedSubmission(repository)), replaced: { branch: theirs } };
    const [push] = repository.acts(submission);
    await fork.git.ref(`refs/heads/${names.branch}`, world.base);
    await expect(push?.perform()).rejects.toMatchObject({ code: 'push.refused' });
    await fork.git.ref(`refs/heads/${names.branch}`, theirs);
    expect(await push?.perform()).toMatchObject({ made: true });
    expect(await world.server.state.branch(fork, names.branch)).toBe(submission.head);
    expect(await push?.undo?.(undefined)).toEqual({
      undone: true,
      outcome: `put refs/heads/${names.branch} back to ${theirs}, deleted refs/tags/${names.tag}`,
    });
    expect(await world.server.state.branch(fork, names.branch)).toBe(theirs);
  });

  test('is refused where GitHub makes something else of an object than what was signed', async () => {
    await world.fork();
    const repository = await open({ pushBy: 'api' });
    const submission = await signedSubmission(repository);
    const commit = Buffer.from((await repository.store.read(submission.head))?.content ?? []).toString();
    // A header that the interface has no words for.
    const odd = commit.replace('\ngpgsig', '\nencoding UTF-8\ngpgsig');
    const head = await repository.store.write('commit', Buffer.from(odd));
    const [push] = repository.acts({ ...submission, head });
    await expect(push?.perform()).rejects.toMatchObject({
      code: 'push.refused',
      message: expect.stringContaining('would not be what was signed') as string,
    });
    expect(await world.server.state.branch(forkOf(), names.branch)).toBeUndefined();
  });
});

describe('without git on the PATH', () => {
  const bare = async (): Promise<Partial<GitHubForgeOptions>> => {
    const environment = { ...(await world.environment()), PATH: '' };
    return { environment, openStore: (folder) => openStore(folder, { kind: 'auto', environment }) };
  };

  test('reads over HTTPS, pushes branch and tag with the token, once, and takes them back', async () => {
    const repository = await open(await bare());
    expect(repository).toMatchObject({ branch: 'main', base: world.base, tip: world.base });
    expect(await repository.received()).toBeGreaterThan(0);
    const submission = await submissionTo(repository);
    const acts = actsOf(repository, submission);
    expect((await perform(acts)).map(({ made }) => made)).toEqual([true, true, true]);
    expect(await forkOf().git.git('rev-parse', names.branch, names.tag)).toBe(
      `${submission.head}\n${submission.tagOid}`,
    );
    expect(await forkOf().git.git('fsck', '--strict')).not.toContain('missing');
    expect((await perform(acts)).map(({ made }) => made)).toEqual([false, false, false]);
    expect(world.upstream.pulls).toHaveLength(1);
    expect(await acts[1]?.undo?.(undefined)).toMatchObject({ undone: true });
    expect(await acts[1]?.undo?.(undefined)).toMatchObject({ undone: false });
    expect(await repository.standing([`refs/heads/${names.branch}`, `refs/tags/${names.tag}`])).toEqual([]);
  });

  test('builds on what a fork that is out of date has', async () => {
    await world.fork();
    const tip = await world.advance({ '.github/workflows/ci.yml': 'on: pull_request\n' });
    const repository = await open(await bare());
    expect(repository).toMatchObject({ tip, base: world.base });
    expect(await entryAt(repository.store, tip, 'packages/bar/bar.1/opam')).toBeDefined();
    await perform(actsOf(repository, await submissionTo(repository)));
    expect(world.upstream.pulls).toHaveLength(1);
  });

  test('pushes nothing where a name stands already, and says what it cannot tell', async () => {
    const fork = await world.fork();
    const theirs = await world.branch(fork, names.branch, { theirs: 'x' });
    const repository = await open(await bare());
    const [push] = repository.acts(await submissionTo(repository));
    await expect(push?.perform()).rejects.toMatchObject({ code: 'push.refused' });
    expect(await world.server.state.branch(fork, names.branch)).toBe(theirs);
    const standing = await repository.standing([`refs/heads/${names.branch}`]);
    await expect(repository.work(standing)).rejects.toMatchObject({ code: 'repository.unsupported' });
  });

  test('reads and sends every object through the REST interface where that is asked for', async () => {
    await world.fork();
    const tip = await world.advance({ 'packages/new/new.1/opam': 'synopsis: "new"\n' });
    const repository = await open({ ...(await bare()), pushBy: 'api' });
    expect(repository).toMatchObject({ tip, base: world.base });
    const folder = await entryAt(repository.store, tip, 'packages/new');
    if (folder === undefined) throw new Error('no folder');
    await repository.bring([folder.oid]);
    const opam = await entryAt(repository.store, tip, 'packages/new/new.1/opam');
    if (opam === undefined) throw new Error('no file');
    await repository.bring([opam.oid]);
    expect(Buffer.from((await repository.store.read(opam.oid))?.content ?? []).toString()).toBe(
      'synopsis: "new"\n',
    );
    const submission = await signedSubmission(repository);
    const acts = actsOf(repository, submission);
    expect((await perform(acts)).map(({ made }) => made)).toEqual([true, true]);
    expect(await forkOf().git.git('rev-parse', names.branch, names.tag)).toBe(
      `${submission.head}\n${submission.tagOid}`,
    );
    expect(await acts[0]?.undo?.(undefined)).toMatchObject({ undone: true });
    expect(world.server.requests.every(({ path }) => path.startsWith('/api/'))).toBe(true);
  });
});

describe('a branch of somebody else in the fork', () => {
  test('that is built on a newer commit than the fork has is overwritten with a lease and put back', async () => {
    const fork = await world.fork();
    const tip = await world.advance({ 'packages/new/new.1/opam': '' });
    const theirs = await fork.git.commitFiles({
      parents: [tip],
      files: { x: 'x' },
      date: start,
      message: 'Theirs\n',
    });
    await fork.git.ref(`refs/heads/${names.branch}`, theirs);
    const repository = await open();
    const standing = await repository.standing([`refs/heads/${names.branch}`]);
    expect(await repository.work(standing)).toMatchObject({ commits: [{ subject: 'Theirs' }], more: false });
    const [push] = repository.acts({ ...(await submissionTo(repository)), replaced: { branch: theirs } });
    expect(await push?.perform()).toMatchObject({ made: true });
    expect(await push?.undo?.(undefined)).toMatchObject({ undone: true });
    expect(await world.server.state.branch(fork, names.branch)).toBe(theirs);
  });
});

describe('a fork that is there already', () => {
  test('is found under another name only when forking is asked for, and used', async () => {
    const fork = await world.fork('opam-repo');
    const repository = await open();
    const submission = await submissionTo(repository);
    const [forked] = await perform(actsOf(repository, submission));
    expect(forked).toMatchObject({ outcome: 'alice/opam-repo', made: true });
    expect(await world.server.state.branch(fork, names.branch)).toBe(submission.head);
  });

  test('is used without forking where it has the usual name or is named', async () => {
    await world.fork('opam-repo');
    const repository = await open({ fork: { owner: 'alice', name: 'opam-repo' } });
    expect(repository.announce(names)[0]).toBe(
      'push branch publish-foo.1.0 and tag signet/foo.1.0 to alice/opam-repo',
    );
    await expect(open({ fork: { owner: 'alice', name: 'none' } })).rejects.toMatchObject({
      code: 'usage.argument',
    });
    await world.server.addRepository('alice', 'else', world.upstream.git);
    await expect(open({ fork: { owner: 'alice', name: 'else' } })).rejects.toMatchObject({
      message: expect.stringContaining('is no fork of ocaml/opam-repository') as string,
    });
  });

  test('and is out of date, with an older workflow, is built on: no scope for workflows is needed', async () => {
    await world.fork();
    const tip = await world.advance({
      '.github/workflows/ci.yml': 'on: pull_request\n',
      'packages/new/new.1/opam': '',
    });
    const repository = await open();
    expect(repository).toMatchObject({ tip, base: world.base });
    await perform(actsOf(repository, await submissionTo(repository)));
    expect(pullAt(0)).toMatchObject({ state: 'open' });
    expect(await world.server.state.branch(forkOf(), 'main')).toBe(world.base);
  });

  test('and has own commits on its main branch is built on where both are the same', async () => {
    const fork = await world.fork();
    await fork.git.ref('refs/heads/main', await world.branch(fork, 'x', { own: 'x' }));
    const tip = await world.advance({ 'packages/new/new.1/opam': '' });
    expect(await open()).toMatchObject({ tip, base: world.base });
  });

  test('and turns out to be out of date after all gets the commits in between', async () => {
    await world.fork('opam-repo');
    await world.advance({ 'packages/new/new.1/opam': '' });
    const repository = await open();
    expect(repository.base).toBe(repository.tip);
    await perform(actsOf(repository, await submissionTo(repository)));
    expect(world.upstream.pulls).toHaveLength(1);
  });
});

describe('a pull request that is open already', () => {
  test('keeps the title and the words that people wrote, and gets our block anew', async () => {
    const repository = await open();
    await perform(actsOf(repository, await submissionTo(repository, 'First')));
    const pull = pullAt(0);
    if (pull === undefined) throw new Error('no pull request');
    pull.title = 'A better title';
    pull.body = `Hello!\n\n${pull.body ?? ''}\n\nThanks.`;
    await repository.requests({ ...(await submissionTo(repository)), text: 'Second' })[0]?.perform();
    expect(pull.title).toBe('A better title');
    expect(pull.body).toMatch(/^Hello!\n\n<!-- [^]*\nSecond\n<!-- [^]*-->\n\nThanks\.$/);
    expect(pull.body).not.toContain('First');
  });

  test('that was merged is not closed', async () => {
    const repository = await open();
    const submission = await submissionTo(repository);
    const acts = actsOf(repository, submission);
    const performed = await perform(acts);
    const pull = pullAt(0);
    if (pull === undefined) throw new Error('no pull request');
    await world.server.merge(pull, 'mia');
    const undone = await acts.at(-1)?.undo?.(performed.at(-1)?.facts);
    expect(undone).toEqual({ undone: false, outcome: `pull request ${pull.number} is merged already` });
  });
});

describe('pushing', () => {
  test("goes by the user's own credential helper where it knows a password", async () => {
    await world.fork();
    const environment = await world.environment();
    const config = join(environment['HOME'] ?? '', 'gitconfig');
    const bob = world.server.addUser('bob');
    forkOf().collaborators.set('bob', 'write');
    const helper = `!f() { echo username=bob; echo password=${bob}; }; f`;
    await writeFile(config, `[credential]\n\thelper = "${helper}"\n`);
    const users: (string | undefined)[] = [];
    const repository = await open({ environment: { ...environment, GIT_CONFIG_GLOBAL: config } });
    world.server.disturb = ({ path, password }) => {
      if (path.endsWith('git-receive-pack')) users.push(password);
      return undefined;
    };
    await perform(repository.acts(await submissionTo(repository)));
    expect(new Set(users)).toEqual(new Set([bob]));
  });

  test('is by SSH where the source is pushed by SSH to the same host', async () => {
    await world.fork();
    const repository = await open({
      sourceAddress: 'git@127.0.0.1:alice/foo.git',
      environment: { ...(await world.environment()), GIT_SSH_COMMAND: 'false' },
    });
    const [push] = repository.acts(await submissionTo(repository));
    await expect(push?.perform()).rejects.toMatchObject({
      message: expect.stringContaining('git@127.0.0.1:alice/opam-repository.git') as string,
    });
  });
});

describe.runIf(dataFolder !== undefined)(
  `at the real opam-repository${dataFolder === undefined ? ' (skipped: no OPAM_SIGNET_DATA)' : ''}`,
  () => {
    test('a submission fetches less than half a megabyte and pushes a handful of objects, even to an old fork', async () => {
      const slice = await realSlice();
      if (slice === undefined) throw new Error('there is no data');
      const upstream = await world.server.addRepository('real', 'opam-repository', slice);
      const fork = await world.server.state.link('alice', 'opam-repository', slice, { parent: upstream });
      const old = (await slice.git('rev-parse', 'HEAD~60')) as Oid;
      await fork.git.ref(`refs/heads/${fork.defaultBranch}`, old);
      const repository = await open({ upstream: { owner: 'real', name: 'opam-repository' } });
      const submission = await submissionTo(repository);
      await perform(actsOf(repository, submission));
      expect(repository.base).toBe(old);
      expect(await repository.received()).toBeLessThan(500_000);
      const pushed = await fork.git.git('rev-list', '--objects', submission.tagOid, `^${old}`);
      expect(pushed.split('\n').length).toBeLessThan(20);
    });
  },
);

test('without a token everything can be read and planned', async () => {
  await world.fork();
  const repository = await (await forgeOf({}, '')).open(undefined).catch((error: unknown) => error);
  expect(repository).toBeInstanceOf(Error);
  const anonymous = await (await forgeOf({ github: clientOf(world.server) })).open('main');
  opened.push(anonymous);
  expect(anonymous).toMatchObject({ branch: 'main', base: world.base });
  expect(anonymous.announce(names)).toHaveLength(3);
  expect(await anonymous.standing(['refs/heads/main'])).toEqual([]);
});
