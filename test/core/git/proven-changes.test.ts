import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCommit } from '../../../src/core/git/object.ts';
import { emptyTree, oidOf, type ObjectType, type Oid } from '../../../src/core/git/oid.ts';
import { diffTrees, folderMode, parseTree, renderTree } from '../../../src/core/git/tree.ts';
import type { PathChange, StoredObject, TreeEntry } from '../../../src/core/ports.ts';

/** The text of each file, by path. */
type Files = ReadonlyMap<string, string>;

/** Commits in memory. It tells which objects were read. */
class Memory {
  readonly format = 'sha1';
  readonly stored = new Map<Oid, StoredObject>();
  readonly asked: Oid[] = [];
  foresee = (): Promise<readonly PathChange[] | undefined> => Promise.resolve(undefined);

  read(oid: Oid): Promise<StoredObject | undefined> {
    this.asked.push(oid);
    return Promise.resolve(this.stored.get(oid));
  }

  add(type: ObjectType, content: Uint8Array): Oid {
    const oid = oidOf(type, content, 'sha1');
    this.stored.set(oid, { type, content });
    return oid;
  }

  commit(tree: Oid): Oid {
    const alice = { name: 'Alice', email: 'alice@example.org', time: 0, zone: '+0000' };
    return this.add(
      'commit',
      renderCommit({ tree, parents: [], author: alice, committer: alice, message: '' }),
    );
  }

  tree(files: Files): Oid {
    const inside = new Map<string, Map<string, string>>();
    const entries = [];
    for (const [path, text] of files) {
      const [name = '', ...rest] = path.split('/');
      if (rest.length > 0) {
        inside.set(name, (inside.get(name) ?? new Map<string, string>()).set(rest.join('/'), text));
      } else entries.push({ name, mode: '100644', oid: oidOf('blob', Buffer.from(text), 'sha1') });
    }
    for (const [name, below] of inside) entries.push({ name, mode: folderMode, oid: this.tree(below) });
    return this.add('tree', renderTree(entries));
  }

  /** What git diff-tree -t -r says of two trees: folders too, each before what is in it. */
  differences(before: Oid | undefined, after: Oid | undefined, prefix = ''): readonly PathChange[] {
    const [old, fresh] = [this.entries(before), this.entries(after)];
    const keys = [...new Set([...old.keys(), ...fresh.keys()])].sort((one, other) => (one < other ? -1 : 1));
    return keys.flatMap((key) => {
      const change = { path: prefix + key.slice(0, -1), before: old.get(key), after: fresh.get(key) };
      if (change.before?.oid === change.after?.oid) return [];
      if (!key.endsWith('/')) return [change];
      return [change, ...this.differences(change.before?.oid, change.after?.oid, `${change.path}/`)];
    });
  }

  /** By name, with a slash behind those of folders and a NUL behind others: sorted so, they stand as git has them. */
  private entries(tree: Oid | undefined): ReadonlyMap<string, TreeEntry> {
    const reading = parseTree(this.stored.get(tree ?? emptyTree('sha1'))?.content ?? Buffer.of(), 'sha1');
    if (!reading.ok) throw new Error(reading.malformation.message);
    return new Map(
      reading.value.map(({ name, mode, oid }) => [name + (mode === folderMode ? '/' : '\0'), { mode, oid }]),
    );
  }
}

const anyFiles: Arbitrary<Files> = fc
  .uniqueArray(
    fc.record({
      path: fc
        .array(fc.constantFrom('a', 'a.b', 'a-b', 'b', '\xff'), { minLength: 1, maxLength: 3 })
        .map((parts) => parts.join('/')),
      text: fc.constantFrom('one', 'two'),
    }),
    { selector: ({ path }) => path, minLength: 1, maxLength: 12 },
  )
  .map((files) => {
    const isFolder = (path: string): boolean => files.some((other) => other.path.startsWith(`${path}/`));
    return new Map(files.filter(({ path }) => !isFolder(path)).map(({ path, text }) => [path, text]));
  });

