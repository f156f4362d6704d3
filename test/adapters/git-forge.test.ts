import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { gitForge } from '../../src/adapters/git-forge.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { entryAt, listFolder } from '../../src/core/git/tree.ts';
import type { Forge, PackageRepository, StoredObject } from '../../src/core/ports.ts';
import { type GitHttpServer, serveGit } from '../support/git-http-server.ts';
import { TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const when = Date.UTC(2026, 4, 4) / 1000;

let server: GitHttpServer | undefined;
let opened: PackageRepository | undefined;
afterEach(async () => {
  await opened?.close();
  await server?.close();
  opened = undefined;
  server = undefined;
});

interface Fixture {
  readonly target: TestRepository;
  readonly base: Oid;
}

/** Forty packages and a keyring folder, two commits deep. */
async function fixture(filters = true): Promise<Fixture> {
  const target = await TestRepository.create({ bare: true });
  await target.git('config', 'uploadpack.allowFilter', String(filters));
  const names = Array.from({ length: 40 }, (_, index) => `p${index}`);
  const files = Object.fromEntries(
    names.map((name) => [`packages/${name}/${name}.1/opam`, `synopsis: "${name}"\n`]),
  );
  const first = await target.commitFiles({
    files: { ...files, repo: '', 'keyring/keyring.toml': 'x\n' },
    date: when,
  });
  const base = await target.commitFiles({
    parents: [first],
    files: { repo: 'opam-version: "2.0"\n' },
    date: when + 1,
  });
  await target.ref('refs/heads/main', base);
  return { target, base };
}

async function addressOf({ target }: Fixture, kind: 'path' | 'file' | 'http'): Promise<string> {
  switch (kind) {
    case 'path':
      return target.folder;
    case 'file':
      return `file://${target.folder}`;
    case 'http':
      server = await serveGit(dirname(target.folder));
      return `${server.url}/${target.folder.split('/').at(-1) ?? ''}`;
    default:
      return kind satisfies never;
  }
}

async function open(
  address: string,
  branch?: string,
): Promise<{ forge: Forge; repository: PackageRepository; workspace: string }> {
  const home = await temporaryFolder();
  const environment = scrubbedEnvironment(home);
  const workspace = join(home, 'workspace.git');
  const openWorkspace = (folder: string) => openStore(folder, { kind: 'git', environment });
  const forge = gitForge({ address, workspace, environment, openStore: openWorkspace });
  opened = await forge.open(branch);
  return { forge, repository: opened, workspace };
}

/** A commit with one new package on top of the base, and a tag on it, as publish writes them. */
async function submission(
  { store, base }: PackageRepository,
  message = 'Submit',
): Promise<{ head: Oid; tagOid: Oid }> {
  const tree = textOf(await store.read(base)).slice(5, 45);
  const person = `Alice <alice@example.org> ${when + 5} +0000`;
  const head = await store.write(
    'commit',
    Buffer.from(`tree ${tree}\nparent ${base}\nauthor ${person}\ncommitter ${person}\n\n${message}\n`),
  );
  const tagOid = await store.write(
    'tag',
    Buffer.from(`object ${head}\ntype commit\ntag signet/foo.1.0\ntagger ${person}\n\nSubmit\n`),
  );
  return { head, tagOid };
}

const textOf = (object: StoredObject | undefined): string => Buffer.from(object?.content ?? []).toString();

const names = {
  branch: 'publish-foo.1.0',
  tag: 'signet/foo.1.0',
  title: 'Package foo.1.0',
  text: '',
  draft: false,
};

describe.each(['path', 'file', 'http'] as const)('a package repository at a %s', (kind) => {
  test('is read one commit deep: its root, packages/ and keyring/, and nothing below', async () => {
    const made = await fixture();
    const { repository } = await open(await addressOf(made, kind));
    expect(repository).toMatchObject({ branch: 'main', base: made.base });
    expect(await repository.store.shallow()).toEqual(new Set([made.base]));
    expect(await listFolder(repository.store, made.base, 'packages')).toHaveLength(40);
    const keyring = await entryAt(repository.store, made.base, 'keyring/keyring.toml');
    expect(keyring).toBeDefined();
    expect(await repository.received()).toBeLessThan(3000);
  });

  test('gets branch and tag, and is asked afterwards whether it has them', async () => {
    const made = await fixture();
    const { repository } = await open(await addressOf(made, kind));
    const { head, tagOid } = await submission(repository);
    const [act, ...others] = repository.acts({ ...names, head, tagOid });
    expect(others).toEqual([]);
    expect(await act?.perform()).toMatchObject({
      outcome: expect.stringContaining(head) as string,
      made: true,
    });
    expect(await made.target.git('rev-parse', 'refs/heads/publish-foo.1.0')).toBe(head);
    expect(await made.target.git('rev-parse', 'refs/tags/signet/foo.1.0')).toBe(tagOid);
    expect(await made.target.git('fsck', '--strict')).toBe('');
    const standing = await repository.standing([
      'refs/heads/publish-foo.1.0',
      'refs/tags/signet/foo.1.0',
      'refs/heads/none',
    ]);
    expect(standing.map(({ oid }) => oid)).toEqual([head, tagOid]);
  });

  test('gets neither if one of the names stands, whatever it stands at', async () => {
    const made = await fixture();
    const { repository } = await open(await addressOf(made, kind));
    const { head, tagOid } = await submission(repository);
    await made.target.ref('refs/heads/publish-foo.1.0', made.base);
    const [act] = repository.acts({ ...names, head, tagOid });
    await expect(act?.perform()).rejects.toMatchObject({ code: 'push.refused' });
    expect(await made.target.git('rev-parse', 'refs/heads/publish-foo.1.0')).toBe(made.base);
    expect(await made.target.git('tag', '--list')).toBe('');
  });

  test('gets each once, and gives back what stands there as it was pushed and nothing else', async () => {
    const made = await fixture();
    const { repository } = await open(await addressOf(made, kind));
    const { head, tagOid } = await submission(repository);
    const [act] = repository.acts({ ...names, head, tagOid });
    expect(await act?.perform()).toMatchObject({ made: true });
    expect(await act?.perform()).toMatchObject({ made: false });
    expect(await act?.perform(true)).toMatchObject({ made: true });
    await made.target.git('tag', '--delete', names.tag);
    expect(await act?.perform()).toMatchObject({ made: true });
    expect(await made.target.git('rev-parse', `refs/tags/${names.tag}`)).toBe(tagOid);
    await made.target.ref(`refs/heads/${names.branch}`, made.base);
    const undone = await act?.undo?.(undefined);
    expect(undone).toMatchObject({ undone: true, outcome: expect.stringContaining('stays') as string });
    expect(await made.target.git('rev-parse', `refs/heads/${names.branch}`)).toBe(made.base);
    expect(await made.target.git('tag', '--list')).toBe('');
    expect(await act?.undo?.(undefined)).toMatchObject({ undone: false });
  });

  test('overwrites what was seen there and nothing else, and puts it back as it was', async () => {
    const made = await fixture();
    const address = await addressOf(made, kind);
    const theirs = await made.target.commitFiles({
      parents: [made.base],
      files: { 'packages/p7/p7.1/opam': 'synopsis: "theirs"\n' },
      date: when + 7,
      message: 'Their work\n\nMore words\n',
    });
    await made.target.ref('refs/heads/publish-foo.1.0', theirs);
    const tagged = await made.target.tag({
      name: names.tag,
      object: theirs,
      date: when + 8,
      message: 'Theirs\n',
    });
    const { forge, repository } = await open(address);
    const standing = await repository.standing([`refs/heads/${names.branch}`, `refs/tags/${names.tag}`]);
    expect(await repository.work(standing)).toMatchObject({
      commits: [{ oid: theirs, subject: 'Their work', time: when + 7 }],
      more: false,
      tag: { oid: tagged, subject: 'Theirs' },
    });
    const { head, tagOid } = await submission(repository);
    const replaced = { branch: theirs, tag: tagged };
    const submitted = { ...names, head, tagOid, replaced };
    const received = await repository.received();
    expect(repository.announce(submitted)[0]).toContain(`publish-foo.1.0 over ${theirs} and tag`);
    const [act] = repository.acts(submitted);
    await made.target.ref('refs/heads/publish-foo.1.0', made.base);
    await expect(act?.perform()).rejects.toMatchObject({ code: 'push.refused' });
    expect(await made.target.git('rev-parse', names.branch, names.tag)).toBe(`${made.base}\n${tagged}`);
    await made.target.ref('refs/heads/publish-foo.1.0', theirs);
    expect(await act?.perform()).toMatchObject({ made: true });
    expect(await made.target.git('rev-parse', names.branch, names.tag)).toBe(`${head}\n${tagOid}`);
    expect(await act?.perform()).toMatchObject({ made: false });
    // What was overwritten is not fetched for that, nor what it is built on.
    expect(await repository.received()).toBe(received);
    const again = await forge.reopen(repository);
    const [later] = again.acts(submitted);
    expect(await later?.undo?.(undefined)).toMatchObject({
      undone: true,
      outcome: expect.stringContaining(`back to ${theirs}`) as string,
    });
    expect(await made.target.git('rev-parse', names.branch, names.tag)).toBe(`${theirs}\n${tagged}`);
    expect(await later?.undo?.(undefined)).toMatchObject({ undone: false });
    expect(await made.target.git('fsck', '--strict')).not.toContain('missing');
    await again.close();
  });

  test('leaves alone what others put there after it was overwritten', async () => {
    const made = await fixture();
    const theirs = await made.target.commitFiles({ parents: [made.base], files: { x: 'y' }, date: when + 7 });
    await made.target.ref('refs/heads/publish-foo.1.0', theirs);
    const { repository } = await open(await addressOf(made, kind));
    await repository.work([{ name: `refs/heads/${names.branch}`, oid: theirs }]);
    const { head, tagOid } = await submission(repository);
    const [act] = repository.acts({ ...names, head, tagOid, replaced: { branch: theirs } });
    expect(await act?.perform()).toMatchObject({ made: true });
    await made.target.ref('refs/heads/publish-foo.1.0', made.base);
    expect(await act?.undo?.(undefined)).toMatchObject({
      undone: true,
      outcome: expect.stringMatching(/deleted refs\/tags\/signet.*is something else now and stays/) as string,
    });
    expect(await made.target.git('rev-parse', names.branch)).toBe(made.base);
  });

  test('is opened again by a later run, with what was signed and without reading anew', async () => {
    const made = await fixture();
    const { forge, repository } = await open(await addressOf(made, kind));
    const { head, tagOid } = await submission(repository);
    const again = await forge.reopen(repository);
    expect(await again.store.read(head)).toMatchObject({ type: 'commit' });
    const [act] = again.acts({ ...names, head, tagOid });
    expect(await act?.perform()).toMatchObject({ made: true });
    expect(again).toMatchObject({ branch: 'main', base: made.base });
    await again.close();
  });
});

describe('bringing objects', () => {
  test('fetches a folder with its folders, and files by their own ids', async () => {
    const made = await fixture();
    const { repository } = await open(await addressOf(made, 'file'));
    const folder = await entryAt(repository.store, made.base, 'packages/p7');
    const keyring = await entryAt(repository.store, made.base, 'keyring/keyring.toml');
    if (folder === undefined || keyring === undefined) throw new Error('not there');
    await repository.bring([folder.oid, keyring.oid]);
    const opam = await entryAt(repository.store, made.base, 'packages/p7/p7.1/opam');
    expect(textOf(await repository.store.read(keyring.oid))).toBe('x\n');
    if (opam === undefined) throw new Error('not there');
    await repository.bring([opam.oid]);
    expect(textOf(await repository.store.read(opam.oid))).toBe('synopsis: "p7"\n');
  });

  test('changes nothing where the server knows no filters and has sent everything', async () => {
    const made = await fixture(false);
    const { repository, workspace } = await open(await addressOf(made, 'file'));
    const before = await repository.received();
    const opam = await entryAt(repository.store, made.base, 'packages/p7/p7.1/opam');
    if (opam === undefined) throw new Error('not there');
    await repository.bring([opam.oid]);
    expect(await repository.received()).toBe(before);
    expect(textOf(await repository.store.read(opam.oid))).toBe('synopsis: "p7"\n');
    expect(await readdir(workspace)).not.toContain('packages');
  });
});

describe('an address', () => {
  test('with a password is refused, and the password not repeated', async () => {
    const forge = () => open('https://alice:secret@example.org/opam.git');
    await expect(forge()).rejects.toMatchObject({ code: 'usage.argument' });
    await expect(forge()).rejects.not.toMatchObject({ message: expect.stringContaining('secret') as string });
  });

  test('that has no such branch, or nothing at all, is a Fault that names it', async () => {
    const made = await fixture();
    await expect(open(made.target.folder, 'trunk')).rejects.toMatchObject({
      code: 'revision.not-found',
      message: expect.stringContaining('trunk') as string,
    });
    await expect(open('/nowhere/at-all')).rejects.toMatchObject({
      code: 'network.failed',
      message: expect.stringContaining('/nowhere/at-all') as string,
    });
  });

  test('of a branch by name is read at that branch', async () => {
    const made = await fixture();
    const side = await made.target.commitFiles({
      parents: [made.base],
      files: { repo: 'side\n' },
      date: when + 9,
    });
    await made.target.ref('refs/heads/next', side);
    const { repository } = await open(made.target.folder, 'next');
    expect(repository).toMatchObject({ branch: 'next', base: side });
  });
});
