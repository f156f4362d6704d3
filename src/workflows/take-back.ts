import type { OutwardAct } from '../core/outward-act.ts';
import type { Seconds } from '../core/ports.ts';
import type { EarlierActs } from '../core/publish/journal-entry.ts';
import type { Withdrawal } from '../core/publish/outcome.ts';
import { type Journal, timestamp } from './journal.ts';

/**
 * Takes back what a journal says was made, the last act first. What was there before stays, and so does what can't be
 * taken back. A failure does not keep the others from being taken back; doing it again does the rest.
 */
export async function takeBack(
  acts: readonly OutwardAct[],
  earlier: EarlierActs,
  journal: Journal,
  clock: () => Seconds,
): Promise<Withdrawal> {
  const undone: { act: OutwardAct; outcome: string }[] = [];
  const kept: { act: OutwardAct; outcome: string }[] = [];
  const failed: { act: OutwardAct; error: unknown }[] = [];
  for (const act of acts.toReversed()) {
    const standing = earlier.get(act.title);
    if (standing === undefined) continue;
    if (standing !== 'begun' && !standing.made) {
      kept.push({ act, outcome: `${standing.outcome}; it was not made by this run` });
      continue;
    }
    if (act.undo === undefined) {
      kept.push({
        act,
        outcome: standing === 'begun' ? 'nobody knows whether it was done' : standing.outcome,
      });
      continue;
    }
    try {
      const { undone: whether, outcome } = await act.undo(standing === 'begun' ? undefined : standing.facts);
      const { id, title, details } = act;
      await journal.append({ event: 'undone', at: timestamp(clock()), act: id, title, details, outcome });
      (whether ? undone : kept).push({ act, outcome });
    } catch (error) {
      failed.push({ act, error });
    }
  }
  if (failed.length === 0) await journal.append({ event: 'aborted', at: timestamp(clock()) });
  return { undone, kept, failed };
}
