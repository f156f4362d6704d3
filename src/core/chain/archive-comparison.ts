import { showPath } from '../opam/path-rules.ts';
import type { RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { SourceFile } from './archive-files.ts';
import { ExportAttributes, isFilledIn } from './export-attributes.ts';

type Files = ReadonlyMap<RepositoryPath, SourceFile>;

/** How an archive and a source tree differ in one path. */
export interface Difference {
  readonly path: RepositoryPath;
  /** Seen from the tree: `missing` in the archive, `added` by it. `mode` is the executable bit or file against link. */
  readonly kind: 'missing' | 'added' | 'changed' | 'mode';
  /** What in the signed tree accounts for it; nothing makes it the tree's own content. */
  readonly because: 'export-ignore' | 'export-subst' | 'submodule' | undefined;
}

/** Compares file by file: path, executable bit, content. Folders without files do not count; git has none. */
export function compareFiles(archive: Files, tree: Files): readonly Difference[] {
  const attributes = new ExportAttributes(tree);
  const differences: Difference[] = [];
  for (const path of [...new Set([...tree.keys(), ...archive.keys()])].sort()) {
    const kind = differenceOf(archive.get(path), tree.get(path));
    if (kind !== undefined) differences.push({ path, kind, because: undefined });
  }
  return differences.map((one) => ({
    ...one,
    because: reasonOf(one, { archive, tree, attributes }),
  }));
}

function differenceOf(
  archived: SourceFile | undefined,
  original: SourceFile | undefined,
): Difference['kind'] | undefined {
  if (original === undefined) return 'added';
  if (archived === undefined) return 'missing';
  if (archived.kind !== original.kind) return 'mode';
  return Buffer.compare(archived.bytes, original.bytes) === 0 ? undefined : 'changed';
}

function reasonOf(
  { path, kind }: Difference,
  { archive, tree, attributes }: { archive: Files; tree: Files; attributes: ExportAttributes },
): Difference['because'] {
  if (belongsToSubmodule(path, tree)) return 'submodule';
  if (kind === 'missing') return attributes.leavesOut(path) ? 'export-ignore' : undefined;
  const archived = archive.get(path);
  const original = tree.get(path);
  if (kind !== 'changed' || archived === undefined || original === undefined) return undefined;
  return attributes.fillsIn(path) && isFilledIn(original.bytes, archived.bytes) ? 'export-subst' : undefined;
}

function belongsToSubmodule(path: RepositoryPath, tree: Files): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (tree.get(path.slice(0, end))?.kind === 'submodule') return true;
  }
  return false;
}

/** The finding about one difference, between an archive and the tree of a tag as messages name them. */
export function differenceFinding(
  { path, kind, because }: Difference,
  archive: string,
  tree: string,
): Finding {
  const at = { file: archive, path };
  const shown = showPath(path);
  switch (because) {
    case 'export-ignore':
      return finding(
        'release.export-ignore',
        at,
        `${archive} leaves out ${shown}, as export-ignore in ${tree} asks.`,
      );
    case 'export-subst':
      return finding(
        'release.export-subst',
        at,
        `${archive} has ${shown} with text filled in for $Format:…$ (export-subst in ${tree}).`,
      );
    case 'submodule':
      return finding(
        'release.submodule',
        at,
        `${shown} belongs to a submodule of ${tree}: it cannot be compared.`,
      );
    case undefined:
      return finding('release.archive-differs', at, `${archive} ${sayings[kind](shown, tree)}.`);
    default:
      return because satisfies never;
  }
}

const sayings: Readonly<Record<Difference['kind'], (path: string, tree: string) => string>> = {
  missing: (path, tree) => `lacks ${path}, which is in ${tree}`,
  added: (path, tree) => `has ${path}, which is not in ${tree}`,
  changed: (path, tree) => `has ${path} with other content than ${tree}`,
  mode: (path, tree) => `has ${path} as another kind of file (executable, link) than ${tree}`,
};
