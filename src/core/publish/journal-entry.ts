import type { Facts, Performed } from '../outward-act.ts';
import type { SubmissionRecord } from './submission-record.ts';

/** One line of a journal: what is about to be done, what was done, what failed, or what was taken back. */
export type JournalEntry =
  | { readonly event: 'planned'; readonly at: string; readonly record: SubmissionRecord }
  | ActEntry<'started'>
  | (ActEntry<'done'> & Performed)
  | (ActEntry<'failed'> & { readonly reason: string })
  | (ActEntry<'undone'> & { readonly outcome: string })
  | { readonly event: 'finished' | 'aborted'; readonly at: string };

interface ActEntry<Event extends string> {
  readonly event: Event;
  /** ISO 8601 in UTC, to the second. */
  readonly at: string;
  readonly act: string;
  readonly title: string;
  readonly details: Facts;
}

/** What the journal says of an act: it was done, or begun without anybody knowing how it ended. */
type ActStanding = Performed | 'begun';

/** The acts of earlier runs by their titles. What was taken back is as if it had never been done. */
export type EarlierActs = ReadonlyMap<string, ActStanding>;

/** What came of every act that a journal tells of. */
export function earlierActs(entries: readonly JournalEntry[]): EarlierActs {
  const acts = new Map<string, ActStanding>();
  for (const entry of entries) {
    switch (entry.event) {
      case 'started':
      case 'failed':
        acts.set(entry.title, 'begun');
        break;
      case 'done':
        acts.set(entry.title, entry);
        break;
      case 'undone':
        acts.delete(entry.title);
        break;
      case 'planned':
      case 'finished':
      case 'aborted':
        break;
      default:
        entry satisfies never;
    }
  }
  return acts;
}

/** What a journal's run was going to do; undefined where it ended before it did anything. */
export const recordIn = (entries: readonly JournalEntry[]): SubmissionRecord | undefined =>
  entries.flatMap((entry) => (entry.event === 'planned' ? [entry.record] : []))[0];

/** Whether a run has something left to finish or to take back. */
export const isUnfinished = (entries: readonly JournalEntry[]): boolean => {
  const last = entries.at(-1)?.event;
  return recordIn(entries) !== undefined && last !== 'finished' && last !== 'aborted';
};
