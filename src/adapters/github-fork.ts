import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/fault.ts';
import { parseOid, type Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { GitHub } from './github-client.ts';

/** A repository at GitHub: `ocaml/opam-repository`. */
export interface GitHubName {
  readonly owner: string;
  readonly name: string;
}

export const spell = ({ owner, name }: GitHubName): string => `${owner}/${name}`;

/** Reads `owner/name`, also as the end of an address; undefined if it is none. */
export function parseGitHubName(text: string): GitHubName | undefined {
  const [, owner, name] = /(?:^|[/:])([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(text) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

const same = (one: GitHubName, other: string | undefined): boolean =>
  spell(one).toLowerCase() === other?.toLowerCase();

/** A repository that somebody may push to, as it stands. */
export interface Fork extends GitHubName {
  /** As git reaches it by SSH; HTTPS is the web site's address. */
  readonly sshAddress: string;
}

interface Repository {
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly ssh_url: string;
  readonly fork: boolean;
  readonly parent?: { readonly full_name: string };
  readonly source?: { readonly full_name: string };
}

const forkOf = ({ owner, name, ssh_url }: Repository): Fork => ({
  owner: owner.login,
  name,
  sshAddress: ssh_url,
});

/** Where a user's submissions to one package repository are pushed to. */
export class Forks {
  readonly #github: GitHub;
  readonly #upstream: GitHubName;
  readonly #named: GitHubName | undefined;
  #found: Fork | undefined;

  /** `named`: the fork that the user named, which may be that of an organisation. */
  constructor(github: GitHub, upstream: GitHubName, named: GitHubName | undefined) {
    this.#github = github;
    this.#upstream = upstream;
    this.#named = named;
  }

  /**
   * The fork, if it is there already under the usual name or the one that was given; own repositories need none. Asks
   * nothing where nobody is logged in. A fork of another name turns up only when forking is asked for.
   */
  async find(): Promise<Fork | undefined> {
    if (this.#found !== undefined || this.#github.token === undefined) return this.#found;
    const name = this.#named ?? { owner: await this.#github.login(), name: this.#upstream.name };
    const found = await this.#github.find(`read ${spell(name)}`, (rest) =>
      rest.repos.get({ owner: name.owner, repo: name.name }),
    );
    if (found !== undefined && this.#belongs(found)) this.#found = forkOf(found);
    else if (this.#named !== undefined) throw noFork(this.#named, this.#upstream);
    return this.#found;
  }

  #belongs(repository: Repository): boolean {
    const { owner, name, fork, parent, source } = repository;
    if (same(this.#upstream, `${owner.login}/${name}`)) return true;
    return fork && (same(this.#upstream, parent?.full_name) || same(this.#upstream, source?.full_name));
  }

  /** The fork, which an act has seen to. Asking GitHub for it again gives the one that stands, whatever its name. */
  async require(): Promise<Fork> {
    return (await this.find()) ?? this.#ask();
  }

  async #ask(): Promise<Fork> {
    const { owner, name } = this.#upstream;
    const made = await this.#github.write(
      `fork ${spell(this.#upstream)}`,
      (rest) => rest.repos.createFork({ owner, repo: name, default_branch_only: true }),
      () => Promise.resolve(undefined),
    );
    if (!this.#belongs(made)) throw noFork({ owner: made.owner.login, name: made.name }, this.#upstream);
    this.#found = forkOf(made);
    return this.#found;
  }

  /** The act that forks. What was forked is never deleted again: it may hold other people's work by then. */
  act(login: string): OutwardAct {
    return {
      id: 'fork',
      title: `fork ${spell(this.#upstream)} for ${login}`,
      details: { upstream: spell(this.#upstream), login },
      perform: async () => {
        const standing = await this.find();
        const fork = standing ?? (await this.#ask());
        if (standing === undefined) await this.#appear(fork);
        return { outcome: spell(fork), made: standing === undefined, facts: { fork: spell(fork) } };
      },
    };
  }

  /** GitHub makes forks in the background. */
  async #appear(fork: Fork): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const there = await this.#github.find(`read ${spell(fork)}`, (rest) =>
        rest.repos.get({ owner: fork.owner, repo: fork.name }),
      );
      if (there !== undefined) return;
      await pause(this.#github.second * secondsBetween);
    }
    throw new Fault(
      'network.failed',
      `GitHub has not finished forking ${spell(this.#upstream)} to ${spell(fork)}.`,
      'Wait a minute, then run it again; publish goes on with --continue.',
    );
  }

  /**
   * The commit to build on: the head of the branch where the fork has it, otherwise the newest commit that both have.
   * Building on what only the package repository has would take pushing what others did there, for which GitHub asks
   * more rights than a submission needs.
   */
  async base(branch: string, tip: Oid): Promise<Oid> {
    const fork = await this.find();
    if (fork === undefined || same(this.#upstream, spell(fork))) return tip;
    const { owner, name } = this.#upstream;
    const comparison = await this.#github.find(
      `compare ${spell(fork)} with ${spell(this.#upstream)}`,
      (rest) =>
        rest.repos.compareCommitsWithBasehead({
          ...{ owner, repo: name, per_page: 1 },
          basehead: `${tip}...${fork.owner}:${fork.name}:${branch}`,
        }),
    );
    return parseOid(comparison?.merge_base_commit.sha ?? '', 'sha1') ?? tip;
  }
}

const attempts = 40;
const secondsBetween = 1.5;

const noFork = (named: GitHubName, upstream: GitHubName): Fault =>
  new Fault(
    'usage.argument',
    `${spell(named)} is no fork of ${spell(upstream)} at GitHub, or this token may not see it.`,
    'Name the fork with --fork OWNER/NAME.',
  );
