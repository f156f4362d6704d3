import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { makeParcel, outputFolder } from '../../adapters/git-parcel.ts';
import { PublishRun } from '../../adapters/publish-runs.ts';
import { RunLock } from '../../adapters/run-lock.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { ForgeKind } from '../../core/ports.ts';
import type { Published } from '../../core/publish/outcome.ts';
import { type OverrideFlag, overrideFlags, type Problem, Problems } from '../../core/publish/problem.ts';
import { resultJson } from '../../render/json.ts';
import { planObject, planText, problemsText } from '../../render/publish-plan.ts';
import { publishedObject, publishedText } from '../../render/published.ts';
import { writtenObject, writtenText } from '../../render/written.ts';
import type { PreparedPublish } from '../../workflows/prepared-publish.ts';
import { planPublish } from '../../workflows/plan-publish.ts';
import { publish } from '../../workflows/publish.ts';
import type { PublishOptions, PublishPorts } from '../../workflows/publish-request.ts';
import { noteUnfinished } from '../../workflows/unfinished-runs.ts';
import { writeRelease } from '../../workflows/write-release.ts';
import { requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { abandonable, interruptible } from '../interruption.ts';
import { usualRepository } from '../package-repository.ts';
import { publishPorts } from '../publish-ports.ts';
import { exitCodeOfAccount, runsFolder } from '../publish-runs.ts';
import { makeRunFolder } from '../run-folder.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { thisProcess } from '../this-process.ts';

interface Options extends Partial<
  Omit<PublishOptions, 'packages' | 'exclude' | 'expiresIn' | 'overrides' | 'dryRun' | 'yes'>
> {
  readonly packages: readonly string[];
  readonly exclude?: readonly string[] | undefined;
  readonly expiresIn: string;
  readonly given: Readonly<Record<OverrideFlag, boolean | undefined>>;
  readonly dryRun: boolean;
  readonly remote?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly forge?: ForgeKind | undefined;
  readonly fork?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly pushBy?: 'git' | 'api' | undefined;
}

/** `publish [PACKAGE…]`: plan, one yes, signatures, self-check, push. */
export async function publishCommand(context: Context, options: Options): Promise<ExitCode> {
  const run = new PublishRun(await makeRunFolder(options.dryRun ? tmpdir() : runsFolder(context)));
  const {
    remote,
    keyFile,
    sourceForge,
    forge,
    fork,
    tokenFile,
    draft = false,
    pushBy = 'git',
    dryRun,
  } = options;
  const { output } = publishOptions(context, options);
  const submits = !dryRun && output === undefined;
  const route = { forge, fork, tokenFile, draft, pushBy, submits };
  let published: Published | undefined;
  const lock = await RunLock.take(run.folder, thisProcess);
  try {
    const places = { workspace: run.workspace, remote, keyFile, sourceForge, route };
    const ports = await publishPorts(context, places);
    try {
      if (output !== undefined) await requireFree(output);
      if (ports.prompter !== undefined) tellUnfinished(ports, context);
      const planning = await abandonable(
        () => {
          run.discardAtOnce();
        },
        () => planPublish(publishOptions(context, options), ports),
      );
      if (planning.kind === 'refused') return await refuse(planning.problems, context);
      const { prepared, problems } = planning;
      try {
        if (options.dryRun) return await showPlan(prepared, problems, context);
        if (!(await agreed(prepared, problems, { context, prompter: ports.prompter, output })))
          return exitCodes.interrupted;
        if (output !== undefined) return await writeOut(prepared, output, { context, run, ports });
        published = await interruptible(context, (signal) =>
          publish(prepared, run.journal, { ...ports, signal }),
        );
      } finally {
        await prepared.repository.close();
      }
      return await tell(published, context);
    } finally {
      ports.progress.end();
      await ports.source.store.close();
    }
  } finally {
    // What was done stays written down; what was left undone stays as a whole, so that a later run can go on.
    if (published === undefined) await run.discard();
    else if (published.account.failed === undefined) await run.settle();
    await lock.release();
  }
}

/** Whoever answers questions is told before, too, of what a check will say after them. */
function tellUnfinished({ unfinished }: PublishPorts, context: Context): void {
  const problems = new Problems(new Set());
  noteUnfinished(
    unfinished.filter(({ here }) => here),
    problems.note,
  );
  context.tell(problemsText(problems.found, context.errorStyle));
}

function publishOptions({ options: { yes, directory } }: Context, options: Options): PublishOptions {
  return {
    packages: options.packages,
    exclude: options.exclude ?? [],
    tag: options.tag,
    packageVersion: options.packageVersion,
    to: options.to ?? (options.forge === 'github' ? usualRepository : undefined),
    base: options.base,
    branch: options.branch,
    archive: options.archive,
    archiveUrl: options.archiveUrl,
    archiveFile: options.archiveFile,
    asset: options.asset ?? false,
    tarball: options.tarball ?? false,
    sourceForge: options.sourceForge,
    output: options.output === undefined ? undefined : resolve(directory, options.output),
    repositoryId: options.repositoryId,
    key: options.key,
    expiresIn: requireDays(options.expiresIn),
    overrides: new Set(overrideFlags.filter((flag) => options.given[flag] === true)),
    dryRun: options.dryRun,
    yes,
  };
}

async function refuse(problems: readonly Problem[], context: Context): Promise<ExitCode> {
  if (context.options.format === 'json') {
    await context.print(resultJson('publish', { conclusion: 'rejected', problems }));
  } else {
    context.tell(problemsText(problems, context.errorStyle));
  }
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.every(({ code }) => code === 'key.unusable') ? exitCodes.credentials : exitCodes.rejected;
}

async function showPlan(
  { plan }: PreparedPublish,
  problems: readonly Problem[],
  context: Context,
): Promise<ExitCode> {
  if (context.options.format === 'json') {
    await context.print(resultJson('publish', { dryRun: true, plan: planObject(plan), problems }));
  } else {
    context.tell(problemsText(problems, context.errorStyle));
    await context.print(planText(plan, context.style));
  }
  return exitCodes.done;
}

interface Asking {
  readonly context: Context;
  readonly prompter: PublishPorts['prompter'];
  /** The folder that everything is written into; undefined: it is submitted. */
  readonly output: string | undefined;
}

/** The one yes, after everything was shown. */
async function agreed(
  { plan }: PreparedPublish,
  problems: readonly Problem[],
  { context, prompter, output }: Asking,
): Promise<boolean> {
  const { options, errorStyle } = context;
  context.tell(`\n${planText(plan, errorStyle)}\n${problemsText(problems, errorStyle)}`);
  if (options.yes || prompter === undefined) return options.yes;
  const names = plan.packages.map(({ nameVersion }) => nameVersion).join(', ');
  const overwriting = plan.submission.overwritten === undefined ? '' : ', and overwrite what stands there';
  return prompter.confirm({
    flag: '--yes',
    message:
      output === undefined
        ? `Sign and submit ${names}${overwriting}?`
        : `Sign ${names} and write it to ${output}?`,
    preset: false,
  });
}

/** A folder where something stands is not written into. */
async function requireFree(output: string): Promise<void> {
  if (!(await outputFolder(output).taken())) return;
  throw new Fault(
    'usage.argument',
    `${output} is not empty, and nothing in it is overwritten.`,
    'Name a folder that is empty or not there yet: --output DIR.',
  );
}

interface WritingMeans {
  readonly context: Context;
  readonly run: PublishRun;
  readonly ports: PublishPorts;
}

/** `--output DIR`: what would be sent is written there. */
async function writeOut(
  prepared: PreparedPublish,
  output: string,
  { context, run, ports }: WritingMeans,
): Promise<ExitCode> {
  const git = new UserGit(run.workspace, environmentOfPrograms(context), run.workspace);
  const written = await writeRelease(prepared, run.journal, {
    ...ports,
    output: outputFolder(output),
    makeParcel: (request) => makeParcel(git, request),
  });
  await context.print(
    context.options.format === 'json'
      ? resultJson('publish', writtenObject(written))
      : writtenText(written, context.style),
  );
  return exitCodeOfAccount(written.account);
}

async function tell(published: Published, context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('publish', publishedObject(published))
      : publishedText(published, context.style),
  );
  return exitCodeOfAccount(published.account);
}
