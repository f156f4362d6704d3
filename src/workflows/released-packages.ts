import { parseOpamFile, stringField } from '../core/opam/opam-file.ts';
import type { OpamFile } from '../core/opam/ast.ts';
import { isPackageName, isVersion } from '../core/opam/package.ts';
import type { Oid } from '../core/git/oid.ts';
import { entryAt, listFolder } from '../core/git/tree.ts';
import type { ObjectStore, RepositoryPath } from '../core/ports.ts';
import { type ChangeLogReading, changeLogFile, readChangeLog } from './change-log.ts';
import { type DuneProject, readDuneProject } from './dune-project.ts';

/** An opam file of the released tree, read but not changed. */
export interface ReleasedPackage {
  /** From the file's name; undefined for a file that is just called `opam` and has no `name` field. */
  readonly name: string | undefined;
  /** Where it stands in the source. */
  readonly path: RepositoryPath;
  readonly content: Uint8Array;
  /** Undefined if it is not in the opam format; `flaw` says where. */
  readonly opam: OpamFile | undefined;
  readonly flaw: string | undefined;
}

/** What the tree of one commit says about a release. */
export interface ReleasedTree {
  readonly commit: Oid;
  readonly packages: readonly ReleasedPackage[];
  readonly project: DuneProject;
  readonly changeLog: ChangeLogReading;
}

/** Reads what a commit releases, from its tree and never from the working tree. */
export async function readReleasedTree(store: ObjectStore, commit: Oid): Promise<ReleasedTree> {
  const names = (await listFolder(store, commit, '')).map(({ name }) => name);
  const project = readDuneProject((await textAt(store, commit, 'dune-project')) ?? '');
  const log = changeLogFile(names);
  const logText = log && (await textAt(store, commit, log));
  return {
    commit,
    packages: await findPackages(store, commit),
    project,
    changeLog:
      log === undefined || logText === undefined
        ? { ok: false, why: 'There is no change log (CHANGES, CHANGELOG, HISTORY or NEWS).' }
        : readChangeLog(log, logText),
  };
}

/** The opam files of a source: `NAME.opam`, `NAME.opam/opam`, `opam`, `opam/NAME.opam` and `opam/opam` (OpamPinned). */
async function findPackages(store: ObjectStore, commit: Oid): Promise<readonly ReleasedPackage[]> {
  const root = (await listFolder(store, commit, '')).map(({ name }) => name);
  const folder = (await listFolder(store, commit, 'opam')).map(({ name }) => `opam/${name}`);
  const isOpamFile = (path: string): boolean => /(?:^|\/)(?:opam|[^/]+\.opam)$/.test(path);
  const paths = new Set<RepositoryPath>();
  const places = [...root, ...folder].filter(isOpamFile);
  // A file that says its package's name goes before one that is just called opam.
  for (const place of [...places.filter((one) => one.endsWith('.opam')), ...places]) {
    paths.add((await isFolder(store, commit, place)) ? `${place}/opam` : place);
  }
  const packages: ReleasedPackage[] = [];
  for (const path of paths) {
    const content = await fileAt(store, commit, path);
    if (content !== undefined) packages.push(readPackage(path, content));
  }
  return packages;
}

function readPackage(path: RepositoryPath, content: Uint8Array): ReleasedPackage {
  const reading = parseOpamFile(content);
  const opam = reading.ok ? reading.value : undefined;
  const flaw = reading.ok ? undefined : reading.error.message;
  const fromFile = /([^/]+)\.opam(?:\/opam)?$/.exec(path)?.[1];
  const name = fromFile ?? stringField(opam?.items ?? [], 'name');
  return { name: name !== undefined && isPackageName(name) ? name : undefined, path, content, opam, flaw };
}

/** Where a release says which version it is: the words for people, and the version. */
export interface VersionHint {
  readonly where: string;
  readonly version: string;
}

/** The versions that the project's own files state. What stands for no version (`dev`, a watermark) is left out. */
export function statedVersions(
  tree: ReleasedTree,
  packages: readonly ReleasedPackage[],
): readonly VersionHint[] {
  const hints = [
    { where: 'dune-project', version: tree.project.version },
    ...packages.map(({ path, opam }) => ({
      where: path,
      version: stringField(opam?.items ?? [], 'version'),
    })),
  ];
  return hints.flatMap(({ where, version }) => {
    const released = version?.replace(/^v(?=\d)/, '');
    const counts = released !== undefined && isVersion(released) && !/^~?dev$/.test(released);
    return counts ? [{ where, version: released }] : [];
  });
}

/** The version that a tag names, without a leading v or the name of a package in front. */
export function versionOfTag(tag: string, names: readonly string[]): string | undefined {
  const prefix = names.find((name) => /^[.\-/@]v?\d/.test(tag.slice(name.length)) && tag.startsWith(name));
  const rest = prefix === undefined ? tag : tag.slice(prefix.length + 1);
  const version = rest.replace(/^v(?=\d)/i, '');
  return /^\d/.test(version) && isVersion(version) ? version : undefined;
}

async function isFolder(store: ObjectStore, commit: Oid, path: RepositoryPath): Promise<boolean> {
  return (await entryAt(store, commit, path))?.mode === '040000';
}

async function textAt(store: ObjectStore, commit: Oid, path: RepositoryPath): Promise<string | undefined> {
  const content = await fileAt(store, commit, path);
  return content && new TextDecoder().decode(content);
}

/** The bytes of a regular file; undefined for whatever else stands there. */
async function fileAt(
  store: ObjectStore,
  commit: Oid,
  path: RepositoryPath,
): Promise<Uint8Array | undefined> {
  const entry = await entryAt(store, commit, path);
  if (entry?.mode.startsWith('100') !== true) return undefined;
  return (await store.read(entry.oid))?.content;
}