interface Versions {
  readonly store: Memory;
  readonly before: Oid;
  readonly after: Oid;
  readonly foreseen: readonly PathChange[];
}

function versionsOf(one: Files, other: Files): Versions {
  const store = new Memory();
  const [old, fresh] = [store.tree(one), store.tree(other)];
  const foreseen = store.differences(old, fresh);
  return { store, before: store.commit(old), after: store.commit(fresh), foreseen };
}

/** A history of two commits: of the files of the first some are kept, some edited and some gone, and others come. */
const anyVersions: Arbitrary<Versions> = fc
  .tuple(anyFiles, anyFiles, fc.array(fc.constantFrom('keep', 'keep', 'edit', 'drop'), { minLength: 12 }))
  .map(([one, others, fates]) => {
    const left = [...one].flatMap(([path, text], index) => {
      const fate = fates[index];
      return fate === 'drop' ? [] : [[path, fate === 'edit' ? `${text} edited` : text] as const];
    });
    const isFree = (path: string): boolean =>
      left.every(([kept]) => !`${kept}/`.startsWith(`${path}/`) && !`${path}/`.startsWith(`${kept}/`));
    return versionsOf(one, new Map([...left, ...[...others].filter(([path]) => isFree(path)).slice(0, 3)]));
  })
  .filter(({ foreseen }) => foreseen.length > 0);

/** What is found with a foresight, and what had to be read for it. */
async function found(
  { store, before, after }: Versions,
  foreseen: readonly PathChange[] | undefined,
): Promise<{ readonly changes: readonly PathChange[]; readonly asked: readonly Oid[] }> {
  const memory = new Memory();
  for (const [oid, object] of store.stored) memory.stored.set(oid, object);
  memory.foresee = () => Promise.resolve(foreseen);
  return { changes: await diffTrees(memory, before, after), asked: memory.asked };
}

/** Something that is not what git would say. */
function anyLie({ foreseen }: Versions): Arbitrary<readonly PathChange[]> {
  const place = fc.nat({ max: foreseen.length - 1 });
  const said = foreseen.flatMap(({ before, after }) => [before, after]).filter((one) => one !== undefined);
  const anyEntry: Arbitrary<TreeEntry | undefined> = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(...said),
    fc.record({
      mode: fc.constantFrom(folderMode, '100644', '100755', '100664'),
      oid: fc.constantFrom(...said.map(({ oid }) => oid), oidOf('blob', Buffer.from('one'), 'sha1')),
    }),
  );
  const invented = fc.record({
    path: fc.constantFrom('a', 'b', 'a/a', 'a.b/new', 'new', '', '/', 'a/'),
    before: anyEntry,
    after: anyEntry,
  });
  const edit = (change: (one: PathChange) => PathChange) =>
    place.map((at) => foreseen.map((one, index) => (index === at ? change(one) : one)));
  return fc.oneof(
    anyEntry.chain((before) => edit((one) => ({ ...one, before }))),
    anyEntry.chain((after) => edit((one) => ({ ...one, after }))),
    anyEntry.chain((entry) => edit((one) => ({ ...one, before: entry, after: entry }))),
    edit((one) => ({ ...one, before: one.after, after: one.before })),
    place.map((at) => foreseen.toSpliced(at, 1)),
    fc.tuple(place, invented).map(([at, one]) => foreseen.toSpliced(at, 0, one)),
    fc.tuple(place, place).map(([at, from]) => foreseen.toSpliced(at, 0, ...foreseen.slice(from, from + 1))),
    place.map((at) => [...foreseen.slice(at), ...foreseen.slice(0, at)]),
    fc.constant(foreseen.toReversed()),
  );
}

