import { createHash } from 'node:crypto';
import { type Finding, finding } from '../report/report.ts';
import type { OpamFile, Span, Value } from './ast.ts';
import { type Checksum, parseChecksum } from './checksum.ts';
import { downloadsOf } from './download.ts';
import { duplicates, findField, lineOf } from './opam-file.ts';
import type { PackagePath } from './package.ts';
import { showPath } from './path-rules.ts';

/** One package directory as it would stand. */
export interface PackageDirectory {
  readonly name: string;
  readonly version: string;
  readonly opam: OpamFile;
  /** What stands in `files/`, by the name below that folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What is wrong with a package directory besides its paths and downloads: findings `opam.*`. */
export function packageProblems(directory: PackageDirectory): readonly Finding[] {
  return [
    ...repeated(directory),
    ...misnamed(directory, 'name'),
    ...misnamed(directory, 'version'),
    ...escapingNames(directory),
    ...unaccountedFiles(directory),
  ];
}

const pathOf = ({ name, version }: Pick<PackagePath, 'name' | 'version'>): string =>
  `packages/${name}/${name}.${version}/opam`;

function repeated(directory: PackageDirectory): readonly Finding[] {
  const path = pathOf(directory);
  return duplicates(directory.opam.items).map(({ name, item }) => {
    const line = lineOf(directory.opam, item);
    return finding(
      'opam.duplicate-field',
      { path, line },
      `${path}, line ${line}: ${name} stands here again; opam takes the first.`,
    );
  });
}

/** A field that contradicts the folder. In other words than a plain string it contradicts too. */
function misnamed(directory: PackageDirectory, field: 'name' | 'version'): readonly Finding[] {
  const found = findField(directory.opam.items, field);
  if (found === undefined || (found.value.kind === 'string' && found.value.value === directory[field]))
    return [];
  const path = pathOf(directory);
  const at = { path, line: lineOf(directory.opam, found) };
  return [
    finding(
      `opam.${field}-mismatch`,
      at,
      `${path} has a field ${field} that is not ${directory[field]}, as its folder says.`,
    ),
  ];
}

/** opam puts extra files and sources into the build folder under the names that the file gives them. */
function escapingNames({ opam, ...at }: PackageDirectory): readonly Finding[] {
  const path = pathOf(at);
  const labels = downloadsOf(opam.items).flatMap(({ section }) =>
    section.label === undefined ? [] : [{ name: section.label, span: section }],
  );
  const names = [...labels, ...(listedFiles(opam)?.values() ?? [])];
  return names
    .filter(({ name }) => !isPlainPath(name))
    .map(({ name, span }) =>
      finding(
        'opam.file-name',
        { path, line: lineOf(opam, span) },
        `${path} names a file ${JSON.stringify(showPath(name))}, which leads elsewhere.`,
      ),
    );
}

const isPlainPath = (name: string): boolean =>
  /^[\x20-\x7e]+$/.test(name) &&
  !/\\|^[A-Za-z]:/.test(name) &&
  name.split('/').every((part) => !['', '.', '..'].includes(part));

function unaccountedFiles({ opam, files, ...at }: PackageDirectory): readonly Finding[] {
  const path = pathOf(at);
  const listed = listedFiles(opam);
  if (listed === undefined) {
    return [
      finding(
        'opam.extra-file',
        { path, ...lineOfField(opam, 'extra-files') },
        `${path}: extra-files is not a list of pairs, a file name and a checksum.`,
      ),
    ];
  }
  const findings: Finding[] = [];
  for (const [name, bytes] of files) {
    const checksum = listed.get(name)?.checksum;
    const place = { path: path.replace(/opam$/, `files/${name}`) };
    if (checksum === undefined) {
      findings.push(
        finding(
          'opam.extra-file',
          place,
          `${showPath(place.path)} is not listed in extra-files with a checksum.`,
        ),
      );
    } else if (createHash(checksum.kind).update(bytes).digest('hex') !== checksum.hex) {
      findings.push(
        finding(
          'opam.extra-file',
          place,
          `${showPath(place.path)} does not have the ${checksum.kind} that extra-files says.`,
        ),
      );
    }
  }
  return findings;
}

interface ListedFile {
  readonly name: string;
  readonly span: Span;
  readonly checksum: Checksum;
}

function lineOfField(opam: OpamFile, name: string): { readonly line?: number } {
  const field = findField(opam.items, name);
  return field === undefined ? {} : { line: lineOf(opam, field) };
}

/** The files of `extra-files` with their checksums; undefined if it is not made of pairs, or one has no good checksum. */
function listedFiles(opam: OpamFile): ReadonlyMap<string, ListedFile> | undefined {
  const value = findField(opam.items, 'extra-files')?.value;
  const listed = new Map<string, ListedFile>();
  for (const pair of pairsOf(value)) {
    const [name, checksum, ...more] =
      pair?.map((one) => (one.kind === 'string' ? one.value : undefined)) ?? [];
    const parsed = checksum === undefined ? undefined : parseChecksum(checksum);
    const [span] = pair ?? [];
    if (name === undefined || parsed === undefined || span === undefined || more.length > 0) return undefined;
    listed.set(name, { name, span, checksum: parsed });
  }
  return listed;
}

/** `[ "name" "sum" ]` is one pair, `[ ["name" "sum"] … ]` are several. */
function pairsOf(value: Value | undefined): readonly (readonly Value[] | undefined)[] {
  if (value === undefined) return [];
  if (value.kind !== 'list') return [undefined];
  if (value.values.every((one) => one.kind === 'string'))
    return value.values.length === 0 ? [] : [value.values];
  return value.values.map((one) => (one.kind === 'list' ? one.values : undefined));
}
