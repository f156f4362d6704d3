import type { Tag } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import { listFolder } from '../git/tree.ts';
import { parsePackagePath } from '../opam/package.ts';
import type { ObjectStore, PathChange, RepositoryPath, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { OwnerStatement } from '../statement-values.ts';
import { authorityOver } from '../trust/authority.ts';
import type { Keyring } from '../trust/keyring.ts';
import { GrowingMap } from './growing-map.ts';
import { GrowingSet } from './growing-set.ts';
import { StandingNames } from './standing-names.ts';
import type { JudgedTag } from './tags.ts';

/** What the mainline has established up to some commit: who owns what, which names stand, and what was used up. */
export interface Ownership {
  /** Package name to the contributor who claimed it or was enrolled for it (trust model, section 4). */
  readonly claims: GrowingMap<string>;
  readonly standingNames: StandingNames;
  /** The content statements that a step has made true, each by its key. */
  readonly spentStatements: GrowingSet;
  /** Package versions that a step took out, with the position after it: older signatures do not bring them back. */
  readonly withdrawn: GrowingMap<Seconds>;
}

/** What is known of a history without commits. */
export const nothingEstablished: Ownership = {
  claims: GrowingMap.of<string>([]),
  standingNames: StandingNames.none,
  spentStatements: GrowingSet.empty,
  withdrawn: GrowingMap.of<Seconds>([]),
};

/** The names that stand in a commit's tree, none of them claimed: how ownership starts at the anchor. */
export async function ownershipAt(store: ObjectStore, commit: Oid): Promise<Ownership> {
  const names = await listFolder(store, commit, 'packages');
  return { ...nothingEstablished, standingNames: StandingNames.none.with(names.map(({ name }) => name)) };
}

/** The package versions whose opam file a step removes. */
export const withdrawals = (changes: readonly PathChange[]): readonly string[] =>
  changes.flatMap(({ path, after }) => {
    const parsed = after === undefined ? parsePackagePath(path) : undefined;
    return parsed?.rest === 'opam' ? [parsed.nameVersion] : [];
  });

/** When the package version that a path belongs to was taken out last. */
export function withdrawnAt({ withdrawn }: Ownership, path: RepositoryPath): Seconds | undefined {
  const parsed = parsePackagePath(path);
  return parsed && withdrawn.get(parsed.nameVersion);
}

/**
 * The standing names that endorsement tags enrol (trust model, section 4). A tag that does not count or is no
 * endorsement, a contributor that the keyring does not know, and a name that is owned already are reported and
 * left alone.
 */
export function enrolments(
  tags: readonly JudgedTag[],
  ownership: Ownership,
  keyring: Keyring,
): { readonly owners: ReadonlyMap<string, string>; readonly findings: readonly Finding[] } {
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { signet, unfit } of tags) {
    for (const owner of signet.statement.owners) {
      const obstacle =
        signet.statement.kind !== 'endorsement' || unfit?.code === 'attribution.no-authority'
          ? "only a maintainer's endorsement can enrol"
          : ((unfit && `the tag does not count (${unfit.code})`) ?? obstacleTo(owner, ownership, keyring));
      if (obstacle === undefined) owners.set(owner.name, owner.contributor);
      else findings.push(ignored(signet.tag, owner.name, obstacle));
    }
  }
  return { owners, findings };
}

function obstacleTo(
  { name, contributor }: OwnerStatement,
  { claims, standingNames }: Ownership,
  keyring: Keyring,
): string | undefined {
  if (!keyring.contributors.has(contributor)) return `the keyring file has no contributor ${contributor}`;
  if (!standingNames.has(name)) return 'no package of that name stands';
  const authority = authorityOver(`packages/${name}/opam`, keyring, claims, false);
  const owners = authority.kind === 'package' ? authority.owners : [];
  return owners.every((owner) => owner === contributor) ? undefined : `${owners.join(', ')} owns it`;
}

function ignored({ name, oid }: Tag, packageName: string, why: string): Finding {
  const message = `Tag ${name} would enrol ${packageName}; ignored: ${why}.`;
  return finding('owner.ignored', { object: oid }, message);
}
