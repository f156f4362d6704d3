import { verifyPr } from '../../workflows/verify-pr.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { openPullRequest, type PullRequestOptions } from '../pull-request.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { printReport } from '../report-output.ts';

/** `verify-pr PR`: the step that merging would make, judged. */
export async function verifyPrCommand(context: Context, options: PullRequestOptions): Promise<ExitCode> {
  const opened = await openPullRequest(context, options);
  try {
    return await printReport(context, pullRequestView(await verifyPr(opened.request)));
  } finally {
    await opened.close();
  }
}
