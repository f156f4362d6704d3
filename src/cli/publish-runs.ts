import { type PastRun, pastRuns } from '../adapters/publish-runs.ts';
import { holderOf } from '../adapters/run-lock.ts';
import { Fault } from '../core/fault.ts';
import { isUnfinished, recordIn } from '../core/publish/journal-entry.ts';
import type { Account } from '../core/publish/outcome.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOfFault, exitCodes } from './exit-code.ts';
import { interruptedByUser } from './interruption.ts';
import { stateFolder } from './run-folder.ts';
import { thisProcess } from './this-process.ts';
import type { UnfinishedRun } from '../workflows/publish-request.ts';

/** Where the journals of all runs are. */
export const runsFolder = (context: Pick<Context, 'environment'>): string => stateFolder(context, 'publish');

export interface RecordedRun extends PastRun {
  /** The name of its folder, by which the flags mean it. */
  readonly name: string;
  readonly record: SubmissionRecord;
}

/** The runs that planned to do something, the oldest first. */
async function recordedRuns(context: Pick<Context, 'environment'>): Promise<readonly RecordedRun[]> {
  const runs = await pastRuns(runsFolder(context));
  return runs.flatMap((one) => {
    const record = recordIn(one.entries);
    const name = one.run.folder.slice(one.run.folder.lastIndexOf('/') + 1);
    return record === undefined ? [] : [{ ...one, name, record }];
  });
}

/** The unfinished run that is meant: the one of this name, or the only one of this source repository. */
export async function chooseRun(
  context: Context,
  source: string,
  name: string | undefined,
): Promise<RecordedRun> {
  const unfinished = (await recordedRuns(context)).filter(({ entries }) => isUnfinished(entries));
  const meant = unfinished.filter((one) =>
    name === undefined ? one.record.source.folder === source : one.name === name,
  );
  const [only, another] = meant;
  if (only !== undefined && another === undefined) return only;
  if (another !== undefined) {
    throw new Fault(
      'usage.argument',
      `Several runs here are not finished: ${meant.map(described).join('; ')}.`,
      'Name the one that you mean: --continue NAME or --abort NAME.',
    );
  }
  throw new Fault(
    'usage.argument',
    name === undefined
      ? `No run of publish in ${source} is unfinished.`
      : `No unfinished run is called ${name}.`,
    'opam-signet status lists the runs that are not finished.',
  );
}

/** The runs that nobody finished, as whoever begins another one for this source is told of them. */
export async function unfinishedRuns(
  context: Pick<Context, 'environment'>,
  source: string,
): Promise<readonly UnfinishedRun[]> {
  const runs = (await recordedRuns(context)).filter(({ entries }) => isUnfinished(entries));
  return Promise.all(
    runs.map(async ({ name, record, entries, run }) => ({
      ...{ name, packages: record.packages, target: record.target.address },
      here: record.source.folder === source,
      at: entries.at(-1)?.at ?? '',
      process: (await holderOf(run.folder, thisProcess))?.pid,
    })),
  );
}

const described = ({ name, record }: RecordedRun): string => `${name} (${record.packages.join(', ')})`;

/** The exit status of a run by what failed in it. */
export function exitCodeOfAccount({ failed }: Account): ExitCode {
  if (failed === undefined) return exitCodes.done;
  if (failed.error === interruptedByUser) return exitCodes.interrupted;
  return failed.error instanceof Fault ? exitCodeOfFault[failed.error.kind] : exitCodes.internal;
}
