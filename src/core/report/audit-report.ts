import type { MergeAddition } from '../chain/merge-additions.ts';
import type { Oid } from '../git/oid.ts';
import type { RepositoryPath, Seconds } from '../ports.ts';
import type { SurveyedSigner, YearOfCommits } from './survey.ts';

/** A merge that gives paths a content that its side does not account for. */
export interface AddingMerge {
  readonly step: Oid;
  readonly time: Seconds | undefined;
  readonly paths: number;
  /** The first of them. */
  readonly additions: readonly MergeAddition[];
}

/** What would come of the steps of one year if unsigned changes were refused. */
export interface YearOfSteps {
  readonly year: number;
  readonly accepted: number;
  /** Rejected because nobody signed for a package. */
  readonly unsigned: number;
  /** Rejected for other reasons, whatever the policy: paths outside packages, shapes, path rules. */
  readonly other: number;
}

/** A package that was introduced, and who would have claimed it. */
export interface IntroducedPackage {
  readonly name: string;
  readonly step: Oid;
  /** The contributor who would own it: their signature was verified and has authority. */
  readonly claimedBy: string | undefined;
  /** Otherwise the one key, not verified here, that all signatures on the introducing commits name. */
  readonly signedBy: string | undefined;
}

export interface RefusedChange {
  readonly step: Oid;
  readonly time: Seconds | undefined;
  readonly paths: number;
  readonly first: RepositoryPath;
}

/** What can be known of a repository's signatures before it has a keyring. It is no judgement. */
export interface AuditReport {
  readonly from: Oid;
  readonly to: Oid;
  readonly now: Seconds;
  /** Where history is cut off, so that what is older was not seen. */
  readonly partial: readonly string[];
  readonly commits: number;
  readonly malformed: number;
  readonly years: readonly YearOfCommits[];
  readonly signers: readonly SurveyedSigner[];
  readonly merges: {
    readonly total: number;
    readonly adding: number;
    /** The newest of those that add something. */
    readonly newest: readonly AddingMerge[];
  };
  readonly rehearsal: {
    readonly contributors: number;
    readonly steps: number;
    readonly years: readonly YearOfSteps[];
    /** The newest steps that would be refused. */
    readonly newest: readonly RefusedChange[];
    readonly introduced: readonly IntroducedPackage[];
  };
}
