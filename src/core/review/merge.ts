import type { Oid } from '../git/oid.ts';
import type { Account } from '../publish/outcome.ts';
import type { Author, PublishPlan } from '../publish/plan.ts';
import type { Conclusion, Report } from '../report/report.ts';
import type { MergeMethod } from '../review-ports.ts';

/** A submission or endorsement tag that the merge rests on. */
export interface MergedTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  readonly oid: Oid;
  /** Whether the merge commit embeds it: it is on the head. */
  readonly embedded: boolean;
  /** Whether it is still to be pushed to the package repository. */
  readonly push: boolean;
}

/** A merge as a value: shown, agreed to, and then carried out as it is. */
export interface MergePlan {
  readonly base: Oid;
  readonly head: Oid;
  /** The branch that it goes to, without `refs/heads/`. */
  readonly branch: string;
  /** A merge commit of the maintainer's own, or a button of the forge. */
  readonly method: 'signed' | MergeMethod;
  /** Of the merge commit; undefined: the forge writes one. */
  readonly message: string | undefined;
  readonly tags: readonly MergedTag[];
  /** What verify-repo says of what the button will make; undefined for a merge commit of one's own, which is judged itself. */
  readonly foreseen: Conclusion | undefined;
  /** Undefined in a dry run, and where a button is pressed. */
  readonly key: PublishPlan['key'];
  readonly author: Author;
  /** The address of the package repository. */
  readonly to: string;
  /** What will be done, in order. */
  readonly acts: readonly string[];
}

/** What came of carrying it out. */
export interface Merged {
  readonly plan: MergePlan;
  /** The head of the branch afterwards; undefined where it is not known, because an act failed. */
  readonly commit: Oid | undefined;
  /** What verify-repo says of the result; undefined where there is none. */
  readonly report: Report | undefined;
  readonly account: Account;
  readonly journal: string;
}
