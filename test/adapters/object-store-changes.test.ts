import { afterEach, describe, expect, test } from 'vitest';
import { emptyTree, oidOf, type Oid } from '../../src/core/git/oid.ts';
import { renderTree } from '../../src/core/git/tree.ts';
import type { ObjectStore, PathChange, TreeEntry } from '../../src/core/ports.ts';
import { absent, damage, loosePath, randomText } from '../support/damage.ts';
import { TestRepository } from '../support/repository.ts';
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

  describe('what changed', () => {
    const before = {
      same: 'same',
      'edited/file': 'before',
      'gone/deep/file': 'gone',
      mode: 'mode',
      link: { mode: '120000', content: 'same' },
      module: { mode: '160000', oid: absent },
      'file or folder': 'file',
      'folder or file/inside': 'inside',
      'a.b': 'sorts before a/b',
    };
    const after = {
      same: 'same',
      'edited/file': 'after',
      mode: { mode: '100755', content: 'mode' },
      link: { mode: '120000', content: 'mode' },
      module: { mode: '160000', oid: emptyTree('sha1') },
      'file or folder/inside': 'inside',
      'folder or file': 'file',
      'a.b': 'changed',
      'a/b': 'new',
      '\xc3\xbc \xff "quoted"\ttab\nline': 'odd name',
    };

    test('between two commits is every path, in order, as git diff-tree has it', async () => {
      const repository = await TestRepository.create();
      const from = await repository.commitFiles({ tree: await repository.writeTree(before), date });
      const to = await repository.commitFiles({ tree: await repository.writeTree(after), date });
      const store = await open(repository.folder);
      const changes = await store.changes(from, to);
      expect(changes.map(({ path }) => path)).toEqual(changes.map(({ path }) => path).sort());
      expect(changes.map(asRaw)).toEqual(await diffTree(repository, from, to));
      expect(changes).toContainEqual({
        path: 'mode',
        before: { mode: '100644', oid: oidOf('blob', Buffer.from('mode'), 'sha1') },
        after: { mode: '100755', oid: oidOf('blob', Buffer.from('mode'), 'sha1') },
      });
    });

    test('between trees, from nothing and to nothing is told too', async () => {
      const repository = await TestRepository.create();
      const [from, to] = [await repository.writeTree(before), await repository.writeTree(after)];
      const commit = await repository.commitFiles({ tree: to, date });
      const store = await open(repository.folder);
      const empty = emptyTree('sha1');
      expect((await store.changes(from, commit)).map(asRaw)).toEqual(await diffTree(repository, from, to));
      expect((await store.changes(undefined, to)).map(asRaw)).toEqual(await diffTree(repository, empty, to));
      expect((await store.changes(from, undefined)).map(asRaw)).toEqual(
        await diffTree(repository, from, empty),
      );
      expect(await store.changes(to, commit)).toEqual([]);
      expect(await store.changes(undefined, undefined)).toEqual([]);
    });

    test('may be asked many times at once', async () => {
      const repository = await TestRepository.create();
      const trees: Oid[] = [];
      for (let index = 0; index < 60; index += 1)
        trees.push(await repository.writeTree({ [`f${index}`]: 'x' }));
      const store = await open(repository.folder);
      const found = await Promise.all(trees.map((tree) => store.changes(undefined, tree)));
      expect(found.map(([change]) => change?.path)).toEqual(trees.map((_, index) => `f${index}`));
    });

    test('is a Fault where a tree is missing, at the root or below', async () => {
      const repository = await TestRepository.create();
      const inner = oidOf('tree', renderTree([]), 'sha1').replace(/^4/, '5') as Oid;
      const below = await repository.writeTree({ a: { mode: '40000', oid: inner } });
      const root = await repository.commitFiles({ tree: inner, date });
      const whole = await repository.writeTree({ b: 'b' });
      const store = await open(repository.folder);
      for (const broken of [inner, root, below]) {
        await expect(store.changes(whole, broken)).rejects.toMatchObject({
          code: 'object.missing',
          message: expect.stringContaining(inner) as string,
        });
        await expect(store.changes(broken, whole)).rejects.toMatchObject({ code: 'object.missing' });
      }
      expect(await store.changes(undefined, whole)).toHaveLength(1);
    });

    test('is a Fault where a tree is damaged, at the root or below', async () => {
      const repository = await TestRepository.create();
      const root = await repository.writeTree({ 'a/b': randomText(1) });
      const inner = (await repository.git('rev-parse', `${root}:a`)) as Oid;
      const whole = await repository.writeTree({ b: 'b' });
      for (const broken of [inner, root]) {
        await damage(loosePath(repository, broken), (bytes) => bytes.fill(0x55, 4, 12));
        const store = await open(repository.folder);
        await expect(store.changes(whole, root)).rejects.toMatchObject({ code: 'object.corrupt' });
        expect(await store.changes(undefined, whole)).toHaveLength(1);
      }
    });

    test('is a Fault where a tree is malformed', async () => {
      const repository = await TestRepository.create();
      const [a, b] = [Buffer.from(`100644 a\0`), Buffer.from(`100644 b\0`)];
      const blob = Buffer.from(await repository.writeObject('blob', 'x'), 'hex');
      const doubled = await repository.writeObject('tree', Buffer.concat([a, blob, a, blob]));
      const disordered = await repository.writeObject('tree', Buffer.concat([b, blob, a, blob]));
      const cut = await repository.writeObject('tree', Buffer.concat([a, blob.subarray(4)]));
      const store = await open(repository.folder);
      for (const broken of [doubled, disordered, cut]) {
        await expect(store.changes(undefined, broken)).rejects.toMatchObject({ code: 'object.malformed' });
      }
    });

    test('is a Fault where it is more than can be judged, and the next question is answered', async () => {
      const repository = await TestRepository.create();
      const names = Array.from({ length: 40 }, (_, index) => [`f${index}`, 'x'] as const);
      const many = await repository.writeTree(Object.fromEntries(names));
      const few = await repository.writeTree(Object.fromEntries(names.slice(0, 20)));
      const store = await open(repository.folder, { maximumChanges: 25 });
      const [first, second] = [store.changes(undefined, many), store.changes(undefined, few)];
      await expect(first).rejects.toMatchObject({ code: 'limit.changes' });
      expect(await second).toHaveLength(20);
    });

    test('is a Fault in no time for a tree that holds a file a thousand million times', async () => {
      const repository = await TestRepository.create();
      let tree = await repository.writeTree({ file: 'x' });
      for (let depth = 0; depth < 9; depth += 1) {
        const entries = Array.from({ length: 10 }, (_, index) => [`${index}`, { mode: '40000', oid: tree }]);
        tree = await repository.writeTree(Object.fromEntries(entries) as Record<string, TreeEntry>);
      }
      const store = await open(repository.folder);
      await expect(store.changes(undefined, tree)).rejects.toMatchObject({ code: 'limit.changes' });
    });

    test('is a Fault for an object that has no files', async () => {
      const repository = await TestRepository.create();
      const blob = await repository.writeObject('blob', 'x');
      const store = await open(repository.folder);
      await expect(store.changes(blob, undefined)).rejects.toMatchObject({ code: 'revision.not-found' });
    });
  });
});

/** A change as `git diff-tree --raw -z` has it: modes, ids and path. */
function asRaw({ path, before, after }: PathChange): string {
  const [old, fresh] = [before, after].map((side) => side ?? { mode: '000000', oid: '0'.repeat(40) });
  return [old?.mode, fresh?.mode, old?.oid, fresh?.oid, path].join(' ');
}

async function diffTree(repository: TestRepository, from: Oid, to: Oid): Promise<readonly string[]> {
  const { stdout } = await repository.tryGit(['diff-tree', '-r', '--raw', '-z', '--no-renames', from, to]);
  const fields = stdout.toString('latin1').split('\0').slice(0, -1);
  return fields.flatMap((field, index) =>
    index % 2 === 0 ? [`${field.slice(1).replace(/ [A-Z]$/, '')} ${fields[index + 1] ?? ''}`] : [],
  );
}
