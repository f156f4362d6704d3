import { Fault } from '../../core/fault.ts';
import { verifyPr } from '../../workflows/verify-pr.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { exitCodeAfter, tellReport, type TellingOptions, toldObjects } from '../forge-report.ts';
import { openPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { printReport } from '../report-output.ts';

/** `verify-pr PR`: the step that merging would make, judged; then shown at its forge, if that was asked for. */
export async function verifyPrCommand(
  context: Context,
  options: PullRequestOptions & TellingOptions,
): Promise<ExitCode> {
  const opened = await openPullRequest(context, options);
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
