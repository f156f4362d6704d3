import type { Oid } from '../core/git/oid.ts';
import { isReferenceName } from '../core/git/reference.ts';
import { stringField } from '../core/opam/opam-file.ts';
import type { OpamFile } from '../core/opam/ast.ts';
import { isPackageName, isVersion } from '../core/opam/package.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { Answers } from './answers.ts';
import type { Note } from '../core/publish/problem.ts';
import type { PublishOptions } from './publish-request.ts';
import { habitualTagName, readReleaseTag, type ReleaseTag, standingTags } from './release-tag.ts';
import {
  readReleasedTree,
  type ReleasedPackage,
  type ReleasedTree,
  statedVersions,
  versionOfTag,
} from './released-packages.ts';

/** A package that will be published, with what the source says of it. */
export interface ChosenPackage {
  readonly name: string;
  readonly source: ReleasedPackage;
  readonly opam: OpamFile;
}

/** What is released: a commit, by its tag, under one version for all of its packages. */
export interface Release {
  readonly tag: ReleaseTag;
  readonly tree: ReleasedTree;
  readonly version: string;
  /** Sorted by name, at least one. */
  readonly packages: readonly [ChosenPackage, ...ChosenPackage[]];
}

/**
 * Finds out what is to be released, asking where flags and source leave it open. Undefined where that can't be
 * known: a problem was noted, or an answer is missing.
 */
export async function chooseRelease(
  store: ObjectStore,
  head: Oid,
  options: PublishOptions,
  answers: Answers,
  note: Note,
): Promise<Release | undefined> {
  const name = options.tag ?? (await chooseTag(store, head, answers));
  if (name === undefined) return undefined;
  if (!isReferenceName(`refs/tags/${name}`) || name.startsWith('signet/')) {
    note('tag.unreadable', `"${name}" is no name for a release tag.`, 'Give one like v1.0 or 1.0: --tag.');
    return undefined;
  }
  const reading = await readReleaseTag(store, name, head);
  if (!reading.ok) {
    note('tag.unreadable', reading.flaw, 'Release a new version with a tag of its own: --tag.');
    return undefined;
  }
  const tree = await readReleasedTree(store, reading.tag.commit);
  const packages = await choosePackages(tree, name, options, answers, note);
  const version = packages && chooseVersion(tree, packages, name, options, note);
  if (packages === undefined || version === undefined) return undefined;
  return { tag: reading.tag, tree, version, packages };
}

/** The version tag on HEAD if there is exactly one; otherwise somebody must say. */
async function chooseTag(store: ObjectStore, head: Oid, answers: Answers): Promise<string | undefined> {
  const standing = await standingTags(store);
  const tree = await readReleasedTree(store, head);
  const packages = tree.packages.flatMap((one) => one.name ?? []);
  const here = standing
    .filter(({ name, commit }) => commit === head && versionOfTag(name, packages) !== undefined)
    .map(({ name }) => name);
  const [only, another] = here;
  if (only !== undefined && another === undefined) return only;
  if (another !== undefined) {
    const message = `HEAD has several tags (${here.join(', ')}); the one to publish`;
    return answers.select(
      { flag: '--tag', message },
      here.map((name) => ({ value: name, title: name })),
    );
  }
  const version = nextVersion(tree);
  const question = {
    flag: '--tag',
    message: `HEAD (${head.slice(0, 12)}) has no release tag yet; the name of the one to sign there`,
  };
  return answers.text(
    version === undefined
      ? question
      : {
          ...question,
          preset: habitualTagName(
            version,
            standing.map(({ name }) => name),
          ),
        },
  );
}

/** What the source says it will be next: in its files, else in its change log. */
function nextVersion(tree: ReleasedTree): string | undefined {
  const [stated] = statedVersions(tree, tree.packages);
  return stated?.version ?? (tree.changeLog.ok ? tree.changeLog.entry.version : undefined);
}

