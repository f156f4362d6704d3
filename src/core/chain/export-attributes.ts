import type { RepositoryPath } from '../ports.ts';
import type { SourceFile } from './archive-files.ts';
import { type ExportAttribute, type ExportRule, exportRules } from './export-rules.ts';

/** Bounds on the work. What lies beyond them explains nothing: a file that differs then just differs. */
const maximum = { fileBytes: 1024 * 1024, steps: 20_000_000 };

/** What the .gitattributes files of a tree tell git archive (gitattributes(5), "Creating an archive"). */
export class ExportAttributes {
  readonly #rules: readonly ExportRule[];
  #steps: number = maximum.steps;

  constructor(tree: ReadonlyMap<RepositoryPath, SourceFile>) {
    this.#rules = exportRules(tree);
  }

  /** Whether git archive leaves the file out, for itself or for a folder that it stands in. */
  leavesOut(path: RepositoryPath): boolean {
    const parts = path.split('/');
    return parts.some((_, index) =>
      this.#has('export-ignore', parts.slice(0, index + 1), index < parts.length - 1),
    );
  }

  /** Whether git archive fills in `$Format:…$` in the file. */
  fillsIn(path: RepositoryPath): boolean {
    return this.#has('export-subst', path.split('/'), false);
  }

  #has(attribute: ExportAttribute, path: readonly string[], isFolder: boolean): boolean {
    const rule = this.#rules.findLast(
      (one) => one.attribute === attribute && this.#matches(one, path, isFolder),
    );
    return rule !== undefined && this.#steps > 0 && rule.set;
  }

  #matches(
    { folder, pattern, onlyFolders, set }: ExportRule,
    path: readonly string[],
    isFolder: boolean,
  ): boolean {
    const base = folder === '' ? [] : folder.split('/');
    if (base.some((part, index) => path[index] !== part)) return false;
    if (pattern === undefined) return !set;
    if (onlyFolders && !isFolder) return false;
    return this.#wildcard(pattern, path.slice(base.length), '**', (one, name) =>
      this.#wildcard(one, name, '*', (wanted, character) => wanted === '?' || wanted === character),
    );
  }

  /** Matches a sequence in which one element stands for any number of elements; goes back to the last of these only. */
  #wildcard(
    pattern: ArrayLike<string>,
    sequence: ArrayLike<string>,
    any: string,
    same: (pattern: string, element: string) => boolean,
  ): boolean {
    let at = 0;
    let resume = -1;
    let taken = 0;
    for (let index = 0; index < sequence.length;) {
      if (--this.#steps < 0) return false;
      const wanted = pattern[at];
      if (wanted === any) {
        resume = at++;
        taken = index;
      } else if (wanted !== undefined && same(wanted, sequence[index] ?? '')) {
        at++;
        index++;
      } else if (resume !== -1) {
        at = resume + 1;
        index = ++taken;
      } else return false;
    }
    while (pattern[at] === any) at++;
    return at === pattern.length;
  }
}

/**
 * Whether a file is the tree's but for text in place of `$Format:…$` that stays on its line: what git archive makes
 * of a file with export-subst.
 */
export function isFilledIn(tree: Uint8Array, archive: Uint8Array): boolean {
  if (archive.length > maximum.fileBytes || tree.length > maximum.fileBytes) return false;
  const filled = Buffer.from(archive).toString('latin1');
  const [first = '', ...pieces] = Buffer.from(tree)
    .toString('latin1')
    .split(/\$Format:[^$\n]*\$/);
  const last = pieces.pop();
  if (last === undefined || !filled.startsWith(first) || !filled.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = filled.indexOf(piece, at);
    if (found === -1 || filled.slice(at, found).includes('\n')) return false;
    at = found + piece.length;
  }
  const end = filled.length - last.length;
  return at <= end && !filled.slice(at, end).includes('\n');
}
