import type { Oid } from '../core/git/oid.ts';
import type { BranchSending, Facts, OutwardAct } from '../core/outward-act.ts';
import type {
  BranchRequest,
  Forge,
  ObjectStore,
  PackageRepository,
  Reference,
  RepositoryPlace,
  Submission,
  SubmissionNames,
} from '../core/ports.ts';
import type { StandingWork } from '../core/publish/standing-work.ts';
import type { GitHub } from './github-client.ts';
import { pushByApi } from './github-data.ts';
import { Forks, type GitHubName, parseGitHubName, spell } from './github-fork.ts';
import { openPullRequest, requestTitle } from './github-pull.ts';
import { pairedStore } from './paired-store.ts';
import { type Environment, which } from './process.ts';
import { pushFrom } from './git-workspaces.ts';
import { pushDetails, pushWords } from './push-submission.ts';
import { sendBranch } from './send-branch.ts';
import type { PushTarget, Workspace, WorkspaceOptions, Workspaces } from './workspace.ts';
import { workspacesOf } from './workspaces.ts';

export interface GitHubForgeOptions {
  readonly github: GitHub;
  readonly upstream: GitHubName;
  /** The fork to push to; undefined: the user's own, which is made if there is none. */
  readonly fork: GitHubName | undefined;
  /** Whether git pushes, or every object goes through the REST interface. */
  readonly pushBy: 'git' | 'api';
  /** Whether pull requests are opened as drafts. */
  readonly draft: boolean;
  /** Where the user pushes the source to: one who does so by SSH pushes submissions by SSH. */
  readonly sourceAddress: string | undefined;
  readonly workspace: string;
  readonly environment: Environment;
  readonly openStore: (gitFolder: string) => Promise<ObjectStore>;
}

/** Package repositories at GitHub: a submission is a pull request from the submitter's fork. */
export function githubForge(options: GitHubForgeOptions): Forge {
  const { github, upstream } = options;
  const address = `${github.site}/${spell(upstream)}`;
  const { environment, openStore } = options;
  const places = { environment, openStore, address: `${address}.git`, folder: options.workspace };
  return {
    kind: 'github',
    address,
    open: async (branch) => {
      const forks = new Forks(github, upstream, options.fork);
      const workspaces = await openWorkspaces(options, places, options.pushBy === 'api');
      const head = await workspaces.findHead(branch);
      const base = await forks.base(head.branch, head.oid);
      const older = base === head.oid ? undefined : base;
      const workspace = await workspaces.fetch(head, { older });
      const beside = older && (await workspaces.fetch(head, { below: 'tip.git' }));
      const fork = await forks.find();
      const login = github.token === undefined ? undefined : await github.login();
      const api = options.pushBy === 'api';
      const facts = {
        ...(fork && { fork: spell(fork) }),
        ...(login && { login }),
        ...(api && { pushBy: 'api' }),
      };

      return new GitHubRepository(
        options,
        forks,
        { workspace, beside },
        { branch: head.branch, base, facts },
        head.oid,
      );
    },
    reopen: async (place) => {
      const named = options.fork ?? parseGitHubName(place.facts['fork'] ?? '');
      const forks = new Forks(github, upstream, named);
      const api = options.pushBy === 'api' || place.facts['pushBy'] === 'api';
      const workspace = await (await openWorkspaces(options, places, api)).reopen();
      return new GitHubRepository(options, forks, { workspace, beside: undefined }, place, place.base);
    },
  };
}

/** Where there is no git and REST alone is asked for, that is what the package repository is read by too. */
async function openWorkspaces(
  { github, upstream }: GitHubForgeOptions,
  places: WorkspaceOptions,
  api: boolean,
): Promise<Workspaces> {
  if (!api || (await which('git', places.environment)) !== undefined) return workspacesOf(places);
  const { githubWorkspaces } = await import('./github-workspaces.ts');
  return githubWorkspaces(github, upstream, places);
}

/**
 * Where objects are. The head of the branch is read into a folder beside, unless it is what the submission is built on:
 * git that pushes from where that is, to a fork that tells of it, would first fetch all of its folders one by one (git
 * pack-objects, --objects-edge-aggressive).
 */
interface Places {
  readonly workspace: Workspace;
  readonly beside: Workspace | undefined;
}

