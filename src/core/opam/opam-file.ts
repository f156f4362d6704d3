import type { Field, FormatError, Item, OpamFile, Reading, Section, Span, Value } from './ast.ts';
import { type Flaw, tokenize } from './lexer.ts';
import { parseItems } from './parser.ts';

/** Forty times the largest file of opam-repository; parsing is linear, and nothing larger is an opam file. */
const maximumBytes = 1024 * 1024;

/**
 * Reads a file in the opam format as opam-file-format 2.1 does. Stricter than it in what versions of opam
 * read differently or need a bound: a CR inside a string, numbers past 2^53, a hundred levels, a mebibyte.
 */
export function parseOpamFile(content: Uint8Array): Reading<OpamFile> {
  const text = Buffer.from(content.subarray(0, maximumBytes)).toString('latin1');
  if (content.length > maximumBytes) {
    return refused(text, { offset: text.length, flaw: `An opam file has at most ${maximumBytes} bytes.` });
  }
  const lexemes = tokenize(text);
  if ('flaw' in lexemes) return refused(text, lexemes);
  const items = parseItems(lexemes);
  if ('flaw' in items) return refused(text, items);
  return { ok: true, value: { text, items, comments: lexemes.comments, lineStarts: lineStartsOf(text) } };
}

function refused(text: string, { offset, flaw }: Flaw): { readonly ok: false; readonly error: FormatError } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return { ok: false, error: { line, column, message: `Line ${line}, column ${column}: ${flaw}` } };
}

/** The field that opam takes: the first of its name. */
export function findField(items: readonly Item[], name: string): Field | undefined {
  return items.find((item): item is Field => item.kind === 'field' && item.name === name);
}

/** What the list of a field holds, or the one value that stands for it; nothing where there is no such field. */
export function listedValues(items: readonly Item[], name: string): readonly Value[] {
  const value = findField(items, name)?.value;
  return value === undefined ? [] : value.kind === 'list' ? value.values : [value];
}

/** The section that opam takes: the first of its name. */
export function findSection(items: readonly Item[], name: string): Section | undefined {
  return items.find((item): item is Section => item.kind === 'section' && item.name === name);
}

/** The string that is the whole value of a field, one character a byte; undefined if there is none. */
export function stringField(items: readonly Item[], name: string): string | undefined {
  const value = findField(items, name)?.value;
  return value?.kind === 'string' ? value.value : undefined;
}

/** An item that opam does not look at, because one of the same name stands before it. */
export interface Duplicate {
  /** With the sections around it: `url.checksum`. */
  readonly name: string;
  readonly item: Item;
}

/** Every field and section that repeats an earlier one; sections with different labels are different. */
export function duplicates(items: readonly Item[], within = ''): readonly Duplicate[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const name = within + nameOf(item);
    const repeated = seen.has(name) ? [{ name, item }] : [];
    seen.add(name);
    return item.kind === 'section' ? [...repeated, ...duplicates(item.items, `${name}.`)] : repeated;
  });
}

/** The name of a field or section as people write it: `url`, `extra-source "fix.patch"`. */
export function nameOf(item: Item): string {
  return item.kind === 'field' || item.label === undefined
    ? item.name
    : `${item.name} ${JSON.stringify(item.label)}`;
}

/** The line on which a part of the file starts, counted from 1. */
export function lineOf({ lineStarts }: OpamFile, { start }: Span): number {
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? Infinity) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Whether two items mean the same to opam: layout, comments and the spelling of strings do not count. */
export function sameItem(one: Item, other: Item): boolean {
  return meaning(one) === meaning(other);
}

/** A text that differs exactly where the meaning does. */
const meaning = (item: Item): string =>
  JSON.stringify(item, (key, value: unknown) => (positions.has(key) ? undefined : value));

const positions = new Set(['start', 'end', 'body']);
