import { likeness, parsePackagePath } from '../opam/package.ts';
import type { PathChange, RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { type Authority, authorityOver } from '../trust/authority.ts';
import type { Keyring } from '../trust/keyring.ts';
import type { Attribution } from './attribution.ts';
import type { Ownership } from './ownership.ts';

/** Why only maintainers may introduce a name (trust model, sections 3 and 4). */
type Restriction =
  { readonly code: 'name.look-alike'; readonly twin: string } | { readonly code: 'name.needs-maintainer' };

/** The package names that one step introduces. */
export interface NewNames {
  /** Every name that stands after the step. A name once seen stays: only a first introduction claims it. */
  readonly standing: Ownership['standingNames'];
  authorityOver(path: RepositoryPath): Authority;
  /** Names that were claimed by the contributor who introduced them. */
  claimed(attributions: readonly Attribution[]): ReadonlyMap<string, string>;
  findings(attributions: readonly Attribution[], step: Finding['at']): readonly Finding[];
}

/** Finds the names that a step introduces and who may introduce them (trust model, section 4). */
export function judgeNames(changes: readonly PathChange[], ownership: Ownership, keyring: Keyring): NewNames {
  const introduced = new Set<string>();
  for (const { path, after } of changes) {
    const name = nameOf(path);
    if (after !== undefined && name !== undefined && !ownership.standingNames.has(name)) introduced.add(name);
  }
  const restricted = restrictions(introduced, ownership.standingNames, keyring);
  return {
    standing: ownership.standingNames.with([...introduced]),
    authorityOver(path) {
      const name = nameOf(path);
      if (name !== undefined && restricted.has(name))
        return { kind: 'package', name, enrolled: true, owners: [], openToAnyContributor: false };
      return authorityOver(path, keyring, ownership.claims, name !== undefined && introduced.has(name));
    },
    claimed: (attributions) => claims(attributions, introduced, keyring),
    findings: (attributions, step) =>
      [...unattributed(attributions)].flatMap(([name, path]) => {
        const restriction = restricted.get(name);
        return restriction === undefined ? [] : [restrictionFinding(name, restriction, { ...step, path })];
      }),
  };
}

const nameOf = (path: RepositoryPath): string | undefined => parsePackagePath(path)?.name;

/** For each package name the first of its paths that nobody with authority signed for. */
function unattributed(attributions: readonly Attribution[]): ReadonlyMap<string, RepositoryPath> {
  const paths = new Map<string, RepositoryPath>();
  for (const { path, kind } of attributions) {
    const name = kind === 'none' ? nameOf(path) : undefined;
    if (name !== undefined && !paths.has(name)) paths.set(name, path);
  }
  return paths;
}

/** New names must not look like standing ones, nor like each other: both would stand after the step. */
function restrictions(
  introduced: ReadonlySet<string>,
  standing: Ownership['standingNames'],
  keyring: Keyring,
): ReadonlyMap<string, Restriction> {
  const restricted = new Map<string, Restriction>();
  const together = new Map<string, string[]>();
  for (const name of introduced) {
    const look = likeness(name);
    const known = together.get(look) ?? [];
    // Of any two, one is another name than the one that is asked about.
    if (known.length < 2) together.set(look, [...known, name]);
  }
  for (const name of introduced) {
    const twin = standing.alike(name) ?? together.get(likeness(name))?.find((other) => other !== name);
    if (twin !== undefined) restricted.set(name, { code: 'name.look-alike', twin });
    else if (keyring.policy['new-packages'] === 'maintainer')
      restricted.set(name, { code: 'name.needs-maintainer' });
  }
  return restricted;
}

function restrictionFinding(name: string, restriction: Restriction, at: Finding['at']): Finding {
  switch (restriction.code) {
    case 'name.look-alike':
      return finding(
        restriction.code,
        at,
        `The new package ${name} looks like the package ${restriction.twin}.`,
      );
    case 'name.needs-maintainer':
      return finding(restriction.code, at, `The new package ${name} was not introduced by a maintainer.`);
    default:
      return restriction satisfies never;
  }
}

/** A claim goes to the contributor whose attributed change introduced the name (trust model, section 4). */
function claims(
  attributions: readonly Attribution[],
  introduced: ReadonlySet<string>,
  keyring: Keyring,
): ReadonlyMap<string, string> {
  const claimed = new Map<string, string>();
  if (keyring.policy['new-packages'] !== 'claim') return claimed;
  for (const { path, contributor } of attributions) {
    const name = nameOf(path);
    if (name === undefined || contributor === undefined || !introduced.has(name) || claimed.has(name))
      continue;
    claimed.set(name, contributor);
  }
  return claimed;
}
