import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { oidOf, type Oid } from '../../src/core/git/oid.ts';
import type { CommitLink, ObjectStore } from '../../src/core/ports.ts';
import { absent, loosePath } from '../support/damage.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { allStores, type OpenStore } from '../support/stores.ts';

const date = 1_700_000_000;

describe.each(allStores)('a store on $name', ({ open: openStore }) => {
  const stores: ObjectStore[] = [];
  const open: OpenStore = async (folder, limits) => {
    const store = await openStore(folder, limits);
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  describe('ancestry', () => {
    test('has each commit once and before its parents, as many as git rev-list finds', async () => {
      const repository = await TestRepository.create();
      const root = await repository.commitFiles({ files: { a: 'a' }, date });
      const other = await repository.commitFiles({ files: { z: 'z' }, date: date + 1 });
      // The later commit has the earlier date: only the parents decide.
      const left = await repository.commitFiles({ parents: [root], files: { b: 'b' }, date: date - 50 });
      const right = await repository.commitFiles({ parents: [root], files: { c: 'c' }, date: date + 60 });
      const octopus = await repository.commitFiles({ parents: [left, right, other], date: date - 70 });
      const tip = await repository.commitFiles({ parents: [octopus, left], date: date + 4 });
      const store = await open(repository.folder);
      const links = await collect(store.ancestry([tip, right, tip]));
      expectChildrenFirst(links);
      expect(links.map(({ oid }) => oid).sort()).toEqual([root, other, left, right, octopus, tip].sort());
      expect(links.find(({ oid }) => oid === octopus)?.parents).toEqual([left, right, other]);
      expect(links.find(({ oid }) => oid === root)?.parents).toEqual([]);
    });

    test('of nothing is nothing', async () => {
      const store = await open((await TestRepository.create()).folder);
      expect(await collect(store.ancestry([]))).toEqual([]);
    });

    test('ends in a Fault where a parent is missing without the history being shallow', async () => {
      const repository = await TestRepository.create();
      const gone = await repository.commitFiles({ date });
      const tip = await repository.commitFiles({ parents: [gone], date });
      await rm(loosePath(repository, gone));
      const store = await open(repository.folder);
      await expect(collect(store.ancestry([tip]))).rejects.toMatchObject({ code: 'object.missing' });
      await expect(collect(store.ancestry([absent]))).rejects.toMatchObject({ code: 'object.missing' });
    });

    test('may be left in the middle', async () => {
      const repository = await TestRepository.create();
      const root = await repository.commitFiles({ date });
      const tip = await repository.commitFiles({ parents: [root], date });
      const store = await open(repository.folder);
      for await (const { oid } of store.ancestry([tip])) {
        expect(oid).toBe(tip);
        break;
      }
      expect(await store.read(root)).toMatchObject({ type: 'commit' });
    });

    test('of a shallow clone ends with the parents that the last commits name', async () => {
      const origin = await TestRepository.create();
      const root = await origin.commitFiles({ date });
      const middle = await origin.commitFiles({ parents: [root], date });
      const tip = await origin.commitFiles({ parents: [middle], date });
      await origin.ref('refs/heads/main', tip);
      const folder = join(await temporaryFolder(), 'clone');
      await origin.git('clone', '--quiet', '--depth=2', `file://${origin.folder}`, folder);
      const store = await open(folder);
      expect(await store.shallow()).toEqual(new Set([middle]));
      expect(await collect(store.ancestry([tip]))).toEqual([
        { oid: tip, parents: [middle] },
        { oid: middle, parents: [root] },
      ]);
      expect(await store.read(root)).toBeUndefined();
    });

    test('and objects are what they are, whatever replace refs and grafts say', async () => {
      const repository = await TestRepository.create();
      const root = await repository.commitFiles({ files: { a: 'a' }, date });
      const tip = await repository.commitFiles({ parents: [root], files: { b: 'b' }, date });
      const impostor = await repository.commitFiles({ files: { evil: 'evil' }, date });
      await repository.ref(`refs/replace/${tip}`, impostor);
      await mkdir(join(repository.gitFolder, 'info'), { recursive: true });
      await writeFile(join(repository.gitFolder, 'info', 'grafts'), `${tip} ${impostor}\n`);
      const store = await open(repository.folder);
      expect(await collect(store.ancestry([tip]))).toEqual([
        { oid: tip, parents: [root] },
        { oid: root, parents: [] },
      ]);
      expect((await store.changes(root, tip)).map(({ path }) => path)).toEqual(['b']);
      expect(oidOf('commit', (await store.read(tip))?.content ?? Buffer.alloc(0), 'sha1')).toBe(tip);
    });
  });
});

async function collect(links: AsyncIterable<CommitLink>): Promise<readonly CommitLink[]> {
  const all: CommitLink[] = [];
  for await (const link of links) all.push(link);
  return all;
}

function expectChildrenFirst(links: readonly CommitLink[]): void {
  const seen = new Set<Oid>();
  for (const { oid, parents } of links) {
    expect(seen.has(oid)).toBe(false);
    for (const parent of parents) expect(seen.has(parent)).toBe(false);
    seen.add(oid);
  }
}
