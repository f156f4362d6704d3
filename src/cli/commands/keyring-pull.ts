import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../adapters/open-store.ts';
import type { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { BranchSending, OutwardAct } from '../../core/outward-act.ts';
import type { BranchRequest, Forge, PackageRepository } from '../../core/ports.ts';
import { parseForgePlace } from '../../core/review/pull-request-name.ts';
import type { Context } from '../context.ts';
import { openForge } from '../package-repository.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { pushBranch, pushTarget } from './keyring-branch.ts';

/** The flags by which a branch that is pushed becomes a pull request. */
export interface PullOptions {
  readonly pr?: boolean | undefined;
  /** The package repository; what the keyring file says if left out. */
  readonly to?: string | undefined;
  /** `owner/name` of the fork that is pushed to; told by the address of the remote if left out. */
  readonly fork?: string | undefined;
  readonly draft?: boolean | undefined;
  /** The remote, as `REMOTE` or `REMOTE:BRANCH`; with `pr` the user's fork if left out. */
  readonly push?: string | undefined;
  readonly dryRun: boolean;
}

/** What is asked for, and of whom if no flag says. */
interface Wish extends Pick<BranchRequest, 'title' | 'text'> {
  readonly repository: string;
  /** The branch to make at the fork, where no flag names a remote to push to. */
  readonly branch: string;
}

/** A pull request that is to be opened for a commit that nobody has made yet. */
export interface PlannedPull {
  /** What is done, for the one yes: `push it to …`, `open a pull request for …`. */
  readonly steps: readonly string[];
  /** Pushes the commit and opens it; its address. Where one is open for the branch already, that is brought up to date. */
  open(commit: Oid): Promise<string>;
}

/** The one question for steps that start in lower case: `Sign …, push … and open …?` */
export function questionOf(steps: readonly string[]): string {
  const text = [steps.slice(0, -1).join(', '), ...steps.slice(-1)].filter((one) => one !== '').join(' and ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}

/**
 * Plans the pull request that the flags ask for, and lets it be opened; without `--pr` there is none. Login, fork and
 * package repository are looked at before anything is signed or pushed. Where no remote is named, the branch goes to
 * the user's fork, which is made if there is none.
 */
export async function withPull<T>(
  context: Context,
  git: UserGit,
  options: PullOptions,
  wish: Wish,
  use: (pull: PlannedPull | undefined) => Promise<T>,
): Promise<T> {
  if (options.pr !== true) return use(undefined);
  const pushed = options.push === undefined ? undefined : await pushTarget(git, options.push);
  const fork = options.fork ?? (pushed && (await pathOf(git, pushed.remote)));
  const branch = pushed?.branch ?? wish.branch;
  const workspace = await mkdtemp(join(tmpdir(), 'opam-signet-pull-'));
  try {
    const address = options.to ?? wish.repository;
    const environment = environmentOfPrograms(context);
    const { draft = false } = options;
    const route = {
      ...{ forge: undefined, tokenFile: undefined, pushBy: 'git' as const },
      ...{ fork, draft, submits: !options.dryRun },
    };
    const forge = await openForge(context, address, route, await sourceAddress(git), {
      folder: workspace,
      environment,
      openStore: (folder) => openStore(folder, { kind: 'auto', environment }),
    });
    // Before anything is read from it: a plain git remote takes no pull requests.
    if (forge.kind === 'git') throw noForge(address);
    const repository = await forge.open(undefined);
    try {
      requireAnotherBranch(forge, repository, { fork: fork ?? repository.facts['fork'] ?? '', branch });
      const { title, text } = wish;
      const [act] = repository.requests({ branch, title, text, draft });
      const sending = options.push === undefined ? repository.sending(branch) : byRemote(git, options.push);
      if (act === undefined || sending === undefined) throw noForge(address);
      const open = async (commit: Oid): Promise<string> => {
        for (const one of sending.acts(commit, git.folder)) await one.perform();
        return opened(act, forge, branch);
      };
      return await use({ steps: [...sending.titles, act.title], open });
    } finally {
      await repository.close();
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Pushing to a remote that was named, by whatever right the user's git has there. */
const byRemote = (git: UserGit, target: string): BranchSending => ({
  titles: [`push it to ${target}`],
  acts: (commit) => [
    {
      ...{ id: 'push-branch', title: `push it to ${target}`, details: { target, commit } },
      perform: async () => {
        await pushBranch(git, commit, target);
        return { outcome: target, made: true };
      },
    },
  ],
});

/** Where the clone came from: whoever reaches that by SSH pushes by SSH. */
const sourceAddress = (git: UserGit): Promise<string | undefined> =>
  git.lookUp(['ls-remote', '--get-url', 'origin']);

async function opened(act: OutwardAct, { address }: Forge, branch: string): Promise<string> {
  try {
    return (await act.perform()).outcome;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      error.code,
      `The commit is pushed to branch ${branch}, but no pull request was opened. ${error.message}`,
      `${error.mend} Or open it by hand, at ${address}.`,
      error,
    );
  }
}

/** The path of a remote at its forge: `alice/opam-repository`. */
async function pathOf(git: UserGit, remote: string): Promise<string> {
  const address = (await git.lookUp(['ls-remote', '--get-url', '--', remote])) ?? remote;
  const path = parseForgePlace(address)?.path;
  if (path !== undefined) return path;
  throw new Fault(
    'usage.argument',
    `The address of ${remote} does not tell which repository it is at a forge.`,
    'Name it: --fork OWNER/NAME.',
  );
}

/** Pushing to the very branch that a pull request is for would do without it what it asks for. */
function requireAnotherBranch(
  { address }: Forge,
  { branch: base }: PackageRepository,
  { fork, branch }: { readonly fork: string; readonly branch: string },
): void {
  if (branch !== base || parseForgePlace(address)?.path.toLowerCase() !== fork.toLowerCase()) return;
  throw new Fault(
    'usage.argument',
    `The branch ${branch} of ${fork} is what the pull request would be for.`,
    'Push to another one: --push REMOTE:BRANCH.',
  );
}

const noForge = (address: string): Fault =>
  new Fault(
    'usage.argument',
    `Nothing says how ${address} takes pull requests: it is at no forge that is known.`,
    'Name the package repository at its forge, such as --to ocaml/opam-repository; or leave --pr out, and open it by hand.',
  );
