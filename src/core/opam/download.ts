import type { RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { Field, Item, OpamFile, Section } from './ast.ts';
import { checksumsOf } from './checksum.ts';
import { lineOf, listedValues, nameOf } from './opam-file.ts';

/** Something that opam downloads for a package: its sources, or an extra file that comes from elsewhere. */
export interface Download {
  readonly section: Section;
  /** Where from, one character a byte; undefined if the section does not say so in one way. */
  readonly url: string | undefined;
}

/** Fields that say where from: `src`, and the older ones that opam still reads (OpamFile.URL). */
export const sourceFields: ReadonlySet<string> = new Set([
  'src',
  'archive',
  'http',
  'git',
  'hg',
  'darcs',
  'local',
]);

/** The `url` section and every `extra-source`, also those that opam passes over as duplicates. */
export function downloadsOf(items: readonly Item[]): readonly Download[] {
  const sections = items.filter(
    (item): item is Section =>
      item.kind === 'section' && (item.name === 'url' || item.name === 'extra-source'),
  );
  return sections.map((section) => ({ section, url: locationOf(section) }));
}

function locationOf(section: Section): string | undefined {
  const [only, ...more] = section.items.filter(
    (item): item is Field => item.kind === 'field' && sourceFields.has(item.name),
  );
  if (more.length > 0 || only?.value.kind !== 'string') return undefined;
  return only.name === 'src' || only.name === 'archive' || only.name === 'http'
    ? only.value.value
    : `${only.name}+${only.value.value}`;
}

/**
 * Whether opam downloads one file from there, which checksums bind. It clones what has a `git+…` scheme or ends with
 * `.git` (OpamUrl.parse), and copies what is a path.
 */
export function isFileUrl(url: string): boolean {
  return /^(?:https?|ftp):\/\/[\x21-\x7e]+$/i.test(url) && !/\.(?:git|hg|darcs)\/?(?:#.*)?$/.test(url);
}

const mirrorsOf = ({ items }: Section): readonly string[] =>
  listedValues(items, 'mirrors').flatMap((one) => (one.kind === 'string' ? [one.value] : []));

/** A tree that opam 2.2 asks for where all else fails; it is bound by its SHA-1 alone (OpamSWHID). */
const isHeritageTree = (url: string): boolean => /^https?:\/\/swhid\.opam\.ocaml\.org\//i.test(url);

/**
 * What keeps the checksums of an opam file from binding what it downloads (trust model, section 8, claim 4; opam-repository,
 * policy 13): none, MD5 alone, or one that opam drops because it is malformed.
 */
export function checksumFindings(file: OpamFile, path: RepositoryPath): readonly Finding[] {
  return downloadsOf(file.items).flatMap((download) => {
    const at = { path, line: lineOf(file, download.section) };
    return weaknessesOf(download).map((why) =>
      finding('release.checksum', at, `${path}: ${nameOf(download.section)} ${why}`),
    );
  });
}

function weaknessesOf({ section, url }: Download): readonly string[] {
  const isLabelled = section.label !== undefined;
  if (isLabelled !== (section.name === 'extra-source'))
    return [`${isLabelled ? 'has' : 'lacks'} a label, so that opam passes over it.`];
  if (url === undefined) return ['does not say in one way where to download from (src).'];
  if (!isFileUrl(url))
    return [`is not the URL of a file (${JSON.stringify(url)}), so that no checksum binds what opam gets.`];
  const tree = [url, ...mirrorsOf(section)].find(isHeritageTree);
  if (tree !== undefined)
    return [
      `can come from Software Heritage (${tree}), and opam compares no checksum with what it gets there.`,
    ];
  const { checksums, malformed } = checksumsOf(section);
  if (malformed.length > 0) {
    return malformed.map(
      (words) => `lists ${JSON.stringify(words)}, which is no checksum: opam drops it and checks nothing.`,
    );
  }
  if (checksums.length === 0) return ['has no checksum: opam takes whatever the server sends.'];
  return checksums.every(({ kind }) => kind === 'md5')
    ? ['has MD5 alone, for which anyone can make two files.']
    : [];
}
