import { RunLock } from '../../adapters/run-lock.ts';
import { resultJson } from '../../render/json.ts';
import { continuedObject, continuedText, withdrawalObject, withdrawalText } from '../../render/resumed.ts';
import { abortRun, continueRun, type OpenedRun, openRun } from '../../workflows/resume-publish.ts';
import type { PublishPorts } from '../../workflows/publish-request.ts';
import { sourceFolder } from '../authors-repository.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { interruptible } from '../interruption.ts';
import { publishPorts } from '../publish-ports.ts';
import { chooseRun, exitCodeOfAccount, type RecordedRun } from '../publish-runs.ts';
import { thisProcess } from '../this-process.ts';

export interface ResumeOptions {
  /** The name of the run's folder; undefined: the only one that is unfinished. */
  readonly run: string | undefined;
  readonly tokenFile: string | undefined;
}

/** `publish --continue`: what an earlier run left undone, without asking again for what was agreed to. */
export function continueCommand(context: Context, options: ResumeOptions): Promise<ExitCode> {
  return withRun(context, options, async (past, opened, ports) => {
    const account = await interruptible(context, (signal) => continueRun(opened, { ...ports, signal }));
    if (account.failed === undefined) await past.run.settle();
    await print(
      context,
      () => continuedText(past.record, account, past.run.journal.path, context.style),
      () => continuedObject(past.record, account, past.run.journal.path),
    );
    return exitCodeOfAccount(account);
  });
}

/** `publish --abort`: takes back what an earlier run made, after a yes of its own. */
export function abortCommand(context: Context, options: ResumeOptions): Promise<ExitCode> {
  return withRun(context, options, async (past, opened, ports) => {
    if (!(await agreed(past, context, ports))) return exitCodes.interrupted;
    const withdrawal = await abortRun(opened, ports);
    if (withdrawal.failed.length === 0) await past.run.settle();
    await print(
      context,
      () => withdrawalText(past.record, withdrawal, past.run.journal.path, context.style),
      () => withdrawalObject(past.record, withdrawal, past.run.journal.path),
    );
    return withdrawal.failed.length === 0 ? exitCodes.done : exitCodes.undetermined;
  });
}

type Act = (past: RecordedRun, opened: OpenedRun, ports: PublishPorts) => Promise<ExitCode>;

/** Lets one process act on a run. What another one has done until then is in the journal, which is read after that. */
async function withRun(
  context: Context,
  { run: named, tokenFile }: ResumeOptions,
  act: Act,
): Promise<ExitCode> {
  const source = await sourceFolder(context);
  const { name, run } = await chooseRun(context, source, named);
  const lock = await RunLock.take(run.folder, thisProcess);
  try {
    return await actOn(context, await chooseRun(context, source, name), tokenFile, act);
  } finally {
    await lock.release();
  }
}

async function actOn(
  context: Context,
  past: RecordedRun,
  tokenFile: string | undefined,
  act: Act,
): Promise<ExitCode> {
  const { folder, remote } = past.record.source;
  const { forge } = past.record.target;
  const { draft } = past.record.submission;
  const route = { forge, fork: undefined, tokenFile, draft, pushBy: 'git' as const, submits: true };
  const there = { ...context, options: { ...context.options, directory: folder } };
  const sourceForge = past.record.archive.asset?.forge.kind;
  const places = {
    workspace: past.run.workspace,
    remote: remote ?? undefined,
    keyFile: undefined,
    sourceForge,
    route,
  };
  const ports = await publishPorts(there, places);
  try {
    const { journal } = past.run;
    const opened = await openRun({ ...past, journal, kept: await journal.kept() }, ports);
    try {
      return await act(past, opened, ports);
    } finally {
      await opened.repository.close();
    }
  } finally {
    ports.progress.end();
    await ports.source.store.close();
  }
}

async function agreed(
  { record, run }: RecordedRun,
  context: Context,
  { prompter }: PublishPorts,
): Promise<boolean> {
  const { options, interactive } = context;
  const what = record.packages.join(', ');
  context.tell(`What ${run.journal.path} says was made for ${what} will be taken back, the last first.\n`);
  if (options.yes || !interactive || prompter === undefined) return options.yes;
  return prompter.confirm({ flag: '--yes', message: `Take back the submission of ${what}?`, preset: false });
}

async function print(
  context: Context,
  text: () => string,
  fields: () => Record<string, unknown>,
): Promise<void> {
  const { format } = context.options;
  await context.print(format === 'json' ? resultJson('publish', fields()) : text());
}
