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

async function open(folder: string, git: string): Promise<GitStore> {
  const store = await GitStore.open(await findRepository(folder), { git, environment: path });
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

describe('a git that', () => {
  /** A git whose cat-file is this shell script, and the rest the real one. */
  async function fakeGit(script: string): Promise<string> {
    const fake = join(await temporaryFolder(), 'git');
    const real = (await which('git', path)) ?? '';
    await writeFile(fake, `#!/bin/sh\ncase "$*" in *--batch) ;; *) exec ${real} "$@" ;; esac\n${script}\n`);
    await chmod(fake, 0o755);
    return fake;
  }

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
