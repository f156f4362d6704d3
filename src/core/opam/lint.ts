import { type Finding, finding } from '../report/report.ts';
import type { Field, Value } from './ast.ts';
import { findField, findSection, lineOf } from './opam-file.ts';
import type { PackageDirectory } from './package-file.ts';

/** What must be known of a package beside its directory. */
export interface LintCircumstances {
  /** Whether no version of the package stands yet. */
  readonly newName: boolean;
}

type Code = Extract<Finding['code'], `lint.${string}`>;

/** Notes what is wrong, at a field if there is one. */
type Note = (code: Code, what: string, field?: Field) => void;

/**
 * The rules by which opam-repository's own checks of submissions refuse what `opam lint` lets pass (opam-ci-check,
 * policies 6 and 12). Nothing here bears on trust: findings are `lint.*` and refute nothing.
 */
export function lintPackage(
  directory: PackageDirectory,
  circumstances: LintCircumstances,
): readonly Finding[] {
  const { name, version, opam } = directory;
  const path = `packages/${name}/${name}.${version}/opam`;
  const findings: Finding[] = [];
  const note: Note = (code, what, field) => {
    const at = field === undefined ? { path } : { path, line: lineOf(opam, field) };
    findings.push(finding(code, at, `${path}: ${what}`));
  };
  noteSuperfluous(directory, note);
  noteSources(directory, note);
  noteDune(directory, note);
  notePeople(directory, note);
  noteNames(directory, circumstances, note);
  return findings;
}

const has = ({ opam }: PackageDirectory, name: string): boolean => {
  const value = findField(opam.items, name)?.value;
  return value !== undefined && !(value.kind === 'list' && value.values.length === 0);
};

function noteSuperfluous(directory: PackageDirectory, note: Note): void {
  const { opam, files } = directory;
  for (const name of ['name', 'version']) {
    const field = findField(opam.items, name);
    if (field !== undefined) note('lint.own-name', `the field ${name} repeats what the folder says.`, field);
  }
  const pins = findField(opam.items, 'pin-depends');
  if (pins !== undefined && has(directory, 'pin-depends')) {
    note('lint.pin-depends', 'pin-depends would take dependencies past the repository.', pins);
  }
  const [extra] = [...(stringsOf(findField(opam.items, 'extra-files')) ?? []), ...files.keys()];
  if (extra !== undefined) {
    note('lint.extra-files', `the file ${JSON.stringify(extra)} would be kept in the repository.`);
  }
}

function noteSources(directory: PackageDirectory, note: Note): void {
  const { name, opam } = directory;
  const conf = stringsOf(findField(opam.items, 'flags'))?.includes('conf') === true;
  if (findSection(opam.items, 'url') === undefined && !conf) {
    note('lint.no-source', 'there is no section url, and no flag conf that would explain it.');
  }
  const signs = [
    { holds: conf, words: 'the flag conf' },
    { holds: name.startsWith('conf-'), words: 'a name that begins with conf-' },
    { holds: has(directory, 'depexts'), words: 'depexts' },
  ];
  const [held, missing] = [signs.filter(({ holds }) => holds), signs.filter(({ holds }) => !holds)];
  if (held.length === 0 || missing.length === 0) return;
  note('lint.conf-package', `there is ${spoken(held)}, but not ${spoken(missing)}.`);
}

const spoken = (signs: readonly { readonly words: string }[]): string =>
  signs.map(({ words }) => words).join(' and ');

function noteDune({ opam }: PackageDirectory, note: Note): void {
  const build = findField(opam.items, 'build');
  const commands = build === undefined ? [] : [build.value, ...membersOf(build.value)];
  if (commands.some(substitutesAlways)) {
    note('lint.dune-subst', 'dune subst is run for releases too, not {dev} alone.', build);
  }
  const depends = findField(opam.items, 'depends');
  if (depends !== undefined && dependsOnDuneToBuild(depends.value)) {
    note(
      'lint.dune-build',
      'dune is a dependency with the filter build, which keeps it from being rebuilt for.',
      depends,
    );
  }
}

