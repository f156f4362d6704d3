import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../adapters/open-store.ts';
import { pastRuns } from '../../adapters/publish-runs.ts';
import type { RunStatus } from '../../core/publish/run-status.ts';
import type { SubmissionRecord } from '../../core/publish/submission-record.ts';
import { resultJson } from '../../render/json.ts';
import { statusObject, statusText } from '../../render/run-status.ts';
import { statusOf } from '../../workflows/publish-status.ts';
import { clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openForge } from '../package-repository.ts';
import { makeProgress } from '../progress.ts';
import { runsFolder } from '../publish-runs.ts';
import { environmentOfPrograms } from '../signing-key.ts';

interface Options {
  readonly offline: boolean;
  readonly all: boolean;
}

/** `status`: unfinished runs, and how what was submitted stands now. */
export async function statusCommand(context: Context, { offline, all }: Options): Promise<ExitCode> {
  const places = await mkdtemp(join(tmpdir(), 'opam-signet-status-'));
  const progress = await makeProgress(context);
  try {
    const runs: RunStatus[] = [];
    for (const { run, entries } of await pastRuns(runsFolder(context))) {
      const name = run.folder.slice(run.folder.lastIndexOf('/') + 1);
      progress.stage(`Looking at ${name}`);
      const look = (record: SubmissionRecord) => openTarget(context, record, join(places, name));
      const ports = { openForge: offline ? undefined : look, progress, clock };
      const status = await statusOf(name, entries, ports);
      if (status !== undefined && (all || isOfInterest(status))) runs.push(status);
    }
    progress.end();
    await context.print(
      context.options.format === 'json'
        ? resultJson('status', statusObject(runs))
        : statusText(runs, context.style),
    );
    return exitCodes.done;
  } finally {
    progress.end();
    await rm(places, { recursive: true, force: true });
  }
}

/** What is merged or taken back needs nobody's attention. */
const isOfInterest = ({ standing, submission }: RunStatus): boolean =>
  standing !== 'taken-back' && submission?.kind !== 'merged';

function openTarget(context: Context, { target, submission, source }: SubmissionRecord, folder: string) {
  const environment = environmentOfPrograms(context);
  const { forge, address, facts } = target;
  const route = {
    forge,
    fork: facts['fork'],
    tokenFile: undefined,
    pushBy: 'git' as const,
    draft: submission.draft,
    submits: false,
  };
  const there = { ...context, options: { ...context.options, directory: source.folder } };
  return openForge(there, address, route, undefined, {
    folder,
    environment,
    openStore: (gitFolder) => openStore(gitFolder, { kind: 'auto', environment }),
  });
}
