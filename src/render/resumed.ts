import type { Account, Withdrawal } from '../core/publish/outcome.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import { forTerminal } from './escape.ts';
import { accountObject, accountLines, notFinished, reasonOf } from './published.ts';
import type { Style } from './text.ts';

/** What an earlier run and this one have done together, for people. */
export function continuedText(
  { submission, target, archive }: SubmissionRecord,
  account: Account,
  journal: string,
  style: Style,
): string {
  const whole = account.failed === undefined;
  return lines([
    ...accountLines(account, style),
    `commit ${submission.head}`,
    `tag ${submission.tag} (${submission.tagOid})`,
    `journal ${forTerminal(journal)}`,
    ...(whole && archive.file !== null ? [forTerminal(`Now upload ${archive.file} to ${archive.url}.`)] : []),
    whole
      ? `publish: ${style.paint.green.bold('submitted')}: ${forTerminal(`${submission.title} to ${target.address}`)}.`
      : notFinished(style),
  ]);
}

/** What was taken back and what was left, for people. */
export function withdrawalText(
  { packages }: SubmissionRecord,
  { undone, kept, failed }: Withdrawal,
  journal: string,
  { paint, symbols }: Style,
): string {
  return lines([
    ...undone.map(({ outcome }) => `${paint.green(symbols ? '✓' : 'done')} ${forTerminal(outcome)}`),
    ...kept.map(({ act, outcome }) => {
      return `${paint.dim(symbols ? '·' : 'left')} ${forTerminal(act.title)}: ${forTerminal(outcome)}`;
    }),
    ...failed.flatMap(({ act, error }) => [
      `${paint.red(symbols ? '✗' : 'failed')} to take back: ${forTerminal(act.title)}`,
      `    ${forTerminal(reasonOf(error))}`,
    ]),
    `journal ${forTerminal(journal)}`,
    failed.length === 0
      ? `publish: ${paint.green.bold('taken back')}: nothing of ${forTerminal(packages.join(', '))} is left that this run made.`
      : `publish: ${paint.red.bold('not all taken back')}: mend what failed and run --abort again.`,
  ]);
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

const recordFields = ({ packages, target, submission }: SubmissionRecord, journal: string) => ({
  packages,
  target: target.address,
  branch: submission.branch,
  commit: submission.head,
  journal,
});

/** What both runs have done together, for programs. */
export const continuedObject = (
  record: SubmissionRecord,
  account: Account,
  journal: string,
): Record<string, unknown> => ({
  ...recordFields(record, journal),
  continued: true,
  finished: account.failed === undefined,
  ...accountObject(account),
});

/** What was taken back, for programs. */
export const withdrawalObject = (
  record: SubmissionRecord,
  { undone, kept, failed }: Withdrawal,
  journal: string,
): Record<string, unknown> => ({
  ...recordFields(record, journal),
  aborted: failed.length === 0,
  undone: undone.map(({ act, outcome }) => ({ act: act.id, title: act.title, outcome })),
  kept: kept.map(({ act, outcome }) => ({ act: act.id, title: act.title, outcome })),
  failed: failed.map(({ act, error }) => ({ act: act.id, title: act.title, reason: reasonOf(error) })),
});
