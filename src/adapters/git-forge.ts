import type { OutwardAct } from '../core/outward-act.ts';
import type {
  Forge,
  ObjectStore,
  PackageRepository,
  Reference,
  RepositoryPlace,
  Submission,
  SubmissionNames,
} from '../core/ports.ts';
import type { Oid } from '../core/git/oid.ts';
import type { StandingWork } from '../core/publish/standing-work.ts';
import { refusePassword } from './git-remote.ts';
import type { Environment } from './process.ts';
import { pushDetails, pushWords } from './push-submission.ts';
import type { Workspace } from './workspace.ts';
import { workspacesOf } from './workspaces.ts';

export interface GitForgeOptions {
  /** A path, or a URL that git can fetch from and push to. */
  readonly address: string;
  /** A folder for the objects of this run, which `open` makes. Whoever names it removes it. */
  readonly workspace: string;
  /** The user's: fetching and pushing go through their credential helper or SSH agent. */
  readonly environment: Environment;
  readonly openStore: (gitFolder: string) => Promise<ObjectStore>;
}

/** A forge that is nothing but a git remote: a submission is a branch and its submission tag (kernel style). */
export function gitForge(options: GitForgeOptions): Forge {
  const { address } = options;
  refusePassword(address);
  const places = { ...options, folder: options.workspace };
  return {
    kind: 'git',
    address,
    open: async (branch) => {
      const workspaces = await workspacesOf(places);
      const head = await workspaces.findHead(branch);
      const workspace = await workspaces.fetch(head);
      return new GitPackageRepository(workspace, address, { branch: head.branch, base: head.oid });
    },
    reopen: async (place) =>
      new GitPackageRepository(await (await workspacesOf(places)).reopen(), address, place),
  };
}

class GitPackageRepository implements PackageRepository {
  readonly branch: string;
  readonly base: Oid;
  readonly tip: Oid;
  readonly facts = {};
  readonly #workspace: Workspace;
  readonly #address: string;

  constructor(workspace: Workspace, address: string, { branch, base }: Omit<RepositoryPlace, 'facts'>) {
    this.branch = branch;
    this.base = base;
    this.tip = base;
    this.#workspace = workspace;
    this.#address = address;
  }

  get store(): ObjectStore {
    return this.#workspace.store;
  }

  bring(oids: readonly Oid[]): Promise<void> {
    return this.#workspace.bring(oids);
  }

  standing(names: readonly string[]): Promise<readonly Reference[]> {
    return this.#workspace.standing(this.#address, names);
  }

  work(standing: readonly Reference[]): Promise<StandingWork> {
    const { branch } = this;
    return this.#workspace.work({ branch, from: this.#address, references: standing });
  }

  announce(names: SubmissionNames): readonly string[] {
    return [pushWords(names, this.#address)];
  }

  acts(submission: Submission): readonly OutwardAct[] {
    const address = this.#address;
    const act = {
      id: 'push-submission',
      title: pushWords(submission, address),
      details: { address, ...pushDetails(submission), base: this.base },
    };
    return [this.#workspace.push(act, submission, () => Promise.resolve({ address }))];
  }

  sending(): undefined {
    return undefined;
  }

  requests(): readonly OutwardAct[] {
    return [];
  }

  received(): Promise<number> {
    return this.#workspace.received();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
