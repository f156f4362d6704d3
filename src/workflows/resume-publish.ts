import type { OutwardAct } from '../core/outward-act.ts';
import type { ArchiveSource, Forge, PackageRepository, Seconds, SourceRepository } from '../core/ports.ts';
import { earlierActs, type JournalEntry } from '../core/publish/journal-entry.ts';
import type { Account, Withdrawal } from '../core/publish/outcome.ts';
import type { SourceForge } from '../core/publish/source-forge.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import type { ReleaseHost } from '../core/release-host.ts';
import { carryOut, type Journal } from './journal.ts';
import { type KeptFiles, submissionActs } from './submission-acts.ts';
import { takeBack } from './take-back.ts';

/** A run that was not finished, as its journal and its folder have it. */
export interface UnfinishedRun {
  readonly record: SubmissionRecord;
  readonly entries: readonly JournalEntry[];
  readonly kept: KeptFiles;
  readonly journal: Journal;
}

interface Ports {
  readonly source: SourceRepository;
  readonly archiveSource: ArchiveSource;
  readonly openReleaseHost?: (forge: SourceForge) => ReleaseHost | undefined;
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
  const { target } = run.record;
  const repository = await (await ports.openForge(target.address)).reopen(target);
  const acts = submissionActs(run.record, { ...ports, repository, kept: run.kept });
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
