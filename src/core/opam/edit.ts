import type { Field, Item, OpamFile, Reading, Section, Span } from './ast.ts';
import { sourceFields } from './download.ts';
import { findField, findSection, parseOpamFile } from './opam-file.ts';

/** One change to an opam file. */
export type OpamEdit =
  /** Removes the field or section, wherever it stands at the top level, with its comment. */
  | { readonly act: 'remove'; readonly name: string }
  /** Gives a field a string (Unicode) as its value; a new field goes to the end. */
  | { readonly act: 'set'; readonly name: string; readonly value: string }
  /** Makes the `url` section say where the archive is, and its checksums. */
  | { readonly act: 'set-url'; readonly archive: PublishedArchive };

export interface PublishedArchive {
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sha512: string;
}

/** What a package repository does not want in its opam files (opam-repository, CONTRIBUTING.md). */
export const strippedFields = ['name', 'version', 'pin-depends'] as const;

interface Replacement extends Span {
  readonly text: string;
}

/**
 * Carries out edits one after the other and leaves every other byte of the author's text as it is. Repeated fields
 * of an edited name are reduced to one. The result is read again: an error means that no edited file exists.
 */
export function editOpamFile(content: Uint8Array, edits: readonly OpamEdit[]): Reading<Uint8Array> {
  let bytes = content;
  for (const edit of edits) {
    const file = parseOpamFile(bytes);
    if (!file.ok) return file;
    bytes = Buffer.from(replace(file.value.text, replacements(file.value, edit)), 'latin1');
  }
  const result = parseOpamFile(bytes);
  return result.ok ? { ok: true, value: bytes } : result;
}

/** The replacements do not overlap. */
function replace(text: string, parts: readonly Replacement[]): string {
  const ordered = [...parts].sort((one, other) => one.start - other.start || one.end - other.end);
  const kept = ordered.map((part, index) => text.slice(ordered[index - 1]?.end ?? 0, part.start) + part.text);
  return kept.join('') + text.slice(ordered.at(-1)?.end ?? 0);
}

function replacements(file: OpamFile, edit: OpamEdit): readonly Replacement[] {
  switch (edit.act) {
    case 'remove':
      return file.items.filter(({ name }) => name === edit.name).map((item) => removal(file, item));
    case 'set':
      return setField(file, edit.name, edit.value);
    case 'set-url':
      return setUrl(file, edit.archive);
    default:
      return edit satisfies never;
  }
}

function setField(file: OpamFile, name: string, value: string): readonly Replacement[] {
  const field = findField(file.items, name);
  if (field === undefined) return [appended(file, `${name}: ${quote(value)}`)];
  return [{ ...spanOf(field.value), text: quote(value) }, ...othersRemoved(file, file.items, field)];
}

/** opam would pass over the later ones; a reader might not. */
function othersRemoved(file: OpamFile, items: readonly Item[], kept: Item): readonly Replacement[] {
  return items.filter((item) => item.name === kept.name && item !== kept).map((item) => removal(file, item));
}

function appended({ text }: OpamFile, item: string): Replacement {
  const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n';
  return { start: text.length, end: text.length, text: `${lineEnd}${item}\n` };
}

function setUrl(file: OpamFile, archive: PublishedArchive): readonly Replacement[] {
  const section = findSection(file.items, 'url');
  if (section === undefined)
    return [appended(file, `url {\n  ${source(archive)}\n  ${checksum(archive)}\n}`)];
  const sources = section.items.filter(
    (item): item is Field => item.kind === 'field' && sourceFields.has(item.name),
  );
  const [first, ...more] = sources;
  const sums = findField(section.items, 'checksum');
  const fresh = [
    first === undefined ? source(archive) : [],
    sums === undefined ? checksum(archive) : [],
  ].flat();
  return [
    ...inserted(section, fresh),
    ...(first === undefined ? [] : [{ ...spanOf(first), text: source(archive) }]),
    ...more.map((field) => removal(file, field)),
    ...(sums === undefined
      ? []
      : [{ ...spanOf(sums), text: checksum(archive) }, ...othersRemoved(file, section.items, sums)]),
    ...othersRemoved(file, file.items, section),
  ];
}

/** New lines right after the opening brace. */
function inserted({ body }: Section, items: readonly string[]): readonly Replacement[] {
  const at = body.start + 1;
  return items.length === 0
    ? []
    : [{ start: at, end: at, text: items.map((item) => `\n  ${item}`).join('') }];
}

const source = ({ url }: PublishedArchive): string => `src: ${quote(url)}`;

const checksum = ({ sha256, sha512 }: PublishedArchive): string =>
  `checksum: [\n    ${quote(`sha256=${sha256}`)}\n    ${quote(`sha512=${sha512}`)}\n  ]`;

const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** A string as opam writes it; the text is one character a byte, as the file is. */
function quote(value: string): string {
  const bytes = Buffer.from(value, 'utf8').toString('latin1');
  const escaped = bytes.replace(/["\\]/g, '\\$&').replace(/[^\x20-\x7e\x80-\xff]/g, (character) => {
    return `\\${String(character.charCodeAt(0)).padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}

/**
 * Takes an item out. If it has its lines to itself, they go, with the comment at their end and the lines of
 * comment right above, which are about it unless they open the file.
 */
function removal(file: OpamFile, item: Item): Replacement {
  const { text, comments } = file;
  const next = comments[commentsBefore(comments, item.end)];
  const end = next !== undefined && /^[ \t]*$/.test(text.slice(item.end, next.start)) ? next.end : item.end;
  const rest = /^[ \t\r]*(?:\n|$)/.exec(text.slice(end))?.[0];
  const line = indentedLine(text, item.start);
  if (rest !== undefined && line !== undefined) {
    return { start: commentAbove(file, line), end: end + rest.length, text: '' };
  }
  const blanks = /^[ \t]*/.exec(text.slice(item.end))?.[0] ?? '';
  return { start: item.start, end: item.end + blanks.length, text: '' };
}

/** Where the line starts that has only blanks before the offset; undefined if it has more. */
function indentedLine(text: string, offset: number): number | undefined {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return start === 0 || text[start - 1] === '\n' ? start : undefined;
}

/** Where the lines of `#` comment begin that end right above a line; the line's own start if there are none. */
function commentAbove({ text, comments }: OpamFile, lineStart: number): number {
  let start = lineStart;
  for (let index = commentsBefore(comments, lineStart) - 1; index >= 0; index--) {
    const comment = comments[index];
    if (comment?.end !== start - 1 || !text.startsWith('#', comment.start)) break;
    const commentLine = indentedLine(text, comment.start);
    if (commentLine === undefined) break;
    start = commentLine;
  }
  return start === 0 ? lineStart : start;
}

/** How many comments start before the offset; they are in order. */
function commentsBefore(comments: readonly Span[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
