import type { OutwardAct } from '../core/outward-act.ts';
import type { Seconds } from '../core/ports.ts';
import type { Account } from '../core/publish/outcome.ts';
import type { EarlierActs, JournalEntry } from '../core/publish/journal-entry.ts';

/** Where a run writes down what it does to the world outside. An entry is on disk when `append` returns. */
export interface Journal {
  /** For people. */
  readonly path: string;
  append(entry: JournalEntry): Promise<void>;
}

const none: EarlierActs = new Map();

interface Conditions {
  readonly journal: Journal;
  readonly clock: () => Seconds;
  readonly earlier?: EarlierActs;
  /** Ends the run before the next act; its reason says why, in a sentence. */
  readonly signal?: AbortSignal;
}

/**
 * Carries out acts one after the other, each recorded before and after; what an earlier run has done is passed over.
 * The first failure ends it. Never throws.
 */
export async function carryOut(acts: readonly OutwardAct[], conditions: Conditions): Promise<Account> {
  const { journal, clock, earlier = none, signal } = conditions;
  const done: { act: OutwardAct; outcome: string }[] = [];
  const writeJournal = `write the journal ${journal.path}`;
  let doing = writeJournal;
  try {
    for (const act of acts) {
      const standing = earlier.get(act.title);
      if (standing !== undefined && standing !== 'begun') {
        done.push({ act, outcome: standing.outcome });
        continue;
      }
      if (signal?.aborted === true) {
        return { done, failed: interrupted(act, signal), notBegun: acts.slice(done.length) };
      }
      const entry = { act: act.id, title: act.title, details: act.details };
      doing = writeJournal;
      await journal.append({ event: 'started', at: timestamp(clock()), ...entry });
      doing = act.title;
      const performed = await act.perform(standing === 'begun').catch(async (error: unknown) => {
        const failure = {
          event: 'failed',
          at: timestamp(clock()),
          ...entry,
          reason: reasonOf(error),
        } as const;
        // The journal may fail as well; the first error is the one to tell.
        await journal.append(failure).catch(() => undefined);
        throw error;
      });
      done.push({ act, outcome: performed.outcome });
      doing = writeJournal;
      await journal.append({ event: 'done', at: timestamp(clock()), ...entry, ...performed });
    }
    await journal.append({ event: 'finished', at: timestamp(clock()) });
    return { done, failed: undefined, notBegun: [] };
  } catch (error) {
    const begun = done.length + (doing === writeJournal ? 0 : 1);
    // Ctrl-C reaches the programs that an act runs too: what they say then is no news.
    const why = signal?.aborted === true ? (signal.reason as unknown) : error;
    return { done, failed: { what: doing, error: why }, notBegun: acts.slice(begun) };
  }
}

const interrupted = ({ title }: OutwardAct, { reason }: AbortSignal): NonNullable<Account['failed']> => ({
  what: `go on: ${title}`,
  error: reason,
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A moment as journals write it: ISO 8601 in UTC, to the second. */
export const timestamp = (time: Seconds): string => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
