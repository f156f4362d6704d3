import { formatOf, parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, SourceRemote, SourceRepository } from '../core/ports.ts';
import { usualRemote } from './git-remote.ts';
import { makeTagAct, pushTagAct } from './tag-acts.ts';
import { withoutPasswords, type UserGit } from './user-git.ts';

/**
 * The author's repository through the author's git. `remote` undefined: the one that git would push to. `reaching` gives
 * the git that reaches an address: one that knows a password for it.
 */
export async function openSource(
  git: UserGit,
  store: ObjectStore,
  remote: string | undefined,
  reaching: (address: string) => Promise<UserGit> = () => Promise.resolve(git),
): Promise<SourceRepository> {
  const name = remote ?? (await usualRemote(git));
  return {
    folder: (await git.lookUp(['rev-parse', '--show-toplevel'])) ?? git.folder,
    store,
    changes: () => workTreeChanges(git),
    makeTag: (tag, oid) => makeTag(git, tag, oid),
    remote: name === undefined ? undefined : await openRemote(git, store, name, reaching),
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

async function openRemote(
  git: UserGit,
  store: ObjectStore,
  name: string,
  reaching: (address: string) => Promise<UserGit>,
): Promise<SourceRemote> {
  const url = await git.ask(['remote', 'get-url', '--push', '--', name], {
    code: 'usage.argument',
    what: `The source repository has no remote ${name}.`,
    mend: 'git remote -v lists the remotes; choose one with --remote.',
  });
  const address = withoutPasswords(url);
  return {
    name,
    address,
    tag: async (tag) => remoteTag(await reaching(address), store.format, name, address, tag),
    pushTag: (tag, oid) => pushTag(() => reaching(address), name, address, tag, oid),
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

function pushTag(
  reach: () => Promise<UserGit>,
  remote: string,
  address: string,
  tag: string,
  oid: Oid,
): OutwardAct {
  const reference = `refs/tags/${tag}`;
  const standing = async () => remoteTag(await reach(), formatOf(oid), remote, address, tag);
  const push = async (refspec: string, lease: string, what: string): Promise<void> => {
    const args = ['push', '--quiet', '--no-follow-tags'];
    const git = await reach();
    await git.ask([...args, `--force-with-lease=${reference}:${lease}`, '--', remote, refspec], {
      code: 'push.refused',
      what,
      mend: `Look at it: git ls-remote ${remote} ${reference}`,
    });
  };
  return pushTagAct(
    { remote, address, mend: `Look at it: git ls-remote ${remote} ${reference}` },
    {
      tag,
      oid,
      standing,
      // The lease with no value: only where no such tag stands.
      make: () => push(`${oid}:${reference}`, '', `Tag ${tag} was not pushed to ${address}.`),
      remove: () => push(`:${reference}`, oid, `Tag ${tag} was not taken back from ${address}.`),
    },
  );
}

function makeTag(git: UserGit, tag: string, oid: Oid): OutwardAct {
  const reference = `refs/tags/${tag}`;
  const standing = async () =>
    parseOid((await git.lookUp(['rev-parse', '--verify', '-q', reference])) ?? '', formatOf(oid));
  const update = async (args: readonly string[], what: string): Promise<void> => {
    await git.ask(['update-ref', ...args], {
      code: 'reference.moved',
      what,
      mend: `Look at it: git show ${tag}`,
    });
  };
  return makeTagAct({
    tag,
    oid,
    standing,
    make: () => update([reference, oid, '0'.repeat(oid.length)], `Tag ${tag} was not made.`),
    remove: () => update(['-d', reference, oid], `Tag ${tag} was not deleted.`),
  });
}
