import type { ObjectFormat, Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Reference, Submission } from '../core/ports.ts';
import type { StandingWork } from '../core/publish/standing-work.ts';
import type { GitHubToken } from './github-token.ts';
import type { Environment } from './process.ts';

export interface WorkspaceOptions {
  /** Where the package repository is read from: a path, or a URL that git can fetch from. */
  readonly address: string;
  /** A folder for the objects of this run. Whoever names it removes it. */
  readonly folder: string;
  /** The user's: fetching and pushing go through their credential helper or SSH agent. */
  readonly environment: Environment;
  readonly openStore: (gitFolder: string) => Promise<ObjectStore>;
}

export interface RemoteHead {
  readonly branch: string;
  readonly oid: Oid;
  readonly format: ObjectFormat;
}

/** References that stand somewhere, and the branch of the package repository that has what is not lost with them. */
export interface StandingPlace {
  readonly branch: string;
  /** The address where the references stand. */
  readonly from: string;
  readonly references: readonly Reference[];
}

/** Where a submission is pushed to. */
export interface PushTarget {
  readonly address: string;
  /** The same by SSH, for whoever pushes so. */
  readonly sshAddress?: string | undefined;
  /** The web site that the token is for; undefined: git is on its own. */
  readonly login?: { readonly site: string; readonly token: GitHubToken | undefined };
}

/** A repository of our own that has of another one as much as was asked for. Nothing is checked out. */
export interface Workspace {
  readonly store: ObjectStore;
  /** Brings objects, each with everything below it that is no blob. */
  bring(oids: readonly Oid[]): Promise<void>;
  /** Bytes that came over the wire so far. */
  received(): Promise<number>;
  /** The references of these whole names that stand at an address. */
  standing(address: string, names: readonly string[]): Promise<readonly Reference[]>;
  /** What would be lost if they were overwritten. */
  work(place: StandingPlace): Promise<StandingWork>;
  /** The act that pushes branch and tag; where to is known only when the time has come, as a fork may have to be made. */
  push(
    act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
    submission: Submission,
    target: () => Promise<PushTarget>,
  ): OutwardAct;
}

/** How workspaces of one package repository are made. */
export interface Workspaces {
  /** What the branch stands at now. Without a branch the one that HEAD means there. */
  findHead(branch: string | undefined): Promise<RemoteHead>;
  /**
   * Fetches one commit with at least its root folder and what lies directly in it: the head of the branch, or an older
   * commit that is named; into a folder below that of the run, if one is named.
   */
  fetch(
    head: RemoteHead,
    how?: { readonly older?: Oid | undefined; readonly below?: string },
  ): Promise<Workspace>;
  /** As an earlier run has left it; a `file.not-found` Fault where nothing is left. */
  reopen(): Promise<Workspace>;
}
