import { Fault } from '../core/fault.ts';
import type { ObjectFormat } from '../core/git/oid.ts';
import type { MaintainedRemote } from '../core/review-ports.ts';
import { pushReferences, standingAt } from './push-references.ts';
import { withoutPasswords, type UserGit } from './user-git.ts';

/** A remote as the user's git reaches it: by the name that it has in this repository, or by its address. */
export interface Remote {
  readonly name: string;
  /** For people, without user name and password. */
  readonly address: string;
}

/** As git push chooses: the branch's, the user's preference, origin, or the only one (git-push(1), git-config(1)). */
export async function usualRemote(git: UserGit): Promise<string | undefined> {
  const branch = await git.lookUp(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const settings = [
    ...(branch === undefined ? [] : [`branch.${branch}.pushRemote`]),
    'remote.pushDefault',
    ...(branch === undefined ? [] : [`branch.${branch}.remote`]),
  ];
  const names = ((await git.lookUp(['remote'])) ?? '').split('\n').filter((name) => name !== '');
  for (const setting of settings) {
    const name = await git.lookUp(['config', '--get', setting]);
    if (name !== undefined && names.includes(name)) return name;
  }
  return names.length === 1 ? names[0] : names.find((name) => name === 'origin');
}

/**
 * The remote of a name or address; where nothing is named, the one that git would push to, and undefined if there is
 * none.
 */
export async function findRemote(git: UserGit, named: string | undefined): Promise<Remote | undefined> {
  const name = named ?? (await usualRemote(git));
  if (name === undefined) return undefined;
  const url = await git.lookUp(['remote', 'get-url', '--push', '--', name]);
  const address = withoutPasswords(url ?? name);
  if (url === undefined) refusePassword(name);
  return { name, address };
}

/** Arguments are seen by everybody on the machine, and git keeps the address in its configuration. */
export function refusePassword(address: string): void {
  if (withoutPasswords(address) === address) return;
  throw new Fault(
    'usage.argument',
    `The address ${withoutPasswords(address)} was given with a user name or password.`,
    'Leave it out and let git ask or remember: git help credentials.',
  );
}

/** A package repository as its maintainers push to it. */
export function maintainedRemote(git: UserGit, remote: Remote, format: ObjectFormat): MaintainedRemote {
  const { name, address } = remote;
  return {
    address,
    standing: (names) => standingAt(git, name, address, format, names),
    push: (updates) =>
      pushReferences(
        {
          id: 'push-references',
          title: `push ${updates.map((update) => spoken(update.name)).join(', ')} to ${address}`,
          details: { address, ...Object.fromEntries(updates.map((update) => [update.name, update.oid])) },
        },
        { git, remote: name, address, references: updates },
      ),
  };
}

const spoken = (reference: string): string =>
  reference.replace(/^refs\/heads\//, 'branch ').replace(/^refs\/tags\//, 'tag ');