describe('what differs between two commits', () => {
  test('is the same with what git foresees and without', async () => {
    await fc.assert(
      fc.asyncProperty(anyVersions, async (versions) => {
        const { changes } = await found(versions, undefined);
        expect((await found(versions, versions.foreseen)).changes).toEqual(changes);
      }),
      { numRuns: 300 },
    );
  });

  test('is the same whatever else git says', async () => {
    const anyLied = anyVersions.chain((versions) =>
      anyLie(versions).map((foreseen) => ({ versions, foreseen })),
    );
    await fc.assert(
      fc.asyncProperty(anyLied, async ({ versions, foreseen }) => {
        const { changes } = await found(versions, undefined);
        expect((await found(versions, foreseen)).changes).toEqual(changes);
      }),
      { numRuns: 3000 },
    );
  });

  test('costs reading no folder of the newer one, if it was foreseen', async () => {
    const standing = new Map([
      ['packages/foo/foo.1/opam', 'one'],
      ['packages/old/old.1/opam', 'one'],
      ['packages/other/other.1/opam', 'one'],
    ]);
    const next = new Map([...standing, ['packages/foo/foo.2/opam', 'two']]);
    next.delete('packages/old/old.1/opam');
    const versions = versionsOf(standing, next);
    const { changes, asked } = await found(versions, versions.foreseen);
    expect(changes.map(({ path }) => path)).toEqual(['packages/foo/foo.2/opam', 'packages/old/old.1/opam']);
    const newer = versions.foreseen.filter(({ after }) => after?.mode === folderMode);
    expect(newer.map(({ path }) => path)).toEqual(['packages', 'packages/foo', 'packages/foo/foo.2']);
    for (const { after } of newer) expect(asked).not.toContain(after?.oid);
    expect((await found(versions, undefined)).asked).toContain(newer[0]?.after?.oid);
  });

  test('is found where it is said in one word that a folder became a file', async () => {
    const versions = versionsOf(new Map([['a/b', 'one']]), new Map([['a', 'one']]));
    const [gone] = versions.foreseen.filter(({ before }) => before?.mode === folderMode);
    const [come] = versions.foreseen.filter(({ after }) => after !== undefined);
    const { changes } = await found(versions, undefined);
    expect(changes.map(({ path }) => path)).toEqual(['a', 'a/b']);
    const inOne = [{ path: 'a', before: gone?.before, after: come?.after }];
    expect((await found(versions, inOne)).changes).toEqual(changes);
  });

  test('has no path that another file had, nor one that stayed as it was', async () => {
    const versions = versionsOf(
      new Map([
        ['b', 'one'],
        ['c', 'two'],
      ]),
      new Map([['c', 'two']]),
    );
    const { changes } = await found(versions, undefined);
    expect(changes.map(({ path }) => path)).toEqual(['b']);
    const [gone] = changes;
    const kept = { mode: '100644', oid: oidOf('blob', Buffer.from('two'), 'sha1') };
    for (const lie of [
      [{ path: 'a', before: gone?.before, after: undefined }],
      [...changes, { path: 'c', before: kept, after: kept }],
    ]) {
      expect((await found(versions, lie)).changes).toEqual(changes);
    }
  });

  test('is not found where the world fails in a way that nobody foresaw', async () => {
    const versions = versionsOf(new Map([['a/b', 'one']]), new Map([['a/b', 'two']]));
    const memory = Object.assign(new Memory(), { foresee: () => Promise.resolve(versions.foreseen) });
    for (const [oid, object] of versions.store.stored) memory.stored.set(oid, object);
    const failing = Object.assign(memory, {
      read: (oid: Oid) =>
        memory.stored.get(oid)?.type === 'tree'
          ? Promise.reject(new TypeError('a bug'))
          : Promise.resolve(memory.stored.get(oid)),
    });
    await expect(diffTrees(failing, versions.before, versions.after)).rejects.toThrow('a bug');
  });

  test('is read where more is foreseen than may be looked at', async () => {
    const versions = versionsOf(new Map([['a', 'one']]), new Map([['a', 'two']]));
    const foresee = () => Promise.resolve(versions.foreseen);
    const memory = Object.assign(versions.store, { foresee });
    await expect(diffTrees(memory, versions.before, versions.after, 1)).rejects.toMatchObject({
      code: 'limit.changes',
    });
  });
});
