import { join } from 'node:path';
import { readIdentity } from '../../adapters/git-config.ts';
import { JournalFile } from '../../adapters/journal-file.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { Author } from '../../core/publish/plan.ts';
import { ownerForm, type OwnerStatement } from '../../core/statement-values.ts';
import { findingObject, resultJson } from '../../render/json.ts';
import { endorsedObject, endorsedText, endorsementObject, endorsementText } from '../../render/review.ts';
import { reportText } from '../../render/text.ts';
import { endorse } from '../../workflows/endorse.ts';
import { planEndorsement, type PreparedEndorsement } from '../../workflows/plan-endorsement.ts';
import type { PrReport } from '../../workflows/verify-pr.ts';
import { clock, requireDays } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodeOfFault, exitCodes } from '../exit-code.ts';
import { openPullRequest, type OpenedPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { makeRunFolder, stateFolder } from '../run-folder.ts';
import { environmentOfPrograms, openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { agreed } from './keyring-work.ts';

interface Options extends PullRequestOptions, SigningKeyOptions {
  readonly remote?: string | undefined;
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
        remote: options.push ? await opened.remote(options.remote) : undefined,
        local: true,
        clock,
      },
    );
    request.progress.end();
    if (planning.kind === 'refused') return await refuse(planning.report, context);
    const { prepared, report } = planning;
    if (dryRun) return await showPlan(prepared, context);
    context.tell(`${reportText(pullRequestView(report), context.errorStyle)}\n`);
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
  const run = await makeRunFolder(stateFolder(context, 'endorse'));
  const journal = new JournalFile(join(run, 'journal.jsonl'));
  const endorsed = await endorse(prepared, request, { journal, clock });
  await context.print(
    context.options.format === 'json'
      ? resultJson('endorse', endorsedObject(endorsed))
      : endorsedText(endorsed, context.style),
  );
  const error = endorsed.account.failed?.error;
  if (error === undefined) return exitCodes.done;
  return error instanceof Fault ? exitCodeOfFault[error.kind] : exitCodes.internal;
}

async function showPlan({ plan }: PreparedEndorsement, context: Context): Promise<ExitCode> {
  await context.print(
    context.options.format === 'json'
      ? resultJson('endorse', { dryRun: true, plan: endorsementObject(plan) })
      : endorsementText(plan, context.style),
  );
  return exitCodes.done;
}

async function refuse(report: PrReport, context: Context): Promise<ExitCode> {
  const { conclusion, findings } = report;
  if (context.options.format === 'json') {
    await context.print(resultJson('endorse', { conclusion, findings: findings.map(findingObject) }));
  } else {
    context.tell(reportText(pullRequestView(report), context.errorStyle));
    context.tell('endorse: nothing was signed: an endorsement mends none of this.\n');
  }
  return conclusion === 'verified' ? exitCodes.rejected : exitCodeOf(conclusion);
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

async function requireIdentity(context: Context): Promise<Author> {
  const identity = await readIdentity(new UserGit(context.options.directory, environmentOfPrograms(context)));
  if (identity !== undefined) return identity;
  throw new Fault(
    'usage.missing-answers',
    'git does not know your name and e-mail address, which the tag will bear.',
    'git config --global user.name "Your Name" && git config --global user.email you@example.org',
  );
}
