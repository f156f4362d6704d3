import type { Oid } from '../git/oid.ts';
import type { Seconds } from '../ports.ts';
import type { Chronicle, GrowingChronicle } from '../report/chronicle.ts';
import type { HistorySums } from '../report/history-part.ts';
import { changedFolders } from './package-folders.ts';
import type { StepEvent } from './history.ts';
import { isPassing } from './unreadable.ts';

/**
 * What a walk over history had found out when it came to a commit, as plain data (trust model, section 2.9). It is a
 * memo: everything in it follows from the ids of commits and tags, the certificates, and the rules.
 */
export interface Checkpoint {
  readonly head: Oid;
  /** The commit that the walk took for granted. */
  readonly start: Oid;
  /** How many steps there are from the start to the head. */
  readonly steps: number;
  /** When the walk took place. It says nothing about earlier moments. */
  readonly now: Seconds;
  /** What else steps are judged by: the keyring at the tip, what was attested again, where history is cut off. */
  readonly surroundings: string;
  /** The submission and endorsement tags that were at hand, one `<id> <reference>` each. */
  readonly tags: readonly string[];
  /** The package versions that the steps changed: another tag about one of them could change a judgement. */
  readonly changed: readonly string[];
  /** The text of the ledger at the head. */
  readonly ledger: string;
  readonly sums: HistorySums;
}

/** A checkpoint with what was written down of the steps up to it, for the page of the whole history. */
export interface ChronicledCheckpoint<C extends Chronicle = Chronicle> extends Checkpoint {
  readonly chronicle: C;
}

/**
 * What earlier runs found out about histories, kept outside every repository. Whatever can't be read is as if it were
 * not there, and nothing here ever fails.
 */
export interface HistoryMemory {
  /** The checkpoints of walks under the same conditions, newest first. */
  recall(conditions: string): AsyncIterable<Checkpoint>;
  keep(conditions: string, checkpoint: Checkpoint): Promise<void>;
  /** Those that have a chronicle, newest first. It is read for this one question, and belongs to whoever asks. */
  recallChronicled(conditions: string): AsyncIterable<ChronicledCheckpoint<GrowingChronicle>>;
  /** It is kept beside those without a chronicle and not instead: whoever needs none reads no megabytes. */
  keepChronicled(conditions: string, checkpoint: ChronicledCheckpoint): Promise<void>;
}

/** Whether a step would be judged the same by any later walk over the same commits. */
export function isLasting(event: StepEvent): boolean {
  if (event.kind === 'refused') return !isPassing(event.finding.code);
  const { settled, findings } = event.judgement;
  return settled && event.ledger.settled && findings.every(({ code }) => !isPassing(code));
}

/** The package versions that a step changes. */
export function versionsChanged(event: StepEvent): readonly string[] {
  if (event.kind === 'refused') return [];
  return [...changedFolders(event.judgement.step.changes)].map(({ nameVersion }) => nameVersion);
}
