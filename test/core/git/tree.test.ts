import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embedCommitSignature } from '../../../src/core/git/signed-object.ts';
import { renderCommit } from '../../../src/core/git/object.ts';
import { emptyTree, oidOf, type ObjectType, type Oid } from '../../../src/core/git/oid.ts';
import {
  diffTrees,
  entryAt,
  filesUnder,
  listFolder,
  parseTree,
  renderTree,
  treeOf,
  type NamedEntry,
} from '../../../src/core/git/tree.ts';
import type { StoredObject } from '../../../src/core/ports.ts';
import { anyBytes, inAnyFormat, mutated } from './arbitraries.ts';

const blob = (text: string): Oid => oidOf('blob', Buffer.from(text), 'sha1');
const file = (name: string, text = name): NamedEntry => ({ name, mode: '100644', oid: blob(text) });

/** A few objects in memory. */
class Objects {
  readonly format = 'sha1';
  readonly stored = new Map<Oid, StoredObject>();

  read(oid: Oid): Promise<StoredObject | undefined> {
    return Promise.resolve(this.stored.get(oid));
  }

  add(type: ObjectType, content: Uint8Array): Oid {
    const oid = oidOf(type, content, 'sha1');
    this.stored.set(oid, { type, content });
    return oid;
  }

  folder(name: string, entries: readonly NamedEntry[]): NamedEntry {
    return { name, mode: '040000', oid: this.add('tree', renderTree(entries)) };
  }

  commit(tree: Oid): Oid {
    const alice = { name: 'Alice', email: 'alice@example.org', time: 0, zone: '+0000' };
    return this.add(
      'commit',
      renderCommit({ tree, parents: [], author: alice, committer: alice, message: '' }),
    );
  }
}

const anyEntries = inAnyFormat((format) =>
  fc.uniqueArray(
    fc.record({
      name: fc
        .array(fc.constantFrom('a', 'b', '.', '-', '0', '\xff', '\n', ' ', '"'), {
          minLength: 1,
          maxLength: 3,
        })
        .map((parts) => parts.join('')),
      mode: fc.constantFrom('040000', '100644', '100755', '120000', '160000'),
      oid: fc.constant(emptyTree(format)),
    }),
    { selector: ({ name }) => name, maxLength: 12 },
  ),
);

