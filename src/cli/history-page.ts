import { readFile } from 'node:fs/promises';
import type { Chronicle } from '../core/report/chronicle.ts';
import { historyPage, type PageAssets } from '../render/history-page/history-page.ts';
import type { ReportView } from '../render/view.ts';
import { keyringOverview } from '../workflows/change-keyring-show.ts';
import type { VerifiedHistory } from '../workflows/verify-repo.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { packageFile } from './package-files.ts';
import { packageVersion } from './version.ts';

/** Writes the report on a whole history as one page; its conclusion is the exit status. */
export async function printHistoryPage(
  context: Context,
  { subject }: ReportView,
  { report, ledger }: VerifiedHistory,
  chronicle: Chronicle,
): Promise<ExitCode> {
  const { counts, unlisted } = report;
  const keyring = ledger && (await keyringOverview(ledger.keyrings.inForce, report.now));
  const shown = { report, subject, steps: counts.steps, unlisted, chronicle, keyring };
  await context.print(historyPage(shown, await pageAssets(), packageVersion()));
  return exitCodeOf(report.conclusion);
}

/** Reads what the build made of src/page: the same place for the program and for its source. */
export async function pageAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> => readFile(packageFile(`dist/page/${name}`), 'utf8');
  return { script: await read('report.js'), style: await read('report.css') };
}
