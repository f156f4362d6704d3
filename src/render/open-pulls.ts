import type { Conclusion, Finding } from '../core/report/report.ts';
import type { PullRequest } from '../core/review-ports.ts';
import { forTerminal } from './escape.ts';
import type { Style } from './text.ts';
import { conclusionWords } from './words.ts';

/** What a table of pull requests has of each. */
export interface PullRow {
  readonly pull: PullRequest;
  readonly conclusion: Conclusion;
  readonly errors: readonly Finding[];
  /** Why it could not be judged, in a sentence. */
  readonly trouble: string | undefined;
  /** Whether anything of it was not looked up now. */
  readonly remembered: boolean;
}

/** One line for each, below it the first reason why it is not verified, and one line for all of them. */
export function openPullsText(rows: readonly PullRow[], conclusion: Conclusion, style: Style): string {
  const width = Math.max(2, ...rows.map(({ pull }) => `${pull.number}`.length + 1));
  return [
    ...rows.flatMap((row) => rowLines(row, width, style)),
    `verify-pr: ${style.paint[conclusionWords[conclusion].colour].bold(conclusion)}: ${countsText(rows)}.`,
  ]
    .join('\n')
    .concat('\n');
}

const longest = 'undetermined'.length;

function rowLines(row: PullRow, width: number, { paint, symbols }: Style): readonly string[] {
  const { pull, conclusion, errors, trouble, remembered } = row;
  const { colour, symbol } = conclusionWords[conclusion];
  const mark = symbols ? `${symbol} ` : '';
  const number = `#${pull.number}`.padEnd(width);
  const words = [
    pull.author ?? 'nobody',
    ...(pull.draft ? ['draft'] : []),
    ...(remembered ? ['partly from the cache'] : []),
  ].join(', ');
  const [first, ...more] = errors;
  const others = more.length === 0 ? '' : paint.dim(` (and ${more.length} more)`);
  const reason =
    first === undefined
      ? trouble && forTerminal(trouble)
      : `${first.code}: ${forTerminal(first.message)}${others}`;
  return [
    `${paint[colour](`${mark}${number} ${conclusion.padEnd(longest)}`)} ${forTerminal(pull.title)} ${paint.dim(`(${forTerminal(words)})`)}`,
    ...(conclusion === 'verified' || reason === undefined ? [] : [`    ${reason}`]),
  ];
}

function countsText(rows: readonly PullRow[]): string {
  if (rows.length === 0) return 'there is no open pull request';
  const count = (wanted: Conclusion): number => rows.filter(({ conclusion }) => conclusion === wanted).length;
  const all = (['verified', 'rejected', 'undetermined'] as const).map((one) => `${count(one)} ${one}`);
  return `of ${rows.length} open pull requests ${all.join(', ')}`;
}
