import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyTree, oidOf, type ObjectFormat } from '../../../src/core/git/oid.ts';
import { viewTree } from '../../../src/core/git/tree-form.ts';
import { renderTree, type NamedEntry } from '../../../src/core/git/tree.ts';
import type { TreeView } from '../../../src/core/git/tree-view.ts';
import { anyBytes, inAnyFormat, mutated } from './arbitraries.ts';

const anyName = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', '-', '0', '\xff'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));

/** Mostly folders, as `packages/` has them: a file among them ends the reading by likeness. */
const anyEntries = (format: ObjectFormat, modes: readonly string[]) =>
  fc.uniqueArray(
    fc.record({
      name: anyName,
      mode: fc.constantFrom(...modes),
      oid: fc.constantFrom(emptyTree(format), oidOf('tree', Buffer.from('4'), format)),
    }),
    { selector: ({ name }) => name, maxLength: 40 },
  );

/** Two versions of one folder: entries taken out, put in and changed. */
const anyVersions = inAnyFormat((format) =>
  fc.record({
    kept: anyEntries(format, ['040000']),
    removed: anyEntries(format, ['040000']),
    added: anyEntries(format, ['040000', '040000', '040000', '100644']),
  }),
);

const without = (entries: readonly NamedEntry[], others: readonly NamedEntry[]): readonly NamedEntry[] =>
  entries.filter(({ name }) => others.every((other) => other.name !== name));

const entriesOf = (view: TreeView) =>
  Array.from({ length: view.size }, (_, index) => ({ name: view.name(index), ...view.entry(index) }));

/** Everything that can be asked of a reading. */
const told = (reading: ReturnType<typeof viewTree>) =>
  reading.ok
    ? { entries: entriesOf(reading.value), folders: reading.value.hasFoldersOnly, end: reading.value.end }
    : reading;

function good(content: Uint8Array, format: ObjectFormat): TreeView {
  const reading = viewTree(content, format);
  if (!reading.ok) throw new Error(reading.malformation.message);
  return reading.value;
}

describe('a tree that is read by its likeness to another', () => {
  test('is read as without it, between two versions of one folder', () => {
    fc.assert(
      fc.property(anyVersions, ({ format, object: { kept, removed, added } }) => {
        const old = good(renderTree([...without(removed, kept), ...kept]), format);
        const fresh = renderTree([...without(kept, added), ...added]);
        expect(told(viewTree(fresh, format, old))).toEqual(told(viewTree(fresh, format)));
      }),
      { numRuns: 500 },
    );
  });

  test('has the same malformation as without it, wherever its bytes are damaged', () => {
    const anyDamage = anyVersions.chain((versions) => {
      const { kept, added } = versions.object;
      const fresh = renderTree([...without(kept, added), ...added]);
      return mutated(fresh).map((damaged) => ({ ...versions, damaged }));
    });
    fc.assert(
      fc.property(anyDamage, ({ format, object: { kept, removed }, damaged }) => {
        const old = good(renderTree([...without(removed, kept), ...kept]), format);
        expect(told(viewTree(damaged, format, old))).toEqual(told(viewTree(damaged, format)));
      }),
      { numRuns: 1000 },
    );
  });

  test('has the same malformation as without it, with entries in any order and twice', () => {
    const anyOrder = inAnyFormat((format) =>
      fc.record({
        old: anyEntries(format, ['040000']),
        fresh: fc.array(fc.record({ from: fc.nat(39), length: fc.integer({ min: 1, max: 12 }) }), {
          maxLength: 5,
        }),
        file: fc.option(anyName),
      }),
    );
    fc.assert(
      fc.property(anyOrder, ({ format, object: { old, fresh, file } }) => {
        const sorted = good(renderTree(old), format);
        const stretches = fresh.map(({ from, length }) => {
          const last = Math.min(from + length, sorted.size);
          return from < last
            ? sorted.content.subarray(sorted.start(from), sorted.start(last))
            : Buffer.alloc(0);
        });
        const stray =
          file === null ? [] : [renderTree([{ name: file, mode: '100644', oid: emptyTree(format) }])];
        for (const bytes of [
          Buffer.concat([...stretches, ...stray]),
          Buffer.concat([...stray, ...stretches]),
        ])
          expect(told(viewTree(bytes, format, sorted))).toEqual(told(viewTree(bytes, format)));
      }),
      { numRuns: 1000 },
    );
  });

  test('is nothing but bytes if it is no tree', () => {
    fc.assert(
      fc.property(
        inAnyFormat((format) => fc.tuple(anyEntries(format, ['040000']), anyBytes)),
        ({ format, object: [old, bytes] }) => {
          const similar = good(renderTree(old), format);
          expect(told(viewTree(bytes, format, similar))).toEqual(told(viewTree(bytes, format)));
        },
      ),
    );
  });

  test('is refused for a folder that stands beside a file of its name', () => {
    const folder = (name: string): NamedEntry => ({ name, mode: '040000', oid: emptyTree('sha1') });
    const old = good(renderTree([folder('a'), folder('a.b'), folder('b')]), 'sha1');
    const twice = renderTree([{ ...folder('a'), mode: '100644' }, folder('a'), folder('a.b'), folder('b')]);
    expect(viewTree(twice, 'sha1', old)).toMatchObject({ malformation: { rule: 'duplicate-entry' } });
  });
});
