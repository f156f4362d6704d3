import type { Oid } from '../git/oid.ts';
import type { RepositoryPath, Seconds } from '../ports.ts';

/** A step of the mainline that rested on the key. */
export interface VoidedStep {
  readonly step: Oid;
  /** Of its committer. */
  readonly time: Seconds;
  /** Paths that were attributed to the key. */
  readonly paths: readonly RepositoryPath[];
  /** The version of the keyring file that the key signed in this step. */
  readonly version: number | undefined;
  /** Whether a state tag that the proposal names attests it again. */
  readonly reattested: boolean;
}

export interface CompromiseConsequences {
  readonly steps: readonly VoidedStep[];
  /** The last mainline commit before the first that rested on the key after `since`: what a state tag may attest. */
  readonly innocent: Oid | undefined;
  /** How many steps were looked at. */
  readonly examined: number;
}
