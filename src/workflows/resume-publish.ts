import { Fault } from '../core/fault.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ArchiveSource, Forge, PackageRepository, Seconds, SourceRepository } from '../core/ports.ts';
import { earlierActs, type JournalEntry } from '../core/publish/journal-entry.ts';
import type { Account, Withdrawal } from '../core/publish/outcome.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import { carryOut, type Journal } from './journal.ts';
import { submissionActs } from './submission-acts.ts';
import { takeBack } from './take-back.ts';

/** A run that was not finished, as its journal and its folder have it. */
export interface UnfinishedRun {
  readonly record: SubmissionRecord;
  readonly entries: readonly JournalEntry[];
  /** The archive that was made for it; undefined if there was none. */
  readonly archive: Uint8Array | undefined;
  readonly journal: Journal;
}

interface Ports {
  readonly source: SourceRepository;
  readonly archiveSource: ArchiveSource;
  readonly openForge: (address: string) => Promise<Forge>;
  readonly clock: () => Seconds;
  readonly signal?: AbortSignal;
}

/** The acts of the run that are still to be done, or may have to be taken back. */
export interface OpenedRun {
  readonly run: UnfinishedRun;
  readonly acts: readonly OutwardAct[];
  readonly repository: PackageRepository;
}

/** Makes the acts of an earlier run again. Reads nothing from outside this machine and does nothing yet. */
export async function openRun(run: UnfinishedRun, ports: Ports): Promise<OpenedRun> {
  const { target, archive } = run.record;
  if (archive.file !== null && run.archive === undefined) {
    throw new Fault(
      'file.not-found',
      `The archive that was made for ${run.record.packages.join(', ')} is no longer beside ${run.journal.path}.`,
      'The journal says what was done: take it back by hand, remove its folder and publish again.',
    );
  }
  const repository = await (await ports.openForge(target.address)).reopen(target);
  const acts = submissionActs(run.record, { ...ports, repository, archive: run.archive });
  return { run, acts, repository };
}

/** Finishes what the run began. What it has done already is not done again. */
export function continueRun({ run, acts }: OpenedRun, ports: Ports): Promise<Account> {
  const { journal, entries } = run;
  return carryOut(acts, { ...ports, journal, earlier: earlierActs(entries) });
}

/** Takes back what the run has made, and nothing else. */
export function abortRun({ run, acts }: OpenedRun, { clock }: Ports): Promise<Withdrawal> {
  return takeBack(acts, earlierActs(run.entries), run.journal, clock);
}
