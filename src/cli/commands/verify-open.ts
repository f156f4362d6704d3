import { decodePath } from '../../render/escape.ts';
import { openPullsText } from '../../render/open-pulls.ts';
import { said } from '../../render/view.ts';
import { type JudgedPull, type OpenReport, verifyOpen } from '../../workflows/verify-open.ts';
import type { Told } from '../../workflows/tell-forge.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { type ForgeDesk, openForgeDesk } from '../forge-desk.ts';
import { commonRequest, fetchRequests } from '../forge-pull.ts';
import { exitCodeAfter, tellReport, type TellingOptions } from '../forge-report.ts';
import type { PullRequestOptions } from '../pull-request.ts';
import { pullRequestView, rememberedField } from '../pull-request-view.ts';
import { printReport } from '../report-output.ts';

/** `verify-pr --all-open`: every open pull request, judged by itself. */
export async function verifyOpenCommand(
  context: Context,
  options: Omit<PullRequestOptions, 'pr'> & TellingOptions,
): Promise<ExitCode> {
  const desk = await openForgeDesk(context, options, undefined);
  try {
    const common = await commonRequest(context, options, desk);
    common.progress.stage('Fetching open pull requests');
    const pulls = await desk.review.openPullRequests();
    const report = await verifyOpen(await fetchRequests(context, desk, pulls, common), common);
    const told = await tellAll(context, options, desk, report);
    return exitCodeAfter(await print(context, report), told);
  } finally {
    await desk.store.close();
  }
}

async function print(context: Context, report: OpenReport): Promise<ExitCode> {
  if (context.options.format !== 'text') return printReport(context, viewOf(report));
  const rows = report.pulls.map(({ fault, ...row }) => ({
    ...row,
    trouble: fault?.message,
    remembered: row.report !== undefined && 'remembered' in rememberedField(row.report.remembered),
  }));
  await context.print(openPullsText(rows, report.conclusion, context.style));
  return exitCodeOf(report.conclusion);
}

/** Shows each report at its own pull request, if that was asked for. */
async function tellAll(
  context: Context,
  options: TellingOptions,
  { reporting }: ForgeDesk,
  { pulls }: OpenReport,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const { pull, report } of pulls) {
    if (report === undefined) continue;
    const place = { forge: reporting, number: pull.number, head: report.head };
    told.push(...(await tellReport(context, pullRequestView(report), options, place)));
  }
  return told;
}

const viewOf = (report: OpenReport) => ({
  report,
  subject: `${report.pulls.length} open pull requests`,
  facts: report.pulls.map(({ pull, conclusion }) => said(`#${pull.number}`, `${conclusion}: ${pull.title}`)),
  fields: { pulls: report.pulls.map(pullObject) },
});

function pullObject({ pull, conclusion, errors, fault, report }: JudgedPull): Record<string, unknown> {
  const { number, url, title, author, draft, base, head } = pull;
  return {
    number,
    url,
    title,
    author: author ?? null,
    draft,
    branch: base,
    base: report?.base ?? null,
    head: report?.head ?? head,
    conclusion,
    errors: errors.map(({ code, at }) => ({
      code,
      path: at.path === undefined ? null : decodePath(at.path),
    })),
    fault: fault === undefined ? null : { code: fault.code, message: fault.message },
    ...(report === undefined ? {} : rememberedField(report.remembered)),
  };
}
