import type { RepositoryPath } from '../ports.ts';
import type { SourceFile } from './archive-files.ts';

export type ExportAttribute = 'export-ignore' | 'export-subst';

export interface ExportRule {
  /** The folder of the .gitattributes file, empty for the root. */
  readonly folder: RepositoryPath;
  /** Names with wildcards, `**` for any number of folders; undefined for what is not understood here. */
  readonly pattern: readonly string[] | undefined;
  readonly onlyFolders: boolean;
  readonly attribute: ExportAttribute;
  readonly set: boolean;
}

/** Bounds on the work, and what git itself takes for a line (attr.c). */
const maximum = { rules: 200, fileBytes: 1024 * 1024, lineBytes: 2048 };

/**
 * What the .gitattributes files of a tree say of the two attributes (gitattributes(5)), the last rule being the one that
 * counts. Whatever is not understood here takes an attribute away and never gives it: a file that is missing from an
 * archive must not be excused by mistake.
 */
export function exportRules(tree: ReadonlyMap<RepositoryPath, SourceFile>): readonly ExportRule[] {
  const files = [...tree].filter(([path]) => /(?:^|\/)\.gitattributes$/.test(path));
  const texts = files.map(([path, file]) => ({ path, lines: linesOf(file) }));
  if (texts.some(({ lines }) => lines === undefined)) return [];
  const macros = macrosIn(texts.flatMap(({ lines = [] }) => lines));
  // Deeper files overrule.
  texts.sort((one, other) => one.path.split('/').length - other.path.split('/').length);
  const rules = texts.flatMap(({ path, lines = [] }) =>
    lines.flatMap((line) => rulesOf(path.replace(/\/?\.gitattributes$/, ''), line, macros)),
  );
  return rules.length > maximum.rules ? [] : rules;
}

/** Undefined if git would read it in another way, or nobody can look through it. */
function linesOf({ kind, bytes }: SourceFile): readonly string[] | undefined {
  if (kind === 'link' || bytes.length > maximum.fileBytes) return undefined;
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return lines.some((line) => line.length >= maximum.lineBytes) ? undefined : lines;
}

const wordsOf = (line: string): readonly string[] => line.split(/[ \t\r]+/).filter((word) => word !== '');

const isMacro = (line: string): boolean => /^[ \t\r]*\[attr\]/.test(line);

/** The names of macros that have to do with either attribute. */
function macrosIn(lines: readonly string[]): ReadonlySet<string> {
  const macros = lines.filter((line) => isMacro(line) && line.includes('export-'));
  return new Set(macros.map((line) => wordsOf(line.replace('[attr]', '')).at(0) ?? ''));
}

function rulesOf(folder: string, line: string, macros: ReadonlySet<string>): readonly ExportRule[] {
  const [written = '', ...words] = wordsOf(line);
  if (/^[#!]/.test(written) || isMacro(line)) return [];
  const isQuoted = written.startsWith('"');
  // One word that is no attribute, and git passes over the line.
  if (!isQuoted && !words.every(isAttribute)) return [];
  const isUnderstood = !isQuoted && !/[[\\]/.test(written);
  const where = {
    folder,
    pattern: isUnderstood ? patternOf(written) : undefined,
    onlyFolders: isUnderstood && written.endsWith('/'),
  };
  return words.flatMap((word) => effectsOf(word, macros).map((effect) => ({ ...where, ...effect })));
}

const isAttribute = (word: string): boolean => /^[-!]?[A-Za-z0-9_.][-A-Za-z0-9_.]*(?:=.*)?$/.test(word);

/** What a word does: a value is no more than something else than being set, and a macro may do anything. */
function effectsOf(
  word: string,
  macros: ReadonlySet<string>,
): readonly Pick<ExportRule, 'attribute' | 'set'>[] {
  const attributes: readonly ExportAttribute[] = ['export-ignore', 'export-subst'];
  if (macros.has(word)) return attributes.map((attribute) => ({ attribute, set: false }));
  const name = word.replace(/^[-!]/, '').replace(/=.*$/, '');
  return attributes
    .filter((attribute) => attribute === name)
    .map((attribute) => ({ attribute, set: word === attribute }));
}

/** Without a slash it holds at any depth; below `x/**` is whatever is in it, and not itself. */
function patternOf(written: string): readonly string[] {
  const path = written.replace(/\/$/, '');
  const parts = path.replace(/^\//, '').split('/');
  if (!path.includes('/')) return ['**', path === '**' ? '*' : path];
  return parts.at(-1) === '**' ? [...parts.slice(0, -1), '*', '**'] : parts;
}
