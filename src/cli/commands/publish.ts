import { tmpdir } from 'node:os';
import { PublishRun } from '../../adapters/publish-runs.ts';
import type { ForgeKind } from '../../core/ports.ts';
import type { Published } from '../../core/publish/outcome.ts';
import { type OverrideFlag, overrideFlags, type Problem } from '../../core/publish/problem.ts';
import { resultJson } from '../../render/json.ts';
import { planObject, planText, problemsText } from '../../render/publish-plan.ts';
import { publishedObject, publishedText } from '../../render/published.ts';
import type { PreparedPublish } from '../../workflows/prepared-publish.ts';
import { planPublish } from '../../workflows/plan-publish.ts';
import { publish } from '../../workflows/publish.ts';
import type { PublishOptions, PublishPorts } from '../../workflows/publish-request.ts';
import { requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { interruptible } from '../interruption.ts';
import { usualRepository } from '../package-repository.ts';
import { publishPorts } from '../publish-ports.ts';
import { exitCodeOfAccount, runsFolder } from '../publish-runs.ts';
import { makeRunFolder } from '../run-folder.ts';

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
}

/** `publish [PACKAGE…]`: plan, one yes, signatures, self-check, push. */
export async function publishCommand(context: Context, options: Options): Promise<ExitCode> {
  const run = new PublishRun(await makeRunFolder(options.dryRun ? tmpdir() : runsFolder(context)));
  const { remote, keyFile, sourceForge, forge, fork, tokenFile, draft = false, dryRun } = options;
  const route = { forge, fork, tokenFile, draft, submits: !dryRun };
  let published: Published | undefined;
  try {
    const places = { workspace: run.workspace, remote, keyFile, sourceForge, route };
    const ports = await publishPorts(context, places);
    try {
      const planning = await planPublish(publishOptions(context, options), ports);
      if (planning.kind === 'refused') return await refuse(planning.problems, context);
      const { prepared, problems } = planning;
      try {
        if (options.dryRun) return await showPlan(prepared, problems, context);
        if (!(await agreed(prepared, problems, context, ports))) return exitCodes.interrupted;
        published = await interruptible((signal) => publish(prepared, run.journal, { ...ports, signal }));
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
  }
}

function publishOptions({ options: { yes } }: Context, options: Options): PublishOptions {
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
    output: undefined,
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

/** The one yes, after everything was shown. */
async function agreed(
  { plan }: PreparedPublish,
  problems: readonly Problem[],
  context: Context,
  { prompter }: PublishPorts,
): Promise<boolean> {
  const { options, errorStyle } = context;
  context.tell(`\n${planText(plan, errorStyle)}\n${problemsText(problems, errorStyle)}`);
  if (options.yes || prompter === undefined) return options.yes;
  return prompter.confirm({
    flag: '--yes',
    message: `Sign and submit ${plan.packages.map(({ nameVersion }) => nameVersion).join(', ')}?`,
    preset: false,
  });
}

async function tell(published: Published, context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('publish', publishedObject(published))
      : publishedText(published, context.style),
  );
  return exitCodeOfAccount(published.account);
}
