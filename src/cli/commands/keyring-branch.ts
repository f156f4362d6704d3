import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { KeyringState } from '../../core/trust/keyring-state.ts';
import { loadKeyring } from '../../core/trust/load-keyring.ts';
import type { Context } from '../context.ts';
import { requireCommit } from '../revision.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import type { PlaceOptions } from './keyring-work.ts';

/** The flags that keep a proposal on a branch, for other admins to fetch. */
export interface BranchOptions {
  /** The branch that a proposal is committed on; made where it is not there. */
  readonly branch?: string | undefined;
  /** A remote to push to, as `REMOTE` or `REMOTE:BRANCH`. */
  readonly push?: string | undefined;
}

/** Refuses a push of nothing: what is in the folder alone can't be pushed. */
export function requireBranch({ branch, push }: BranchOptions): void {
  if (push === undefined || branch !== undefined) return;
  throw new Fault(
    'usage.argument',
    `--push ${push} has nothing to push: the proposal would stand in the folder alone.`,
    'Name the branch that it is committed on: --branch NAME.',
  );
}

/** Writes what somebody has said yes to; where a branch is named, it is committed there, and pushed as far as is asked. */
export async function keepOnBranch(
  context: Context,
  { folder, branch, push }: BranchOptions & PlaceOptions,
  state: KeyringState,
  message: string,
  write: () => Promise<void>,
): Promise<void> {
  const git = new UserGit(context.options.directory, environmentOfPrograms(context));
  if (branch !== undefined) await switchTo(git, branch);
  await write();
  if (branch === undefined) return;
  const commit = await commitFolder(context, git, folder, state, message);
  if (push !== undefined) await pushBranch(git, commit, push);
}

/** Where a proposal stands, and how the next one signs it. */
export function standingText({ branch, push }: BranchOptions): string {
  const signing = 'to be signed: opam-signet keyring sign';
  if (branch === undefined) return signing;
  const [pushed, flag] = push === undefined ? ['', ''] : [`, pushed to ${push}`, ` --push ${push}`];
  return `on branch ${branch}${pushed}, ${signing} --commit${flag}`;
}

/** Goes to the branch, making it at HEAD if there is none. What stands in the work tree stays. */
async function switchTo(git: UserGit, branch: string): Promise<void> {
  const current = await git.lookUp(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  if (current === branch) return;
  await git.ask(['switch', '--quiet', '--create', branch], {
    code: 'git.failed',
    what: `The branch ${branch} was not made.`,
    mend: `If it is there already, go to it first: git switch ${branch}. Or take another name.`,
  });
}

/**
 * Commits the folder on HEAD, and nothing else, whatever is staged (trust model, section 3.6). What git committed is
 * read back: filters and hooks could have changed it.
 */
export async function commitFolder(
  context: Context,
  git: UserGit,
  folder: string,
  { keyring }: KeyringState,
  message: string,
): Promise<Oid> {
  const refusal = {
    code: 'git.failed',
    what: 'The keyring file was not committed.',
    mend: 'Do what git says, then run it again.',
  } as const;
  await git.ask(['add', '--all', '--', folder], refusal);
  await git.ask(['commit', '--quiet', '--only', '-m', message, '--', folder], refusal);
  const { environment, options } = context;
  const store = await openStore(options.directory, { kind: 'auto', environment });
  try {
    const commit = await requireCommit(store, 'HEAD');
    const committed = await loadKeyring(store, commit);
    if (committed.ok && committed.state.keyring.digest === keyring.digest) return commit;
  } finally {
    await store.close();
  }
  throw new Fault(
    'git.failed',
    `What git committed is not version ${keyring.version} of the keyring file: a filter, a hook or an attribute changed it, or ${folder} is not keyring/ of the repository.`,
    'Take the commit back (git reset --soft HEAD~1), and see git config --list and .gitattributes.',
  );
}

/** The remote and branch of `REMOTE` or `REMOTE:BRANCH`; the branch that is checked out where none is named. */
export async function pushTarget(
  git: UserGit,
  target: string,
): Promise<{ readonly remote: string; readonly branch: string }> {
  const [, remote = target, named] = /^([^:]+):(.+)$/.exec(target) ?? [];
  const branch = named ?? (await git.lookUp(['symbolic-ref', '--quiet', '--short', 'HEAD']));
  if (branch !== undefined) return { remote, branch };
  throw new Fault('usage.argument', 'HEAD is on no branch.', 'Name one: --push REMOTE:BRANCH.');
}

/** Pushes a commit to `REMOTE` or `REMOTE:BRANCH`. A branch that moved meanwhile refuses it: it is no fast-forward. */
export async function pushBranch(git: UserGit, commit: string, target: string): Promise<void> {
  const { remote, branch } = await pushTarget(git, target);
  await git.ask(['push', '--quiet', '--', remote, `${commit}:refs/heads/${branch}`], {
    code: 'git.failed',
    what: `The commit ${commit} stands here, but was not pushed to ${target}.`,
    mend: 'If somebody else was faster: git fetch, go to their version, and opam-signet keyring merge YOUR-BRANCH.',
  });
}
