import { Fault } from '../core/fault.ts';
import { formatOf, parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { ObjectStore, OutwardAct, SourceRemote, SourceRepository } from '../core/ports.ts';
import { withoutPasswords, type UserGit } from './user-git.ts';

/** The author's repository through the author's git. `remote` undefined: the one that git would push to. */
export async function openSource(
  git: UserGit,
  store: ObjectStore,
  remote: string | undefined,
): Promise<SourceRepository> {
  const name = remote ?? (await usualRemote(git));
  return {
    store,
    changes: () => workTreeChanges(git),
    remote: name === undefined ? undefined : await openRemote(git, store, name),
  };
}

async function workTreeChanges(git: UserGit): Promise<readonly string[]> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal'];
  const status = await git.ask(args, {
    code: 'git.failed',
    what: `The state of the work tree ${git.folder} is not to be had.`,
    mend: 'Run git status there.',
  });
  return status.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]));
}

/** As git push chooses: the branch's, the user's preference, origin, or the only one (git-push(1), git-config(1)). */
async function usualRemote(git: UserGit): Promise<string | undefined> {
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

async function openRemote(git: UserGit, store: ObjectStore, name: string): Promise<SourceRemote> {
  const url = await git.ask(['remote', 'get-url', '--push', '--', name], {
    code: 'usage.argument',
    what: `The source repository has no remote ${name}.`,
    mend: 'git remote -v lists the remotes; choose one with --remote.',
  });
  const address = withoutPasswords(url);
  return {
    name,
    address,
    tag: (tag) => remoteTag(git, store.format, name, address, tag),
    pushTag: (tag, oid) => pushTag(git, name, address, tag, oid),
  };
}

async function remoteTag(
  git: UserGit,
  format: ObjectFormat,
  remote: string,
  address: string,
  tag: string,
): Promise<Oid | undefined> {
  const reference = `refs/tags/${tag}`;
  const listing = await git.ask(['ls-remote', '--', remote, reference], {
    code: 'network.failed',
    what: `The tags of ${address} cannot be read.`,
    mend: `Try it by hand: git ls-remote ${remote}`,
  });
  const line = listing.split('\n').find((one) => one.endsWith(`\t${reference}`));
  return line === undefined ? undefined : parseOid(line.split('\t')[0] ?? '', format);
}

function pushTag(git: UserGit, remote: string, address: string, tag: string, oid: Oid): OutwardAct {
  const reference = `refs/tags/${tag}`;
  return {
    id: 'push-source-tag',
    title: `push tag ${tag} to ${remote} (${address})`,
    details: { remote, address, reference, oid },
    async perform() {
      // The lease with no value: only where no such tag stands. Nothing is ever moved.
      const lease = `--force-with-lease=${reference}:`;
      await git.ask(['push', '--quiet', '--no-follow-tags', lease, '--', remote, `${oid}:${reference}`], {
        code: 'push.refused',
        what: `Tag ${tag} was not pushed to ${address}.`,
        mend: `Try it by hand: git push ${remote} ${reference}`,
      });
      const standing = await remoteTag(git, formatOf(oid), remote, address, tag);
      if (standing === oid) return oid;
      throw new Fault(
        'push.refused',
        `After the push ${address} has ${standing ?? 'nothing'} under tag ${tag}, not ${oid}.`,
        `Look at it: git ls-remote ${remote} ${reference}`,
      );
    },
  };
}
