import { Fault } from '../../core/fault.ts';
import type { MergeMethod } from '../../core/review-ports.ts';
import { resultJson } from '../../render/json.ts';
import { mergedObject, mergedText, mergePlanObject, mergeText } from '../../render/merge.ts';
import { reportText } from '../../render/text.ts';
import { mergePr } from '../../workflows/merge-pr.ts';
import { type MergePlanning, type MergePorts, planMerge } from '../../workflows/plan-merge.ts';
import { clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-code.ts';
import { openPullRequest, type OpenedPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { exitCodeOfAccount, newJournal, refuseByReport, requireIdentity } from '../reviewing.ts';
import { openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { agreed } from './keyring-work.ts';

interface Options extends PullRequestOptions, SigningKeyOptions {
  /** The branch that is pushed to, where the base does not name it. */
  readonly branch?: string | undefined;
  readonly button: boolean;
  readonly method: MergeMethod;
  readonly dryRun: boolean;
}

/** `merge-pr PR`: verified, one yes, merged with its evidence, and the result verified. */
export async function mergePrCommand(context: Context, options: Options): Promise<ExitCode> {
  const opened = await openPullRequest(context, options);
  try {
    const { request } = opened;
    const { key, dryRun } = options;
    const ports = await portsOf(context, opened, options);
    const button = options.button ? options.method : undefined;
    const planning = await planMerge(request, { button, key, dryRun }, ports);
    request.progress.end();
    if (planning.kind === 'refused') return await refuse(planning.report, context);
    const { prepared, report } = planning;
    if (dryRun) return await showPlan(prepared.plan, context);
    context.tell(`${reportText(pullRequestView(report), context.errorStyle)}\n`);
    context.tell(`${mergeText(prepared.plan, context.errorStyle)}\n`);
    if (!(await agreed(context, `Merge ${prepared.plan.head} into ${prepared.plan.branch}?`))) {
      return exitCodes.interrupted;
    }
    const journal = await newJournal(context, 'merge-pr');
    const { currentHead, fetchBase } = opened;
    const merged = await mergePr(prepared, request, { ...ports, journal, currentHead, fetchBase });
    await context.print(
      context.options.format === 'json'
        ? resultJson('merge-pr', mergedObject(merged))
        : mergedText(merged, context.style),
    );
    const { account, report: result } = merged;
    return result === undefined ? exitCodeOfAccount(account) : exitCodeOf(result.conclusion);
  } finally {
    await opened.close();
  }
}

async function portsOf(context: Context, opened: OpenedPullRequest, options: Options): Promise<MergePorts> {
  const remote = await opened.remote();
  const branch = options.branch ?? opened.branch;
  if (remote === undefined) {
    const mend = 'Name it with --remote; a dot means this repository itself.';
    throw new Fault('usage.missing-answers', 'Nothing says where to push the merge to.', mend);
  }
  if (branch === undefined) {
    const mend = 'Name it: --branch BRANCH.';
    throw new Fault(
      'usage.missing-answers',
      'The base is no branch, so nothing says where to merge to.',
      mend,
    );
  }
  if (options.button && opened.forge === undefined) {
    const mend = 'Name the pull request by its number or address, or leave out --button.';
    throw new Fault('usage.argument', 'Only a pull request at a forge has a button.', mend);
  }
  return {
    openSigner: (named) => openSigningKey(context, { key: named, keyFile: options.keyFile }),
    author: await requireIdentity(context),
    remote,
    branch,
    forge: opened.forge,
    clock,
  };
}

function refuse(
  report: Extract<MergePlanning, { kind: 'refused' }>['report'],
  context: Context,
): Promise<ExitCode> {
  return report.verb === 'verify-pr'
    ? refuseByReport(context, 'merge-pr', pullRequestView(report), 'nothing was merged.')
    : refuseByReport(
        context,
        'merge-pr',
        { report, subject: `${report.to} as the button would make it`, facts: [], fields: {} },
        'nothing was merged: what this button makes would not be verified. Merge with a commit of your own (without --button), or endorse the pull request first.',
      );
}

async function showPlan(plan: Parameters<typeof mergeText>[0], context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('merge-pr', { dryRun: true, plan: mergePlanObject(plan) })
      : mergeText(plan, context.style),
  );
  return exitCodes.done;
}
