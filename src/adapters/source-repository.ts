import { Fault } from '../core/fault.ts';
import { formatOf, parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { OutwardAct, Undone } from '../core/outward-act.ts';
import type { ObjectStore, SourceRemote, SourceRepository } from '../core/ports.ts';
import { usualRemote } from './git-remote.ts';
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
  return {
    id: 'push-source-tag',
    title: `push tag ${tag} to ${remote} (${address})`,
    details: { remote, address, reference, oid },
    async perform(begun = false) {
      if ((await standing()) === oid) return { outcome: `${oid} is there already`, made: begun };
      // The lease with no value: only where no such tag stands. Nothing is ever moved.
      await push(`${oid}:${reference}`, '', `Tag ${tag} was not pushed to ${address}.`);
      const there = await standing();
      if (there === oid) return { outcome: oid, made: true };
      throw new Fault(
        'push.refused',
        `After the push ${address} has ${there ?? 'nothing'} under tag ${tag}, not ${oid}.`,
        `Look at it: git ls-remote ${remote} ${reference}`,
      );
    },
    async undo() {
      const left = leftAlone(`tag ${tag} at ${address}`, await standing(), oid);
      if (left !== undefined) return left;
      await push(`:${reference}`, oid, `Tag ${tag} was not taken back from ${address}.`);
      return { undone: true, outcome: `deleted tag ${tag} at ${address}` };
    },
  };
}

function makeTag(git: UserGit, tag: string, oid: Oid): OutwardAct {
  const reference = `refs/tags/${tag}`;
  const standing = async () =>
    parseOid((await git.lookUp(['rev-parse', '--verify', '-q', reference])) ?? '', formatOf(oid));
  const update = (args: readonly string[], what: string) =>
    git.ask(['update-ref', ...args], { code: 'reference.moved', what, mend: `Look at it: git show ${tag}` });
  return {
    id: 'make-release-tag',
    title: `make tag ${tag}`,
    details: { reference, oid },
    async perform(begun = false) {
      if ((await standing()) === oid) return { outcome: `${oid} stands already`, made: begun };
      await update([reference, oid, '0'.repeat(oid.length)], `Tag ${tag} was not made.`);
      return { outcome: oid, made: true };
    },
    async undo() {
      const left = leftAlone(`tag ${tag}`, await standing(), oid);
      if (left !== undefined) return left;
      await update(['-d', reference, oid], `Tag ${tag} was not deleted.`);
      return { undone: true, outcome: `deleted tag ${tag}` };
    },
  };
}

/** Why a reference is not taken back: it is gone, or no longer what we made it. Undefined if it is ours to take back. */
function leftAlone(what: string, standing: Oid | undefined, ours: Oid): Undone | undefined {
  if (standing === ours) return undefined;
  return {
    undone: false,
    outcome: standing === undefined ? `${what} is gone already` : `${what} is ${standing} now and stays`,
  };
}