class GitHubRepository implements PackageRepository {
  readonly branch: string;
  readonly base: Oid;
  readonly tip: Oid;
  /** `fork`, where there was one already, `login`, and `pushBy` where that is not git. */
  readonly facts: Facts;
  readonly #options: GitHubForgeOptions;
  readonly #forks: Forks;
  readonly #workspace: Workspace;
  readonly #beside: Workspace | undefined;
  readonly store: ObjectStore;

  constructor(
    options: GitHubForgeOptions,
    forks: Forks,
    { workspace, beside }: Places,
    { branch, base, facts }: RepositoryPlace,
    tip: Oid,
  ) {
    this.branch = branch;
    this.base = base;
    this.tip = tip;
    this.facts = facts;
    this.#options = options;
    this.#forks = forks;
    this.#workspace = workspace;
    this.#beside = beside;
    this.store = beside === undefined ? workspace.store : pairedStore(workspace.store, beside.store);
  }

  async bring(oids: readonly Oid[]): Promise<void> {
    await this.#workspace.bring(oids);
    await this.#beside?.bring(oids);
  }

  async standing(names: readonly string[]): Promise<readonly Reference[]> {
    const fork = await this.#forks.find();
    if (fork === undefined) return [];
    // Reading what is public takes neither key nor password.
    const address = `${this.#options.github.site}/${spell(fork)}.git`;
    return this.#workspace.standing(address, names);
  }

  async work(standing: readonly Reference[]): Promise<StandingWork> {
    const from = `${this.#options.github.site}/${spell(await this.#forks.require())}.git`;
    return this.#workspace.work({ branch: this.branch, from, references: standing });
  }

  announce(names: SubmissionNames): readonly string[] {
    const { upstream, draft } = this.#options;
    const who = this.facts['login'] ?? 'your account';
    return [
      ...(this.facts['fork'] === undefined ? [`fork ${spell(upstream)} for ${who}`] : []),
      this.#pushTitle(names),
      requestTitle(upstream, { ...names, draft }),
    ];
  }

  #pushTitle(names: SubmissionNames): string {
    return pushWords(names, this.#pushedTo);
  }

  get #pushedTo(): string {
    const { fork, login } = this.facts;
    return fork ?? `the fork of ${login ?? 'your account'}`;
  }

  acts(submission: Submission): readonly OutwardAct[] {
    const { fork, login } = this.facts;
    return [...(fork === undefined ? [this.#forks.act(login ?? '')] : []), this.#push(submission)];
  }

  sending(branch: string): BranchSending {
    const { fork, login } = this.facts;
    return sendBranch(branch, {
      to: this.#pushedTo,
      forking: fork === undefined ? this.#forks.act(login ?? '') : undefined,
      destination: async (folder) => pushFrom({ folder }, this.#options.environment, await this.#target()),
    });
  }

  requests(request: BranchRequest): readonly OutwardAct[] {
    const { github, upstream } = this.#options;
    return [openPullRequest({ github, upstream, forks: this.#forks, base: this.branch }, request)];
  }

  #push(submission: Submission): OutwardAct {
    const act = {
      id: 'push-submission',
      title: this.#pushTitle(submission),
      details: { upstream: spell(this.#options.upstream), ...pushDetails(submission), base: this.base },
    };
    const { github, pushBy } = this.#options;
    if (pushBy === 'api' || this.facts['pushBy'] === 'api')
      return pushByApi(act, submission, { github, forks: this.#forks, store: this.store, base: this.base });
    return this.#workspace.push(act, submission, () => this.#target());
  }

  async #target(): Promise<PushTarget> {
    const { github, sourceAddress } = this.#options;
    const fork = await this.#forks.require();
    const { site, token } = github;
    const sshAddress = usesSsh(sourceAddress, site) ? fork.sshAddress : undefined;
    return { address: `${site}/${spell(fork)}.git`, sshAddress, login: { site, token } };
  }

  async received(): Promise<number> {
    return (await this.#workspace.received()) + ((await this.#beside?.received()) ?? 0);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** Whether an address is one of the same host by SSH: `git@github.com:…`, `ssh://git@github.com/…`. */
function usesSsh(address: string | undefined, site: string): boolean {
  const host = /^(?:(?:git\+)?ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+)?[:/]/.exec(address ?? '')?.[1];
  return host !== undefined && host === new URL(site).hostname;
}
