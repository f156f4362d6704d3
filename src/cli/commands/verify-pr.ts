import { Fault } from '../../core/fault.ts';
import { verifyPr } from '../../workflows/verify-pr.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { exitCodeAfter, tellReport, type TellingOptions, toldObjects } from '../forge-report.ts';
import { openPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { printReport } from '../report-output.ts';

interface Options extends Omit<PullRequestOptions, 'pr'>, TellingOptions {
  readonly pr?: string | undefined;
  readonly allOpen?: boolean;
}

/**
 * `verify-pr PR`: the step that merging would make, judged; then shown at its forge, if that was asked for.
 * `--all-open`: that of every open pull request.
 */
export async function verifyPrCommand(context: Context, options: Options): Promise<ExitCode> {
  const { pr, allOpen = false } = options;
  if (allOpen && pr === undefined) {
    const { verifyOpenCommand } = await import('./verify-open.ts');
    return verifyOpenCommand(context, { ...options, recentReleases: true });
  }
  if (allOpen || pr === undefined) {
    throw new Fault(
      'usage.argument',
      allOpen
        ? 'Either one pull request is named, or --all-open.'
        : 'Nothing says which pull request is meant.',
      'Give its number, its address, BASE..HEAD or a tag; or --all-open alone.',
    );
  }
  const opened = await openPullRequest(context, { ...options, pr, recentReleases: true });
  const { forge, request } = opened;
  try {
    if (forge === undefined && wantsTelling(options)) throw nowhereToTell(options);
    const view = pullRequestView(await verifyPr(request));
    const told =
      forge === undefined
        ? []
        : await tellReport(context, view, options, {
            forge: forge.reporting,
            number: forge.pull.number,
            head: request.head,
          });
    const fields = told.length === 0 ? view.fields : { ...view.fields, told: toldObjects(told) };
    return exitCodeAfter(await printReport(context, { ...view, fields }), told);
  } finally {
    await opened.close();
  }
}

const wantsTelling = ({ comment, check }: TellingOptions): boolean => comment === true || check === true;

const nowhereToTell = ({ comment }: TellingOptions): Fault =>
  new Fault(
    'usage.argument',
    `${comment === true ? '--comment' : '--check'} has no forge to report to: the pull request was named by git alone.`,
    'Name it by its number or its address.',
  );
