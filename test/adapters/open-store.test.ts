import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GitStore } from '../../src/adapters/git-store.ts';
import { IsomorphicStore } from '../../src/adapters/isomorphic-store.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';

const withGit = { PATH: process.env['PATH'] };
const withoutGit = { PATH: '/nowhere' };
const date = 1_700_000_000;

describe('opening a repository', () => {
  test('uses git where it is installed, and otherwise does without', async () => {
    const { folder } = await TestRepository.create();
    const opened = async (
      kind: 'auto' | 'git' | 'embedded',
      environment: typeof withGit,
    ): Promise<unknown> => {
      const store = await openStore(folder, { kind, environment });
      await store.close();
      return store.constructor;
    };
    expect(await opened('auto', withGit)).toBe(GitStore);
    expect(await opened('git', withGit)).toBe(GitStore);
    expect(await opened('embedded', withGit)).toBe(IsomorphicStore);
    expect(await opened('auto', withoutGit)).toBe(IsomorphicStore);
  });

  test('by git is a Fault where git is not installed', async () => {
    const { folder } = await TestRepository.create();
    await expect(openStore(folder, { kind: 'git', environment: withoutGit })).rejects.toMatchObject({
      code: 'process.failed',
      mend: expect.stringContaining('Install git') as string,
    });
  });

  test('does not take a git from a relative folder of the PATH', async () => {
    const { folder } = await TestRepository.create();
    await expect(openStore(folder, { kind: 'git', environment: { PATH: '.::bin' } })).rejects.toMatchObject({
      code: 'process.failed',
    });
  });

  describe.each(['git', 'embedded'] as const)('with %s', (kind) => {
    const resolve = async (folder: string, revision: string): Promise<string | undefined> => {
      const store = await openStore(folder, { kind, environment: withGit });
      const oid = await store.resolve(revision);
      await store.close();
      return oid;
    };

    test('works from its folder, from below, through .git, and for a bare one', async () => {
      const repository = await TestRepository.create();
      const commit = await repository.commitFiles({ date });
      await repository.ref('refs/heads/main', commit);
      await mkdir(join(repository.folder, 'packages', 'foo'), { recursive: true });
      const bare = await TestRepository.create({ bare: true });
      await bare.ref('refs/heads/main', await bare.commitFiles({ date }));
      const places = [
        repository.folder,
        join(repository.folder, 'packages', 'foo'),
        repository.gitFolder,
        bare.folder,
      ];
      for (const place of [...places, join(bare.folder, 'refs')])
        expect(await resolve(place, 'main')).toBe(commit);
    });

    test('works where .git is a file that leads elsewhere, as in a submodule', async () => {
      const repository = await TestRepository.create();
      const commit = await repository.commitFiles({ date });
      await repository.ref('refs/heads/main', commit);
      const folder = await temporaryFolder();
      await writeFile(join(folder, '.git'), `gitdir: ${repository.gitFolder}\n`);
      expect(await resolve(folder, 'main')).toBe(commit);
    });

    test('is a Fault where there is none, or only a folder that is named like one', async () => {
      const folder = await temporaryFolder();
      await mkdir(join(folder, '.git'));
      await symlink(join(folder, 'nowhere'), join(folder, 'HEAD'));
      for (const place of [folder, join(folder, 'absent')]) {
        await expect(openStore(place, { kind, environment: withGit })).rejects.toMatchObject({
          code: 'repository.not-found',
          message: expect.stringContaining(place) as string,
        });
      }
    });
  });
});
