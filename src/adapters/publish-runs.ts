import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '../core/publish/journal-entry.ts';
import { parseJournal } from './journal-entries.ts';
import { JournalFile } from './journal-file.ts';
import { forgetLocks } from './run-lock.ts';

/** One run of publish on this machine: its journal, and beside it what was signed and made as long as it is needed. */
export class PublishRun {
  readonly folder: string;
  readonly journal: JournalFile;

  constructor(folder: string) {
    this.folder = folder;
    this.journal = new JournalFile(join(folder, 'journal.jsonl'));
  }

  /** Where objects of the package repository are. */
  get workspace(): string {
    return join(this.folder, 'workspace.git');
  }

  /** Removes everything but the journal: nothing is left to be done. */
  async settle(): Promise<void> {
    await remove(this.workspace);
    await this.journal.forget();
    await forgetLocks(this.folder);
  }

  /** Removes all of it: the run has done nothing. */
  discard(): Promise<void> {
    return remove(this.folder);
  }

  /** The same, where the program is about to end. */
  discardAtOnce(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** A run of the past, with what its journal says. */
export interface PastRun {
  readonly run: PublishRun;
  readonly entries: readonly JournalEntry[];
}

/** The runs whose journals can be read, the oldest first. */
export async function pastRuns(parent: string): Promise<readonly PastRun[]> {
  const names = await readdir(parent).catch(() => []);
  const found: (PastRun & { readonly time: number })[] = [];
  for (const name of names) {
    const run = new PublishRun(join(parent, name));
    const text = await readFile(run.journal.path, 'utf8').catch(() => undefined);
    const entries = text === undefined ? undefined : parseJournal(text);
    if (entries === undefined) continue;
    found.push({ run, entries, time: (await stat(run.journal.path)).mtimeMs });
  }
  return found.sort((one, other) => one.time - other.time);
}