describe('a tree', () => {
  test('is what was rendered, in git order', () => {
    fc.assert(
      fc.property(anyEntries, ({ format, object: entries }) => {
        const content = renderTree(entries);
        const parsed = parseTree(content, format);
        expect(parsed.ok && new Set(parsed.value)).toEqual(new Set(entries));
        expect(parsed.ok && Buffer.from(renderTree(parsed.value)).equals(content)).toBe(true);
      }),
    );
  });

  test('sorts a folder as if its name ended with a slash', () => {
    const folder: NamedEntry = { ...file('a'), mode: '040000' };
    const parsed = parseTree(renderTree([file('a0'), folder, file('a.b')]), 'sha1');
    expect(parsed.ok && parsed.value.map(({ name }) => name)).toEqual(['a.b', 'a', 'a0']);
  });

  const entry = (mode: string, name: string): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(blob(''), 'hex')]);

  test.each([
    ['a name twice', 'duplicate-entry', [entry('100644', 'a'), entry('100644', 'a')]],
    [
      'a file and a folder of one name',
      'duplicate-entry',
      [entry('100644', 'a'), entry('100644', 'a.b'), entry('40000', 'a')],
    ],
    ['entries out of order', 'entry-order', [entry('100644', 'b'), entry('100644', 'a')]],
    ['a folder sorted as a file', 'entry-order', [entry('40000', 'a'), entry('100644', 'a.b')]],
    ['a slash in a name', 'bad-entry-name', [entry('100644', 'a/b')]],
    ['an entry without a name', 'bad-entry-name', [entry('100644', '')]],
    ['a mode with a zero in front', 'bad-mode', [entry('040000', 'a')]],
    ['a mode that git would round', 'bad-mode', [entry('100664', 'a')]],
    ['a mode of something else', 'bad-mode', [entry('20000', 'a')]],
    ['no space', 'bad-mode', [Buffer.concat([Buffer.from('100644\0'), Buffer.alloc(20)])]],
    ['an id that is cut off', 'truncated-entry', [entry('100644', 'a').subarray(0, -1)]],
    ['bytes after the last entry', 'bad-mode', [entry('100644', 'a'), Buffer.from('100644')]],
  ])('with %s is malformed: %s', (_what, rule, parts) => {
    expect(parseTree(Buffer.concat(parts), 'sha1')).toMatchObject({ ok: false, malformation: { rule } });
  });

  test('of any bytes, or of a few changed ones, is read back the same or refused, and never throws', () => {
    const trees = anyEntries.chain(({ object }) => mutated(renderTree(object)));
    fc.assert(
      fc.property(fc.oneof(anyBytes, trees), (content) => {
        const parsed = parseTree(content, 'sha1');
        if (parsed.ok) expect(Buffer.from(renderTree(parsed.value)).equals(content)).toBe(true);
        else expect(parsed.malformation.message).toMatch(/^Its? .*\.$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a path of a commit', () => {
  const objects = new Objects();
  const inner = objects.folder('foo', [file('opam'), file('\xc3\xa9')]);
  const packages = objects.folder('packages', [inner, { ...file('link'), mode: '120000' }]);
  const tree = objects.folder('', [packages, file('repo')]).oid;
  const commit = objects.commit(tree);

  test('leads to the entry that stands there', async () => {
    expect(await entryAt(objects, commit, 'packages/foo/opam')).toEqual({
      mode: '100644',
      oid: blob('opam'),
    });
    expect(await entryAt(objects, commit, 'packages/foo')).toEqual({ mode: '040000', oid: inner.oid });
    expect(await entryAt(objects, commit, '')).toEqual({ mode: '040000', oid: tree });
  });

  test.each(['nothing', 'packages/nothing', 'repo/inside', 'packages/link/inside', 'packages/foo/opam/x'])(
    'where nothing stands leads to nothing: %s',
    async (path) => {
      expect(await entryAt(objects, commit, path)).toBeUndefined();
      expect(await listFolder(objects, commit, path)).toEqual([]);
      expect((await filesUnder(objects, commit, path)).size).toBe(0);
    },
  );

  test('lists a folder, and everything below it by whole paths', async () => {
    expect((await listFolder(objects, tree, 'packages')).map(({ name }) => name)).toEqual(['foo', 'link']);
    expect([...(await filesUnder(objects, commit, 'packages')).keys()].sort()).toEqual([
      'packages/foo/opam',
      'packages/foo/\xc3\xa9',
      'packages/link',
    ]);
    expect([...(await filesUnder(objects, commit, '')).keys()]).toHaveLength(4);
  });

  test('is a Fault where a folder on the way is missing', async () => {
    const broken = objects.commit(renderedElsewhere([file('x')]));
    await expect(entryAt(objects, broken, 'x')).rejects.toMatchObject({ code: 'object.missing' });
  });

  test('is a Fault where a folder on the way is malformed or no tree', async () => {
    const doubled = Buffer.concat([renderTree([file('x')]), renderTree([file('x')])]);
    const broken = objects.commit(objects.add('tree', doubled));
    await expect(entryAt(objects, broken, 'x')).rejects.toMatchObject({
      code: 'object.malformed',
      message: expect.stringContaining('more than one entry named "x"') as string,
    });
    const odd = objects.commit(objects.add('blob', Buffer.from('no tree')));
    await expect(entryAt(objects, odd, 'x')).rejects.toMatchObject({ code: 'object.malformed' });
  });

  test('needs a commit or tree to start from', async () => {
    const text = objects.add('blob', Buffer.from('text'));
    await expect(treeOf(objects, text)).rejects.toMatchObject({ code: 'revision.not-found' });
    await expect(treeOf(objects, blob('absent'))).rejects.toMatchObject({ code: 'object.missing' });
    const armored = '-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n';
    const signed = embedCommitSignature(
      (await objects.read(commit))?.content ?? new Uint8Array(0),
      armored,
      'sha1',
    );
    expect(await treeOf(objects, objects.add('commit', signed))).toBe(tree);
    const malformed = objects.add('commit', Buffer.from('tree x\n\n'));
    await expect(treeOf(objects, malformed)).rejects.toMatchObject({ code: 'object.malformed' });
  });
});

const renderedElsewhere = (entries: readonly NamedEntry[]): Oid => oidOf('tree', renderTree(entries), 'sha1');

describe('what differs between two trees', () => {
  const objects = new Objects();
  const tree = (...entries: NamedEntry[]): Oid => objects.folder('', entries).oid;

  test('is nothing for a tree and itself', async () => {
    expect(await diffTrees(objects, tree(file('a')), tree(file('a')))).toEqual([]);
    expect(await diffTrees(objects, undefined, undefined)).toEqual([]);
  });

  test('is every file of a folder that becomes a file, and the file', async () => {
    const before = tree(objects.folder('a', [file('x'), objects.folder('y', [file('z')])]), file('a.b'));
    const after = tree(file('a'), file('a.b', 'changed'));
    expect((await diffTrees(objects, before, after)).map(({ path }) => path)).toEqual([
      'a',
      'a.b',
      'a/x',
      'a/y/z',
    ]);
  });

  test('is one change for a file that becomes executable, a link or a submodule', async () => {
    for (const mode of ['100755', '120000', '160000']) {
      const changed = { ...file('a'), mode };
      expect(await diffTrees(objects, tree(file('a')), tree(changed))).toEqual([
        { path: 'a', before: { mode: '100644', oid: blob('a') }, after: { mode, oid: blob('a') } },
      ]);
    }
  });

  test('is what a comparison name by name finds, also in large folders', async () => {
    const many = Array.from({ length: 400 }, (_, index) => file(`name-${index}`));
    const anyEdit = fc.record({
      at: fc.nat({ max: 399 }),
      name: fc.string({ unit: fc.constantFrom('a', 'n', '-') }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyEdit, { maxLength: 4 }), fc.boolean(), async (edits, swap) => {
        const edited = new Map(many.map((entry) => [entry.name, entry]));
        for (const { at, name } of edits) {
          if (name === '') edited.delete(`name-${at}`);
          else if (name.startsWith('a')) edited.set(`name-${at}`, file(`name-${at}`, name));
          else edited.set(name, file(name));
        }
        const [from, to] = swap ? [[...edited.values()], many] : [many, [...edited.values()]];
        const names = new Set([...from, ...to].map(({ name }) => name));
        const oidIn = (entries: readonly NamedEntry[], name: string): Oid | undefined =>
          entries.find((entry) => entry.name === name)?.oid;
        const expected = [...names].filter((name) => oidIn(from, name) !== oidIn(to, name)).sort();
        const changes = await diffTrees(objects, tree(...from), tree(...to));
        expect(changes.map(({ path, before, after }) => [path, before?.oid, after?.oid])).toEqual(
          expected.map((name) => [name, oidIn(from, name), oidIn(to, name)]),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('is refused in no time if it is more than anybody could look at', async () => {
    let bomb = objects.folder('leaf', [file('x')]);
    for (let depth = 0; depth < 12; depth += 1) {
      bomb = objects.folder(
        'b',
        Array.from({ length: 10 }, (_, index) => ({ ...bomb, name: `${index}` })),
      );
    }
    await expect(diffTrees(objects, undefined, bomb.oid)).rejects.toMatchObject({ code: 'limit.changes' });
    await expect(filesUnder(objects, bomb.oid, '0/1')).rejects.toMatchObject({ code: 'limit.changes' });
  });

  test('is refused if one folder is larger than any package repository has', async () => {
    const wide = Array.from({ length: 90_000 }, (_, index) => file(`a-long-name-for-a-file-${index}`, ''));
    await expect(diffTrees(objects, undefined, tree(...wide))).rejects.toMatchObject({
      code: 'limit.object-size',
    });
  });
});
