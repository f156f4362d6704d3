import type { AttributionKind } from '../chain/attribution.ts';
import type { Oid } from '../git/oid.ts';
import type { Verdict } from '../openpgp/signature.ts';
import type { Seconds } from '../ports.ts';
import type { TrustAnchor } from '../trust/anchor.ts';
import type { Claim, Conclusion, Finding, Severity } from './report.ts';

export interface HistoryCounts {
  readonly steps: Readonly<Record<Conclusion, number>>;
  /** Over every commit examined: steps and sides. */
  readonly signatures: Readonly<Partial<Record<Verdict, number>>>;
  readonly paths: Readonly<Partial<Record<AttributionKind, number>>>;
}

/** What a walk over some steps has added up. */
export interface HistorySums {
  readonly counts: HistoryCounts;
  /** As many as a report lists, in the order of the steps. */
  readonly findings: Readonly<Record<Severity, readonly Finding[]>>;
  /** All that were met, listed or not. */
  readonly met: Readonly<Record<Severity, number>>;
}

/** A place where one part of history ends and the next one begins. */
interface PartBorder {
  readonly commit: Oid;
  /** The digest of the ledger there; undefined at the anchor commit, where it follows from the commit itself. */
  readonly ledger: string | undefined;
}

/**
 * The judgement of some steps of a mainline, on the condition that the ledger it began with is right. Parts make one
 * history if each ends with the ledger that the next one began with (trust model, section 5.11).
 */
export interface HistoryPart {
  /** The newest commit of the whole history: what its keyring knows of keys counts in every part. */
  readonly tip: Oid;
  readonly now: Seconds;
  readonly anchor: Omit<TrustAnchor, 'from'>;
  readonly start: PartBorder;
  readonly end: PartBorder;
  /** About the keyring at the start; of interest in the first part only. */
  readonly anchorClaim: Claim;
  /** How many steps there are from start to end. */
  readonly steps: number;
  /** What was found of state tags that attest history again; the same in every part. */
  readonly attested: readonly Finding[];
  readonly sums: HistorySums;
}
