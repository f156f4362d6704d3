import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { openSource } from '../../src/adapters/source-repository.ts';
import { UserGit } from '../../src/adapters/user-git.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore, SourceRepository } from '../../src/core/ports.ts';
import { TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment } from '../support/scratch.ts';

const when = Date.UTC(2026, 4, 4) / 1000;

let store: ObjectStore | undefined;
afterEach(() => store?.close());

async function repositoryWith(
  remotes: readonly string[],
): Promise<{ source: TestRepository; origin: TestRepository }> {
  const [source, origin] = [await TestRepository.create(), await TestRepository.create({ bare: true })];
  const head = await source.commitFiles({ files: { 'a.ml': 'a\n', 'sub/b.ml': 'b\n' }, date: when });
  await source.ref('refs/heads/main', head);
  await source.git('reset', '--quiet', '--hard');
  for (const name of remotes) await source.git('remote', 'add', name, origin.folder);
  return { source, origin };
}

async function open(source: TestRepository, remote?: string): Promise<SourceRepository> {
  const environment = scrubbedEnvironment(source.folder);
  store = await openStore(source.folder, { kind: 'auto', environment });
  return openSource(new UserGit(source.folder, environment), store, remote);
}

describe('the work tree', () => {
  test('is clean, or every path that differs is named: changed, deleted, staged and new ones', async () => {
    const { source } = await repositoryWith([]);
    const opened = await open(source);
    expect(await opened.changes()).toEqual([]);
    await writeFile(join(source.folder, 'a.ml'), 'changed\n');
    await writeFile(join(source.folder, 'new file.ml'), '');
    await source.git('rm', '--quiet', 'sub/b.ml');
    expect([...(await opened.changes())].sort()).toEqual(['a.ml', 'new file.ml', 'sub/b.ml']);
  });
});

describe('the remote', () => {
  test.each([
    ['none', [], {}, undefined],
    ['the only one', ['mine'], {}, 'mine'],
    ['origin among several', ['origin', 'other'], {}, 'origin'],
    ['no guess among several', ['one', 'other'], {}, undefined],
    ['that of the branch', ['origin', 'other'], { 'branch.main.remote': 'other' }, 'other'],
    [
      'the preferred one',
      ['origin', 'other'],
      { 'branch.main.remote': 'origin', 'remote.pushDefault': 'other' },
      'other',
    ],
    [
      'the one of the branch for pushing',
      ['origin', 'other'],
      { 'branch.main.pushRemote': 'other', 'remote.pushDefault': 'origin' },
      'other',
    ],
  ])('is %s, as git push chooses', async (_, remotes, config, name) => {
    const { source } = await repositoryWith(remotes);
    for (const [setting, value] of Object.entries(config)) await source.git('config', setting, value);
    expect((await open(source)).remote?.name).toBe(name);
  });

  test('is the one that was named, at the address that git would push to', async () => {
    const { source } = await repositoryWith(['origin', 'other']);
    await source.git('config', 'url.https://me:secret@example.org/.pushInsteadOf', 'forge:');
    await source.git('remote', 'set-url', 'other', 'forge:alice/foo');
    const { remote } = await open(source, 'other');
    expect(remote).toMatchObject({ name: 'other', address: 'https://example.org/alice/foo' });
  });

  test('that does not exist is a usage Fault', async () => {
    const { source } = await repositoryWith(['origin']);
    await expect(open(source, 'nope')).rejects.toMatchObject({
      code: 'usage.argument',
      message: expect.stringContaining('nope') as string,
    });
  });
});

describe('pushing a tag', () => {
  test('makes it at the remote, and looks whether it is there', async () => {
    const { source, origin } = await repositoryWith(['origin']);
    const { remote } = await open(source);
    const head = (await source.git('rev-parse', 'HEAD')) as Oid;
    const oid = await source.tag({ name: 'v1.0', object: head, date: when });
    expect(await remote?.tag('v1.0')).toBeUndefined();
    const act = remote?.pushTag('v1.0', oid);
    expect(await act?.perform()).toEqual({ outcome: oid, made: true });
    expect(await act?.perform()).toMatchObject({ made: false });
    expect(await act?.perform(true)).toMatchObject({ made: true });
    expect(await origin.git('rev-parse', 'refs/tags/v1.0')).toBe(oid);
    expect(await remote?.tag('v1.0')).toBe(oid);
    expect(await remote?.tag('1.0')).toBeUndefined();
  });

  test('never moves one that stands there', async () => {
    const { source, origin } = await repositoryWith(['origin']);
    const { remote } = await open(source);
    const head = (await source.git('rev-parse', 'HEAD')) as Oid;
    await source.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1.0');
    const oid = await source.tag({ name: 'v1.0', object: head, date: when });
    await expect(remote?.pushTag('v1.0', oid).perform()).rejects.toMatchObject({ code: 'push.refused' });
    expect(await origin.git('rev-parse', 'refs/tags/v1.0')).toBe(head);
    expect(await remote?.pushTag('v1.0', oid).undo?.(undefined)).toEqual({
      undone: false,
      outcome: `tag v1.0 at ${remote?.address ?? ''} is ${head} now and stays`,
    });
    expect(await origin.git('rev-parse', 'refs/tags/v1.0')).toBe(head);
  });

  test('is taken back where it stands as it was pushed', async () => {
    const { source, origin } = await repositoryWith(['origin']);
    const { remote } = await open(source);
    const oid = await annotated(source);
    const act = remote?.pushTag('v1.0', oid);
    await act?.perform();
    expect(await act?.undo?.(undefined)).toMatchObject({ undone: true });
    expect(await origin.git('tag', '--list')).toBe('');
    expect(await act?.undo?.(undefined)).toMatchObject({ undone: false });
  });
});

describe('making a tag', () => {
  test('gives the object its name once, and takes the name back', async () => {
    const { source } = await repositoryWith(['origin']);
    const oid = await annotated(source);
    await source.git('tag', '--delete', 'v1.0');
    const act = (await open(source)).makeTag('v1.0', oid);
    expect(await act.perform()).toEqual({ outcome: oid, made: true });
    expect(await source.git('rev-parse', 'refs/tags/v1.0')).toBe(oid);
    expect(await act.perform()).toMatchObject({ made: false });
    expect(await act.undo?.(undefined)).toMatchObject({ undone: true });
    expect(await source.git('tag', '--list')).toBe('');
  });

  test('never moves one that stands, and does not delete what is not its own', async () => {
    const { source } = await repositoryWith(['origin']);
    const oid = await annotated(source);
    await source.git('tag', '--force', 'v1.0', 'HEAD');
    const act = (await open(source)).makeTag('v1.0', oid);
    await expect(act.perform()).rejects.toMatchObject({ code: 'reference.moved' });
    expect(await act.undo?.(undefined)).toMatchObject({ undone: false });
    expect(await source.git('tag', '--list')).toBe('v1.0');
  });
});

const annotated = async (source: TestRepository): Promise<Oid> =>
  source.tag({ name: 'v1.0', object: (await source.git('rev-parse', 'HEAD')) as Oid, date: when });
