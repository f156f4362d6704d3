import type { Oid } from '../git/oid.ts';
import type { OutwardAct } from '../outward-act.ts';
import type { Conclusion } from '../report/report.ts';
import type { PublishPlan } from './plan.ts';

/** How far a list of acts came. */
export interface Account {
  readonly done: readonly { readonly act: OutwardAct; readonly outcome: string }[];
  /** What failed; whether anything of it happened is not known. */
  readonly failed: { readonly what: string; readonly error: unknown } | undefined;
  readonly notBegun: readonly OutwardAct[];
}

/** What came of taking back what a run had done. */
export interface Withdrawal {
  readonly undone: readonly { readonly act: OutwardAct; readonly outcome: string }[];
  /** What was left as it is, and why. */
  readonly kept: readonly { readonly act: OutwardAct; readonly outcome: string }[];
  readonly failed: readonly { readonly act: OutwardAct; readonly error: unknown }[];
}

/** What our own verification says of what was signed. */
export interface SelfCheck {
  /** Whether commit, tag and step are good by the signer's own certificate. If not, nothing may be pushed. */
  readonly own: Conclusion;
  /** What maintainers' verification will conclude with the keyring file as it stands; undefined without one. */
  readonly byKeyring: Conclusion | undefined;
  /** Why, in whole sentences. */
  readonly findings: readonly string[];
}

/** What came of carrying out a plan. */
export interface Published {
  readonly plan: PublishPlan;
  /** The release tag object; undefined for a lightweight tag. */
  readonly releaseTag: Oid | undefined;
  readonly head: Oid;
  readonly submissionTag: Oid;
  readonly selfCheck: SelfCheck;
  readonly account: Account;
  /** Where all of it is written down. */
  readonly journal: string;
}
