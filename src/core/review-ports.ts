import type { Oid } from './git/oid.ts';
import type { OutwardAct } from './outward-act.ts';
import type { Reference, RepositoryPath } from './ports.ts';
import type { Conclusion } from './report/report.ts';

/**
 * A pull request (GitLab: a merge request) as its forge's API tells of it. Nothing here is evidence: objects come by
 * git, and what stands at `headReference` there is the head, whatever the API says.
 */
export interface PullRequest {
  readonly number: number;
  /** For people, without user name and password. */
  readonly url: string;
  /** Like every text of a forge, whatever its author likes: renderers escape it. */
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  /** The account that opened it; undefined where the forge has forgotten it. */
  readonly author: string | undefined;
  /** The branch that it is for, without `refs/heads/`. */
  readonly base: string;
  /** The head that the API claims. */
  readonly head: Oid;
  /** Under which name git fetches its head from the package repository: `refs/pull/7/head`, `refs/merge-requests/7/head`. */
  readonly headReference: string;
  /** Where its branch is kept, and so its submission tags too; undefined where that repository is gone. */
  readonly source: HeadRepository | undefined;
}

export interface HeadRepository {
  /** As git fetches it, without user name and password. */
  readonly address: string;
  /** Without `refs/heads/`. */
  readonly branch: string;
}

/** What a forge's buttons make of a pull request: a merge commit, one commit, or its commits anew on top of the base. */
export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** A reference that is to be moved or made, and what must stand under its name until then. */
export interface ReferenceUpdate extends Reference {
  /** Undefined: nothing. */
  readonly expected: Oid | undefined;
}

/** A package repository as its maintainers push to it through git. */
export interface MaintainedRemote {
  /** For people, without user name and password. */
  readonly address: string;
  /** The references of these whole names that stand there now. */
  standing(names: readonly string[]): Promise<readonly Reference[]>;
  /** Pushes all or nothing, and nothing unless every reference stands as expected. */
  push(updates: readonly ReferenceUpdate[]): OutwardAct;
}

/** A press of the button, bound to what was verified. */
export interface ButtonMerge {
  readonly number: number;
  /** The forge must refuse to merge any other head. */
  readonly head: Oid;
  readonly method: MergeMethod;
}

/** The pull requests of one package repository, at a forge that has an API for them. */
export interface ReviewForge {
  /** For people: `GitHub`. */
  readonly title: string;
  /** The package repository as git fetches it and pushes to it, without user name and password. */
  readonly address: string;
  /** A Fault, `pull-request.not-found`, where there is none of this number. */
  pullRequest(number: number): Promise<PullRequest>;
  /** Those that are open, lowest number first, drafts included. */
  openPullRequests(): Promise<readonly PullRequest[]>;
  /** Performing it is a Fault, `merge.refused`, if another head stands there or the forge refuses; nothing is merged then. */
  merge(request: ButtonMerge): OutwardAct;
}

/** Where a forge shows what was found. A report is no verdict there: it says what this program found, and when. */
export interface ReportingForge {
  /** Makes the comment with this marker, or replaces the text of the one that the same account made before. */
  comment(comment: MarkedComment): OutwardAct;
  /** A check run where the credentials may make one, otherwise a commit status without annotations. */
  check(check: CheckResult): OutwardAct;
}

export interface MarkedComment {
  /** Of the pull request. */
  readonly number: number;
  /** Letters, digits and hyphens, put into the text where no reader sees it: it tells this comment from all others. */
  readonly marker: string;
  /** Markdown without the marker. */
  readonly body: string;
}

/** A conclusion about one commit, as a forge shows it beside the commit. */
export interface CheckResult {
  readonly head: Oid;
  /** Which check it is: a later one of this name takes its place. */
  readonly name: string;
  readonly conclusion: Conclusion;
  /** One line. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** A remark on a line of a file of the pull request. */
export interface Annotation {
  readonly path: RepositoryPath;
  /** From 1. */
  readonly line: number;
  readonly level: 'failure' | 'warning' | 'notice';
  /** One line. */
  readonly title: string;
  readonly message: string;
}
