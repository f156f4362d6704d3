import type { Conclusion } from '../report/report.ts';
import type { SubmissionRecord } from './submission-record.ts';

/** How a run of publish came out. */
export interface RunStatus {
  /** By which `--continue` and `--abort` mean it. */
  readonly name: string;
  readonly record: SubmissionRecord;
  /** When it last wrote into its journal; ISO 8601 in UTC. */
  readonly at: string;
  readonly standing: 'unfinished' | 'taken-back' | 'submitted';
  /** The titles of acts. */
  readonly done: readonly string[];
  /** Acts that were begun, and nobody knows how they ended. */
  readonly begun: readonly string[];
  /** Undefined where it was not submitted, or nobody was asked. */
  readonly submission: SubmissionStatus | undefined;
}

/** How a submission stands at its package repository. */
export interface SubmissionStatus {
  readonly kind: 'merged' | 'open' | 'changed' | 'gone' | 'unknown';
  /** What maintainers' verification concludes; undefined where it was not judged. */
  readonly verdict: Conclusion | undefined;
  /** In whole sentences. */
  readonly why: string;
}