async function choosePackages(
  tree: ReleasedTree,
  tag: string,
  options: PublishOptions,
  answers: Answers,
  note: Note,
): Promise<Release['packages'] | undefined> {
  const found = named(tree, options);
  if (found.size === 0) {
    note(
      'package.none',
      `The tree of ${tag} (${tree.commit}) has no opam file: no NAME.opam, no opam, nothing in opam/.`,
      'Commit the opam file, then release; a file called opam needs a field name, or its name as argument.',
    );
    return undefined;
  }
  const unknown = [...options.packages, ...options.exclude].filter((name) => !found.has(name));
  for (const name of unknown) {
    note('package.unknown', `${tag} has no package ${name}.`, `It has: ${[...found.keys()].join(', ')}.`);
  }
  const eligible = [...found.keys()].filter((name) => !options.exclude.includes(name)).sort();
  const names = options.packages.length > 0 ? options.packages : await askWhich(eligible, answers);
  const chosen = eligible.flatMap((name) => {
    const source = found.get(name);
    return source !== undefined && names.includes(name) ? (readable(name, source, note) ?? []) : [];
  });
  const [first, ...others] = chosen;
  return first === undefined || unknown.length > 0 ? undefined : [first, ...others];
}

/** Packages by name. One file called `opam` may take its name from the command line or from dune-project. */
function named(tree: ReleasedTree, { packages }: PublishOptions): ReadonlyMap<string, ReleasedPackage> {
  const [told, ...others] = packages;
  const single = tree.packages.length === 1 && others.length === 0 ? told : undefined;
  const fallback = single ?? tree.project.name;
  const entries = tree.packages.flatMap((one): [string, ReleasedPackage][] => {
    const name = one.name ?? fallback;
    return name !== undefined && isPackageName(name) ? [[name, one]] : [];
  });
  // Where opam finds several files of one name, it takes the first place (OpamPinned.files_in_source).
  return new Map(entries.reverse());
}

async function askWhich(names: readonly string[], answers: Answers): Promise<readonly string[]> {
  if (names.length < 2) return names;
  const question = { flag: 'PACKAGE', message: 'Packages to publish', preset: names };
  return answers.selectMany(
    question,
    names.map((name) => ({ value: name, title: name })),
  );
}

function readable(name: string, source: ReleasedPackage, note: Note): ChosenPackage | undefined {
  const { opam, path, flaw } = source;
  if (opam === undefined) {
    note(
      'package.unreadable',
      `${path} is not in the opam format. ${flaw ?? ''}`,
      `Correct ${path}, then release.`,
    );
    return undefined;
  }
  const said = stringField(opam.items, 'name');
  if (said !== undefined && said !== name) {
    note(
      'package.renamed',
      `${path} says that its name is ${said}, not ${name}.`,
      `Correct the field name of ${path}, or rename the file.`,
    );
    return undefined;
  }
  return { name, source, opam };
}

/** The version that the tag names; whatever else the source says must agree, unless the author decided. */
function chooseVersion(
  tree: ReleasedTree,
  packages: readonly ChosenPackage[],
  tag: string,
  { packageVersion }: PublishOptions,
  note: Note,
): string | undefined {
  const version =
    packageVersion ??
    versionOfTag(
      tag,
      packages.map(({ name }) => name),
    );
  if (version === undefined || !isVersion(version)) {
    note(
      'version.unclear',
      `"${packageVersion ?? tag}" names no version.`,
      'Say which it is: --package-version VERSION.',
    );
    return undefined;
  }
  const stated =
    packageVersion === undefined
      ? statedVersions(
          tree,
          packages.map(({ source }) => source),
        )
      : [];
  for (const { where, version: other } of stated.filter((hint) => hint.version !== version)) {
    note(
      'version.disagrees',
      `${where} says version ${other}, but tag ${tag} says ${version}.`,
      `Correct ${where} and release again, or decide: --package-version ${version}.`,
    );
  }
  compareChangeLog(tree, version, note);
  return version;
}

function compareChangeLog({ changeLog }: ReleasedTree, version: string, note: Note): void {
  if (changeLog.ok && changeLog.entry.version === version) return;
  note(
    'version.change-log',
    changeLog.ok
      ? `The newest entry of ${changeLog.entry.file} is about ${changeLog.entry.version}, not ${version}.`
      : changeLog.why,
    'Nothing has to be done: a change log is optional, and a new release tag then has no text.',
  );
}
