import type { OutwardAct, Seconds } from '../core/ports.ts';
import type { Account } from '../core/publish/outcome.ts';

/** One line of a journal: what is about to be done, what was done, or what failed. */
export type JournalEntry =
  | {
      readonly event: 'planned';
      readonly at: string;
      /** Everything that a later run must know to go on: names, ids, addresses; never a secret. */
      readonly details: Readonly<Record<string, string>>;
    }
  | ActEntry<'started'>
  | (ActEntry<'done'> & { readonly outcome: string })
  | (ActEntry<'failed'> & { readonly reason: string })
  | { readonly event: 'finished'; readonly at: string };

interface ActEntry<Event extends string> {
  readonly event: Event;
  readonly at: string;
  readonly act: string;
  readonly title: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Where a run writes down what it does to the world outside. An entry is on disk when `append` returns. */
export interface Journal {
  /** For people. */
  readonly path: string;
  append(entry: JournalEntry): Promise<void>;
}

/** Carries out acts one after the other, each recorded before and after. The first failure ends it. Never throws. */
export async function carryOut(
  acts: readonly OutwardAct[],
  journal: Journal,
  clock: () => Seconds,
): Promise<Account> {
  const done: { act: OutwardAct; outcome: string }[] = [];
  const writeJournal = `write the journal ${journal.path}`;
  let doing = writeJournal;
  try {
    for (const act of acts) {
      const entry = { act: act.id, title: act.title, details: act.details };
      await journal.append({ event: 'started', at: timestamp(clock()), ...entry });
      doing = act.title;
      const outcome = await act.perform().catch(async (error: unknown) => {
        // The journal may fail as well; the first error is the one to tell.
        const failure = {
          event: 'failed',
          at: timestamp(clock()),
          ...entry,
          reason: reasonOf(error),
        } as const;
        await journal.append(failure).catch(() => undefined);
        throw error;
      });
      done.push({ act, outcome });
      doing = writeJournal;
      await journal.append({ event: 'done', at: timestamp(clock()), ...entry, outcome });
    }
    await journal.append({ event: 'finished', at: timestamp(clock()) });
    return { done, failed: undefined, notBegun: [] };
  } catch (error) {
    const begun = done.length + (doing === writeJournal ? 0 : 1);
    return { done, failed: { what: doing, error }, notBegun: acts.slice(begun) };
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A moment as journals write it: ISO 8601 in UTC, to the second. */
export const timestamp = (time: Seconds): string => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