/** A command `"dune" "subst"` without exactly the filter `{dev}`. */
function substitutesAlways(command: Value): boolean {
  const inner = command.kind === 'option' ? command.of : command;
  const [first, second, ...more] = membersOf(inner).map(stringOf);
  if (first !== 'dune' || second !== 'subst' || more.length > 0) return false;
  const [filter, another] = command.kind === 'option' ? command.options : [];
  return !(filter?.kind === 'ident' && filter.value === 'dev' && another === undefined);
}

function dependsOnDuneToBuild(value: Value): boolean {
  if (value.kind === 'option') {
    return stringOf(value.of) === 'dune' && value.options.some(mentionsBuild);
  }
  return membersOf(value).some(dependsOnDuneToBuild);
}

const mentionsBuild = (value: Value): boolean =>
  (value.kind === 'ident' && value.value === 'build') || membersOf(value).some(mentionsBuild);

function notePeople({ opam }: PackageDirectory, note: Note): void {
  const maintainers = stringsOf(findField(opam.items, 'maintainer')) ?? [];
  const reports = stringsOf(findField(opam.items, 'bug-reports')) ?? [];
  if (reports.length === 0 && !maintainers.some((one) => one.includes('@'))) {
    note(
      'lint.no-contact',
      'neither bug-reports nor the e-mail address of a maintainer says whom to tell of a bug.',
    );
  }
  const tags = findField(opam.items, 'tags');
  const samples = (stringsOf(tags) ?? []).filter((tag) => sampleTags.has(tag));
  if (samples.length > 0) {
    note('lint.sample-tags', `the tags ${samples.join(', ')} come from the template of dune init.`, tags);
  }
}

const sampleTags: ReadonlySet<string> = new Set(['add topics', 'topics', 'to describe', 'your', 'project']);

/** Prefixes that belong to the packaging of the compiler, each with the conflict class of its packages. */
const reservedPrefixes: readonly (readonly [prefix: string, conflictClass: string])[] = [
  ['mysys2-', 'msys2-env'],
  ['arch-', 'ocaml-arch'],
  ['ocaml-env-mingw', 'ocaml-env-mingw'],
  ['ocaml-env-msvc', 'ocaml-env-msvc'],
  ['host-arch-', 'ocaml-host-arch'],
  ['host-system-', 'ocaml-host-system'],
  ['system-', 'ocaml-system'],
];

function noteNames(
  { name, version, opam }: PackageDirectory,
  { newName }: LintCircumstances,
  note: Note,
): void {
  const field = findField(opam.items, 'conflict-class');
  const classes = stringsOf(field) ?? [];
  for (const [prefix, conflictClass] of reservedPrefixes) {
    const [named, classed] = [name.startsWith(prefix), classes.includes(conflictClass)];
    if (named !== classed) {
      note(
        'lint.conflict-class',
        `names that begin with ${prefix} and the conflict class ${conflictClass} go together.`,
        field,
      );
    }
    if (named && newName)
      note(
        'lint.reserved-prefix',
        `names that begin with ${prefix} belong to the packaging of the compiler.`,
      );
  }
  if (/^v\d/i.test(version)) note('lint.version-prefix', `the version ${version} begins with a v.`);
}

/** The parts of a value that stand in it side by side. */
function membersOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case 'list':
    case 'group':
      return value.values;
    case 'logical':
      return value.operands;
    case 'prefix':
      return [value.right];
    case 'bool':
    case 'int':
    case 'string':
    case 'ident':
    case 'option':
    case 'comparison':
    case 'constraint':
    case 'update':
      return [];
    default:
      return value satisfies never;
  }
}

const stringOf = (value: Value): string | undefined => (value.kind === 'string' ? value.value : undefined);

/** The words of a field that is one word or a list of them, filters left out; undefined if it is not there. */
function stringsOf(field: Field | undefined): readonly string[] | undefined {
  if (field === undefined) return undefined;
  const values = field.value.kind === 'list' ? flat(field.value.values) : [field.value];
  return values.flatMap((value) => {
    const inner = value.kind === 'option' ? value.of : value;
    return inner.kind === 'string' || inner.kind === 'ident' ? [inner.value] : [];
  });
}

const flat = (values: readonly Value[]): readonly Value[] =>
  values.flatMap((value) => (value.kind === 'list' ? flat(value.values) : [value]));
