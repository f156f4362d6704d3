import type { Oid } from '../git/oid.ts';
import type { RepositoryPath, Seconds } from '../ports.ts';
import type { Account } from '../publish/outcome.ts';
import type { Author, PublishPlan } from '../publish/plan.ts';
import type { Report } from '../report/report.ts';
import type { OwnerStatement, PackageStatement } from '../statement-values.ts';
import type { ReviewedCommit, ReviewedFile } from './changes.ts';

/** What a maintainer is about to answer for, as a value: shown, agreed to, and then carried out as it is. */
export interface EndorsementPlan {
  readonly base: Oid;
  readonly head: Oid;
  /** Without `refs/tags/`. */
  readonly tag: string;
  /** What Signet-Repository will say. */
  readonly repository: string;
  /** Every package directory that changes, with its digests before and after. */
  readonly packages: readonly PackageStatement[];
  /** Who will own what from the merge on. */
  readonly owners: readonly OwnerStatement[];
  readonly expires: Seconds;
  /** From the head down. */
  readonly commits: readonly ReviewedCommit[];
  readonly files: readonly ReviewedFile[];
  /** What nobody with authority has signed for so far. */
  readonly unsigned: readonly RepositoryPath[];
  /** Undefined only in a dry run. */
  readonly key: PublishPlan['key'];
  readonly tagger: Author;
  /** What will be done, in order. */
  readonly acts: readonly string[];
}

/** What came of carrying it out. */
export interface Endorsed {
  readonly plan: EndorsementPlan;
  readonly tag: Oid;
  /** verify-pr with the endorsement: verified, or nothing was pushed. */
  readonly report: Report;
  readonly account: Account;
  readonly journal: string;
}
