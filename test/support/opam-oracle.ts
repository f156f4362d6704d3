import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Item, OpamFile, Span, Value } from '../../src/core/opam/ast.ts';

/** Where Debian's libopam-file-format-ocaml-dev, or ocamlfind, has the official parser; undefined without it. */
export function officialParser(): string | undefined {
  const found = spawnSync('ocamlfind', ['query', 'opam-file-format'], { encoding: 'utf8' });
  const folders = [found.status === 0 ? found.stdout.trim() : '', '/usr/lib/ocaml/opam-file-format'];
  if (spawnSync('ocamlopt', ['-version']).status !== 0) return undefined;
  return folders.find((folder) => folder !== '' && existsSync(join(folder, 'opam-file-format.cmxa')));
}

/** Builds opam_dump.ml in a folder; returns the program. */
export function buildDump(library: string, folder: string): string {
  const program = join(folder, 'dump');
  copyFileSync(join(import.meta.dirname, 'opam_dump.ml'), join(folder, 'opam_dump.ml'));
  const archive = join(library, 'opam-file-format.cmxa');
  execFileSync('ocamlopt', ['-I', library, archive, 'opam_dump.ml', '-o', program], { cwd: folder });
  return program;
}

/** What the official parser makes of each content: its tree as a line of JSON, or `null` where it refuses. */
export function dumpAll(program: string, contents: readonly Uint8Array[]): readonly string[] {
  const frames = contents.flatMap((content) => [Buffer.from(`${content.length}\n`), content]);
  const output = execFileSync(program, {
    input: Buffer.concat(frames),
    maxBuffer: 1 << 30,
    encoding: 'latin1',
  });
  return output.trimEnd().split('\n');
}

/** The same line of JSON from this project's tree. */
export function dump(file: OpamFile): string {
  const place = placer(file.text);
  return escapeBytes(JSON.stringify(file.items.map((item) => itemTree(item, place))));
}

type Tree = string | number | boolean | null | readonly Tree[];

function itemTree(item: Item, place: Place): Tree {
  const places = ({ start, end }: Span): readonly Tree[] => [place(start), place(end)[0]];
  if (item.kind === 'field') return ['field', item.name, valueTree(item.value), ...places(item)];
  const items = item.items.map((inner) => itemTree(inner, place));
  return ['section', item.name, item.label ?? null, items, ...places(item)];
}

function valueTree(value: Value): Tree {
  switch (value.kind) {
    case 'bool':
    case 'int':
    case 'string':
    case 'ident':
      return [value.kind, value.value];
    case 'list':
    case 'group':
      return [value.kind, value.values.map(valueTree)];
    case 'option':
      return [value.kind, valueTree(value.of), value.options.map(valueTree)];
    case 'logical':
      return value.operands.map(valueTree).reduce((left, right) => [value.kind, value.operator, left, right]);
    case 'prefix':
    case 'constraint':
      return [value.kind, asOpamReads(value.operator), valueTree(value.right)];
    case 'comparison':
    case 'update':
      return [value.kind, asOpamReads(value.operator), valueTree(value.left), valueTree(value.right)];
    default:
      return value satisfies never;
  }
}

/** The official lexer turns `~` into `>=`. */
const asOpamReads = (operator: string): string => (operator === '~' ? '>=' : operator);

type Place = (offset: number) => readonly [line: number, column: number];

/** Line from 1 and column from 0, as OCaml counts. */
function placer(text: string): Place {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let line = 0;
    for (let step = 1 << 20; step > 0; step >>= 1)
      if ((starts[line + step] ?? Infinity) <= offset) line += step;
    return [line + 1, offset - (starts[line] ?? 0)];
  };
}

/** The dump writes every byte outside printable ASCII as \u00xx; JSON.stringify has shorter forms for some. */
function escapeBytes(json: string): string {
  const code = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const short = new Map(Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }));
  return json
    .replace(/\\(.)/g, (whole, letter: string) => (short.has(letter) ? code(short.get(letter) ?? '') : whole))
    .replace(/[^\x20-\x7e]/g, code);
}
