import { isPackageName } from '../opam/package.ts';
import type { RepositoryPath, Seconds } from '../ports.ts';
import type { Contributor, Keyring, KeyringContent } from './keyring.ts';
import { matchesPattern } from './package-pattern.ts';

/** Who claimed a name by introducing it, or was enrolled for it: package name to contributor id (section 4). */
export type Claims = Pick<ReadonlyMap<string, string>, 'get'>;

/** Who may change a path (trust model, section 4). */
export type Authority =
  /** Nobody by a signature on a commit or tag: only the update rule decides. */
  | { readonly kind: 'keyring' }
  | {
      readonly kind: 'package';
      readonly name: string;
      /** Has an owner, if only one who has left: then maintainers alone may change it. */
      readonly enrolled: boolean;
      /** Ids of contributors, sorted. */
      readonly owners: readonly string[];
      /** A name that nobody has, which whoever introduces it may claim. */
      readonly openToAnyContributor: boolean;
    }
  /** Maintainers. */
  | { readonly kind: 'repository' };

/**
 * Who has authority over a path (trust model, section 4). `newName`: no package of that name stands yet.
 * `Keyring/` in any spelling counts as the keyring, because file systems that ignore case would mix them up.
 */
export function authorityOver(
  path: RepositoryPath,
  keyring: Keyring,
  claims: Claims,
  newName: boolean,
): Authority {
  const [root = '', name = '', ...rest] = path.split('/');
  if (root.toLowerCase() === 'keyring') return { kind: 'keyring' };
  if (root !== 'packages' || rest.length === 0 || !isPackageName(name)) return { kind: 'repository' };
  const owners = ownersOf(name, keyring, claims);
  const enrolled = owners.length > 0;
  const openToAnyContributor = newName && !enrolled && keyring.policy['new-packages'] === 'claim';
  return { kind: 'package', name, enrolled, owners, openToAnyContributor };
}

/** What admins set for the name replaces everything else; otherwise grants and the claim add up. */
function ownersOf(name: string, keyring: Keyring, claims: Claims): readonly string[] {
  const set = keyring.packages.get(name);
  if (set !== undefined) return [...set.owners].sort();
  const granted = [...keyring.contributors.values()]
    .filter(({ packages }) => packages.some((pattern) => matchesPattern(pattern, name)))
    .map(({ id }) => id);
  const claimant = claims.get(name);
  return [...new Set(claimant === undefined ? granted : [...granted, claimant])].sort();
}

/** Whether a signature of this contributor, as the keyring in force has them, stands for the path. */
export function hasAuthority(contributor: Contributor, authority: Authority): boolean {
  switch (authority.kind) {
    case 'keyring':
      return false;
    case 'repository':
      return contributor.roles.has('maintainer');
    case 'package':
      if (contributor.roles.has('maintainer')) return true;
      if (!contributor.roles.has('contributor')) return false;
      return authority.openToAnyContributor || authority.owners.includes(contributor.id);
    default:
      return authority satisfies never;
  }
}

/** Whether a keyring authorises nothing new any more (trust model, section 3, `expires`). */
export const hasExpired = (keyring: KeyringContent, position: Seconds): boolean =>
  keyring.expires <= position;
