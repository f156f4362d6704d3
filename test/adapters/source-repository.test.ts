import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { openSource } from '../../src/adapters/source-repository.ts';
import { UserGit } from '../../src/adapters/user-git.ts';
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
    const head = (await source.git('rev-parse', 'HEAD')) as Awaited<
      ReturnType<TestRepository['commitFiles']>
    >;
    const oid = await source.tag({ name: 'v1.0', object: head, date: when });
    expect(await remote?.tag('v1.0')).toBeUndefined();
    expect(await remote?.pushTag('v1.0', oid).perform()).toBe(oid);
    expect(await origin.git('rev-parse', 'refs/tags/v1.0')).toBe(oid);
    expect(await remote?.tag('v1.0')).toBe(oid);
    expect(await remote?.tag('1.0')).toBeUndefined();
  });

  test('never moves one that stands there', async () => {
    const { source, origin } = await repositoryWith(['origin']);
    const { remote } = await open(source);
    const head = (await source.git('rev-parse', 'HEAD')) as Awaited<
      ReturnType<TestRepository['commitFiles']>
    >;
    await source.git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1.0');
    const oid = await source.tag({ name: 'v1.0', object: head, date: when });
    await expect(remote?.pushTag('v1.0', oid).perform()).rejects.toMatchObject({ code: 'push.refused' });
    expect(await origin.git('rev-parse', 'refs/tags/v1.0')).toBe(head);
  });
});
