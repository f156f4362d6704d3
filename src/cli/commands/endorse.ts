import { Fault } from '../../core/fault.ts';
import { ownerForm, type OwnerStatement } from '../../core/statement-values.ts';
import { resultJson } from '../../render/json.ts';
import { endorsedObject, endorsedText, endorsementObject, endorsementText } from '../../render/review.ts';
import { reportText } from '../../render/text.ts';
import { endorse } from '../../workflows/endorse.ts';
import { planEndorsement, type PreparedEndorsement } from '../../workflows/plan-endorsement.ts';
import { clock, requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openPullRequest, type OpenedPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { exitCodeOfAccount, newJournal, refuseByReport, requireIdentity } from '../reviewing.ts';
import { openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { agreed } from './keyring-work.ts';

interface Options extends PullRequestOptions, SigningKeyOptions {
  readonly push: boolean;
  readonly owner?: readonly string[] | undefined;
  readonly expiresIn: string;
  readonly dryRun: boolean;
}

/** `endorse PR`: the change shown, one yes, the endorsement tag signed, checked and pushed. */
export async function endorseCommand(context: Context, options: Options): Promise<ExitCode> {
  const owners = (options.owner ?? []).map(parseOwner);
  const days = requireDays(options.expiresIn);
  const opened = await openPullRequest(context, options);
  try {
    const { request } = opened;
    const { key, keyFile, dryRun } = options;
    const planning = await planEndorsement(
      request,
      { owners, days, key, dryRun },
      {
        openSigner: (named) => openSigningKey(context, { key: named, keyFile }),
        author: await requireIdentity(context),
        remote: options.push ? await opened.remote() : undefined,
        local: opened.here,
        clock,
      },
    );
    request.progress.end();
    const view = pullRequestView(planning.report);
    if (planning.kind === 'refused') {
      const why = 'nothing was signed: an endorsement mends none of this.';
      return await refuseByReport(context, 'endorse', view, why);
    }
    const { prepared } = planning;
    if (dryRun) return await showPlan(prepared, context);
    context.tell(`${reportText(view, context.errorStyle)}\n`);
    context.tell(`${endorsementText(prepared.plan, context.errorStyle)}\n`);
    if (!(await agreed(context, `Answer for this change with ${prepared.plan.tag}?`))) {
      return exitCodes.interrupted;
    }
    return await carryOut(prepared, opened, context);
  } finally {
    await opened.close();
  }
}

async function carryOut(
  prepared: PreparedEndorsement,
  { request }: OpenedPullRequest,
  context: Context,
): Promise<ExitCode> {
  const journal = await newJournal(context, 'endorse');
  const endorsed = await endorse(prepared, request, { journal, clock });
  await context.print(
    context.options.format === 'json'
      ? resultJson('endorse', endorsedObject(endorsed))
      : endorsedText(endorsed, context.style),
  );
  return exitCodeOfAccount(endorsed.account);
}

async function showPlan({ plan }: PreparedEndorsement, context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('endorse', { dryRun: true, plan: endorsementObject(plan) })
      : endorsementText(plan, context.style),
  );
  return exitCodes.done;
}

/** `NAME=CONTRIBUTOR` */
function parseOwner(text: string): OwnerStatement {
  const owner = ownerForm.parse(text.replace('=', ' '));
  if (owner !== undefined) return owner;
  throw new Fault(
    'usage.argument',
    `--owner is NAME=CONTRIBUTOR, not "${text}".`,
    'Name a package and the id of a contributor of the keyring file: --owner foo=alice.',
  );
}
