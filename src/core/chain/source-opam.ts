import type { Item, OpamFile } from '../opam/ast.ts';
import { strippedFields } from '../opam/edit.ts';
import { findField, findSection, lineOf, nameOf, sameItem, stringField } from '../opam/opam-file.ts';
import type { Oid } from '../git/oid.ts';
import type { RepositoryPath } from '../ports.ts';

/** Where opam looks for a package's file in a source tree, the first that exists (OpamPinned.files_in_source). */
export function opamFileCandidates(name: string): readonly RepositoryPath[] {
  return [
    `${name}.opam`,
    `${name}.opam/opam`,
    `opam/${name}.opam`,
    `opam/${name}.opam/opam`,
    'opam',
    'opam/opam',
  ];
}

/** How one field or section of a published opam file differs from the source's. */
export interface FieldDifference {
  /** `depends`, `extra-source "fix.patch"` */
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Where it stands in the published file, from 1; undefined if it was removed. */
  readonly line: number | undefined;
}

/**
 * What a published opam file says otherwise than the source's (trust model, section 8, claim 5), by meaning: layout,
 * comments and order do not count. `url` without its `subpath` and the fields that the repository strips may differ;
 * `x-commit-hash` may be added, if it is the released commit.
 */
export function compareOpamFiles(
  published: OpamFile,
  source: OpamFile,
  commit: Oid | undefined,
): readonly FieldDifference[] {
  const before = byName(source.items);
  const after = byName(published.items);
  const differences: FieldDifference[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(name);
    const is = after.get(name);
    if (is === undefined) differences.push({ name, kind: 'removed', line: undefined });
    else if (was === undefined) {
      const commitHash = commit !== undefined && stringField(published.items, 'x-commit-hash') === commit;
      if (name !== 'x-commit-hash' || !commitHash)
        differences.push({ name, kind: 'added', line: lineOf(published, is) });
    } else if (!sameItem(was, is)) differences.push({ name, kind: 'changed', line: lineOf(published, is) });
  }
  return differences;
}

const mayDiffer: ReadonlySet<string> = new Set(['url', ...strippedFields]);

/** The items that opam takes, the first of each name. */
function byName(items: readonly Item[]): ReadonlyMap<string, Item> {
  const named = new Map<string, Item>();
  for (const item of items) {
    const name = nameOf(item);
    if (!named.has(name) && !mayDiffer.has(name)) named.set(name, item);
  }
  // It says which folder of the tree is built, and no checksum covers that.
  const subpath = findField(findSection(items, 'url')?.items ?? [], 'subpath');
  if (subpath !== undefined) named.set('url.subpath', subpath);
  return named;
}
