import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyTree, oidOf } from '../../src/core/git/oid.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { openEmbedded } from '../support/stores.ts';

const date = 1_700_000_000;

async function repositoryWithCommit(): Promise<TestRepository> {
  const repository = await TestRepository.create();
  await repository.ref('refs/heads/main', await repository.commitFiles({ files: { a: 'a' }, date }));
  return repository;
}

describe('a store without git', () => {
  test('does not open what isomorphic-git would read wrongly, and says to install git', async () => {
    const origin = await repositoryWithCommit();
    const sha256 = await TestRepository.create({ objectFormat: 'sha256' });
    const scratch = await temporaryFolder();
    const [shared, linked, partial] = ['shared', 'linked', 'partial'].map((name) => join(scratch, name));
    if (shared === undefined || linked === undefined || partial === undefined) throw new Error('no folders');
    await origin.git('clone', '--quiet', '--shared', origin.folder, shared);
    await origin.git('config', 'uploadpack.allowFilter', 'true');
    await origin.git('clone', '--quiet', '--filter=blob:none', '--bare', `file://${origin.folder}`, partial);
    await origin.git('worktree', 'add', '--quiet', '--detach', linked);
    const reftable = await repositoryWithCommit();
    await reftable.git('config', 'extensions.refStorage', 'reftable');
    for (const [folder, reason] of [
      [sha256.folder, 'SHA-1'],
      [shared, 'alternates'],
      [linked, 'linked worktree'],
      [partial, 'partial clone'],
      [reftable.folder, 'references'],
    ] as const) {
      await expect(openEmbedded(folder)).rejects.toMatchObject({
        code: 'repository.unsupported',
        message: expect.stringContaining(reason) as string,
        mend: expect.stringContaining('Install git') as string,
      });
    }
  });

  test('does not follow references out of the repository', async () => {
    const repository = await repositoryWithCommit();
    const secret = oidOf('blob', Buffer.from('secret'), 'sha1');
    await writeFile(join(repository.gitFolder, '..', 'secret'), `${secret}\n`);
    await mkdir(join(repository.gitFolder, 'refs', 'heads', 'x'), { recursive: true });
    await writeFile(join(repository.gitFolder, 'refs', 'heads', 'x', 'out'), 'ref: refs/../../secret\n');
    await writeFile(join(repository.gitFolder, 'refs', 'heads', 'loop'), 'ref: refs/heads/loop\n');
    await writeFile(join(repository.gitFolder, 'refs', 'heads', 'junk'), 'no id\n');
    await writeFile(join(repository.gitFolder, 'refs', 'heads', 'left.lock'), `${secret}\n`);
    const store = await openEmbedded(repository.folder);
    expect((await store.references('refs/')).map(({ name }) => name)).toEqual(['refs/heads/main']);
    expect(await store.resolve('x/out')).toBeUndefined();
  });

  test('leaves a reference alone that another program has locked', async () => {
    const repository = await repositoryWithCommit();
    const lock = join(repository.gitFolder, 'refs', 'heads', 'new.lock');
    await writeFile(lock, '');
    const store = await openEmbedded(repository.folder);
    await expect(store.updateReference('refs/heads/new', emptyTree('sha1'), undefined)).rejects.toMatchObject(
      {
        code: 'file.failed',
        mend: expect.stringContaining(lock) as string,
      },
    );
    const { status } = await repository.tryGit(['update-ref', 'refs/heads/new', 'main']);
    expect(status).not.toBe(0);
  });
});
