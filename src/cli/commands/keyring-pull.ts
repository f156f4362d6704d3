import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../adapters/open-store.ts';
import type { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { OutwardAct } from '../../core/outward-act.ts';
import type { BranchRequest, Forge, PackageRepository } from '../../core/ports.ts';
import { parseForgePlace } from '../../core/review/pull-request-name.ts';
import type { Context } from '../context.ts';
import { openForge } from '../package-repository.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { pushTarget } from './keyring-branch.ts';

/** The flags by which a branch that is pushed becomes a pull request. */
export interface PullOptions {
  readonly pr?: boolean | undefined;
  /** The package repository; what the keyring file says if left out. */
  readonly to?: string | undefined;
  /** `owner/name` of the fork that is pushed to; told by the address of the remote if left out. */
  readonly fork?: string | undefined;
  readonly draft?: boolean | undefined;
  /** The remote, as `REMOTE` or `REMOTE:BRANCH`. */
  readonly push?: string | undefined;
  readonly dryRun: boolean;
}

/** What is asked for, and of whom if no flag says. */
interface Wish extends Pick<BranchRequest, 'title' | 'text'> {
  readonly repository: string;
}

/** A pull request that is to be opened once its branch is pushed. */
export interface PlannedPull {
  /** What opening does, for the one yes: `open a pull request for …`. */
  readonly title: string;
  /** Opens it; its address. Where one is open for the branch already, that is brought up to date. */
  open(): Promise<string>;
}

/** The one question for steps that start in lower case: `Sign …, push … and open …?` */
export function questionOf(steps: readonly string[]): string {
  const text = [steps.slice(0, -1).join(', '), ...steps.slice(-1)].filter((one) => one !== '').join(' and ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}

/**
 * Plans the pull request that the flags ask for, and lets it be opened; without `--pr` there is none. Login, fork and
 * package repository are looked at before anything is signed or pushed.
 */
export async function withPull<T>(
  context: Context,
  git: UserGit,
  options: PullOptions,
  wish: Wish,
  use: (pull: PlannedPull | undefined) => Promise<T>,
): Promise<T> {
  if (options.pr !== true) return use(undefined);
  if (options.push === undefined) {
    const mend = 'Say where its branch is pushed to: --push REMOTE, such as that of your fork.';
    throw new Fault('usage.argument', 'A pull request is opened for a branch that is pushed.', mend);
  }
  const { remote, branch } = await pushTarget(git, options.push);
  const fork = options.fork ?? (await pathOf(git, remote));
  const workspace = await mkdtemp(join(tmpdir(), 'opam-signet-pull-'));
  try {
    const address = options.to ?? wish.repository;
    const environment = environmentOfPrograms(context);
    const { draft = false } = options;
    const route = {
      ...{ forge: undefined, tokenFile: undefined, pushBy: 'git' as const },
      ...{ fork, draft, submits: !options.dryRun },
    };
    const forge = await openForge(context, address, route, undefined, {
      folder: workspace,
      environment,
      openStore: (folder) => openStore(folder, { kind: 'auto', environment }),
    });
    // Before anything is read from it: a plain git remote takes no pull requests.
    if (forge.kind === 'git') throw noForge(address);
    const repository = await forge.open(undefined);
    try {
      requireAnotherBranch(forge, repository, { fork, branch });
      const { title, text } = wish;
      const [act] = repository.requests({ branch, title, text, draft });
      if (act === undefined) throw noForge(address);
      return await use({ title: act.title, open: () => open(act, forge, `${remote}:${branch}`) });
    } finally {
      await repository.close();
    }
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

async function open(act: OutwardAct, { address }: Forge, pushed: string): Promise<string> {
  try {
    return (await act.perform()).outcome;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      error.code,
      `The commit is pushed to ${pushed}, but no pull request was opened. ${error.message}`,
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
