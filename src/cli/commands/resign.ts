import { resultJson } from '../../render/json.ts';
import { resignedObject, resignedText, resignObject, resignText } from '../../render/resign.ts';
import { planResignation, type PreparedResignation } from '../../workflows/plan-resignation.ts';
import { resign } from '../../workflows/resign.ts';
import { clock, requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { exitCodeOfAccount, newJournal, refuseByReport, requireIdentity } from '../reviewing.ts';
import { openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { agreed } from './keyring-work.ts';

interface Options extends PullRequestOptions, SigningKeyOptions {
  readonly tag?: string | undefined;
  readonly expiresIn: string;
  readonly dryRun: boolean;
}

/** `resign PR`: what others changed shown, one yes, the submission signed for the new head, checked and pushed. */
export async function resignCommand(context: Context, options: Options): Promise<ExitCode> {
  const { tag, key, keyFile, dryRun } = options;
  const days = requireDays(options.expiresIn);
  const opened = await openPullRequest(context, options);
  try {
    const { request } = opened;
    const planning = await planResignation(
      request,
      { tag, days, key, dryRun },
      {
        openSigner: (named) => openSigningKey(context, { key: named, keyFile }),
        author: await requireIdentity(context),
        place: await opened.submission(),
        clock,
      },
    );
    request.progress.end();
    if (planning.kind === 'refused') {
      const why = "nothing was signed: an author's signature mends none of this.";
      return await refuseByReport(context, 'resign', pullRequestView(planning.report), why);
    }
    const { prepared } = planning;
    if (dryRun) return await showPlan(prepared, context);
    context.tell(`${resignText(prepared.plan, context.errorStyle)}\n`);
    if (!(await agreed(context, `Sign ${request.head} with ${prepared.plan.tag}?`))) {
      return exitCodes.interrupted;
    }
    const journal = await newJournal(context, 'resign');
    const resigned = await resign(prepared, request, { journal, clock });
    await context.print(
      context.options.format === 'json'
        ? resultJson('resign', resignedObject(resigned))
        : resignedText(resigned, context.style),
    );
    return exitCodeOfAccount(resigned.account);
  } finally {
    await opened.close();
  }
}

async function showPlan({ plan }: PreparedResignation, context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('resign', { dryRun: true, plan: resignObject(plan) })
      : resignText(plan, context.style),
  );
  return exitCodes.done;
}
