import type { Oid } from '../git/oid.ts';
import type { Seconds } from '../ports.ts';

/** Somebody's work that stands where a submission would be pushed to. What it says of its maker proves nothing. */
export interface StandingObject {
  readonly oid: Oid;
  /** The first line of its message. */
  readonly subject: string;
  /** `Name <email>` of a commit's author, or of a tag's tagger. */
  readonly author: string;
  readonly time: Seconds;
}

/** What overwriting the standing names of a submission takes away. */
export interface StandingWork {
  /** What only those names hold, newest first, without what the package repository's branch has. */
  readonly commits: readonly StandingObject[];
  /** Whether there are more than are listed. */
  readonly more: boolean;
  /** The submission tag; undefined where none stands, or a lightweight one. */
  readonly tag: StandingObject | undefined;
}

/** The ids that a submission's names stand at and that its push replaces; left out where nothing stands. */
export interface ReplacedNames {
  readonly branch?: Oid;
  readonly tag?: Oid;
}
