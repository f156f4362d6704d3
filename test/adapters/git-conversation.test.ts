import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { GitStore } from '../../src/adapters/git-store.ts';
import { which } from '../../src/adapters/process.ts';
import { findRepository } from '../../src/adapters/repository-folder.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { absent } from '../support/damage.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

const path = { PATH: process.env['PATH'] };

const stores: GitStore[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

async function open(folder: string, git: string, patience?: number): Promise<GitStore> {
  const options = { git, environment: path, ...(patience === undefined ? {} : { patience }) };
  const store = await GitStore.open(await findRepository(folder), options);
  stores.push(store);
  return store;
}

async function smallHistory(): Promise<{ repository: TestRepository; parent: Oid; tip: Oid }> {
  const repository = await TestRepository.create();
  const parent = await repository.commitFiles({ files: { text: 'before' }, date: 1_700_000_000 });
  const tip = await repository.commitFiles({
    parents: [parent],
    files: { text: 'after' },
    date: 1_700_000_001,
  });
  return { repository, parent, tip };
}

/** A git that runs this shell script where its arguments fit a pattern, and is the real one otherwise. */
async function fakeGit(script: string, pattern = '*--batch'): Promise<string> {
  const fake = join(await temporaryFolder(), 'git');
  const real = (await which('git', path)) ?? '';
  await writeFile(fake, `#!/bin/sh\ncase "$*" in ${pattern}) ;; *) exec ${real} "$@" ;; esac\n${script}\n`);
  await chmod(fake, 0o755);
  return fake;
}

describe('a git that', () => {
  test.each([
    ['ends at once', 'exit 3'],
    ['is killed', 'read -r id; kill -9 $$'],
    ['dies in the middle of an object', 'read -r id; echo "$id blob 100"; echo half; exit 128'],
    ['says what git never says', 'while read -r id; do echo "hello $id"; done'],
    ['gives a size that is none', 'while read -r id; do echo "$id blob many"; done'],
    ['answers with an endless line', 'cat /dev/zero'],
  ])('%s is a Fault for every question, and no question waits for ever', async (_what, script) => {
    const { repository, parent, tip } = await smallHistory();
    const store = await open(repository.folder, await fakeGit(script));
    const outcomes = await Promise.allSettled([parent, tip, absent].map((oid) => store.read(oid)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'git.failed' } });
    await expect(store.changes(parent, tip)).rejects.toMatchObject({ code: 'git.failed' });
  });

  test('lies about an object is found out', async () => {
    const { repository, tip } = await smallHistory();
    const store = await open(
      repository.folder,
      await fakeGit('while read -r id; do echo "$id blob 3"; echo lie; done'),
    );
    await expect(store.read(tip)).rejects.toMatchObject({ code: 'object.corrupt' });
  });

  test('gives another object than the one it was asked for is found out', async () => {
    const { repository, parent, tip } = await smallHistory();
    const real = (await which('git', path)) ?? '';
    const script = `read -r id; echo ${parent} | ${real} --git-dir=${repository.gitFolder} cat-file --batch`;
    const store = await open(repository.folder, await fakeGit(script));
    await expect(store.read(tip)).rejects.toMatchObject({ code: 'object.corrupt' });
  });

  test('is gone is a Fault', async () => {
    const { repository, tip } = await smallHistory();
    const git = await fakeGit('exit 0');
    const store = await open(repository.folder, git);
    await rm(git);
    await expect(store.read(tip)).rejects.toMatchObject({ code: 'git.failed' });
    await expect(store.references('refs/')).rejects.toMatchObject({ code: 'process.failed' });
  });
});

describe('a git whose diff-tree', () => {
  const nothing = '0'.repeat(40);

  test.each([
    ['ends at once', 'exit 3'],
    ['is killed', 'read -r ids; kill -9 $$'],
    ['says that nothing differs', 'while read -r ids; do read -r dot; echo .; done'],
    [
      'says what git never says',
      'while read -r ids; do read -r dot; printf "hello\\0%s\\0.\\n" "$ids"; done',
    ],
    ['never says where its answer ends', 'cat /dev/zero'],
    ['says one word that never ends', 'tr "\\0" x < /dev/zero'],
    ['ends its answer with another line', 'while read -r ids; do read -r dot; printf ".."; done'],
    ['goes on and on', `while read -r ids; do yes ":100644 000000 ${nothing} ${nothing} D"; done`],
    ['cuts its answer off', `while read -r ids; do printf "id\\0:100644 0"; exit 0; done`],
  ])('%s changes nothing of what is found', async (what, script) => {
    const { repository, parent, tip } = await smallHistory();
    const git = await fakeGit(script, '*diff-tree*');
    const store = await open(repository.folder, git, 0);
    expect(await store.foresee(parent, tip)).toEqual(what.includes('nothing') ? [] : undefined);
    const changes = await store.changes(parent, tip);
    expect(changes.map(({ path: changed }) => changed)).toEqual(['text']);
    expect(await store.changes(tip, parent)).toHaveLength(1);
  });

  test('is the real one foresees folders before what is in them', async () => {
    const repository = await TestRepository.create();
    const date = 1_700_000_000;
    const before = await repository.commitFiles({ files: { '.a/.b': 'one' }, date });
    const after = await repository.commitFiles({ parents: [before], files: { '.a/.b': 'two' }, date });
    const store = await open(repository.folder, (await which('git', path)) ?? '', 0);
    const foreseen = await store.foresee(before, after);
    expect(foreseen?.map((one) => [one.path, one.after?.mode])).toEqual([
      ['.a', '040000'],
      ['.a/.b', '100644'],
    ]);
    expect(await store.foresee(after, after)).toEqual([]);
  });

  test('is asked only where much is compared', async () => {
    const { repository, parent, tip } = await smallHistory();
    const store = await open(repository.folder, (await which('git', path)) ?? '');
    expect(await store.foresee(parent, tip)).toBeUndefined();
  });
});
