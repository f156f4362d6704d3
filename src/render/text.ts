import type { ChalkInstance } from 'chalk';
import type { Fault } from '../core/fault.ts';
import type { Claim, Finding, Report } from '../core/report/report.ts';
import { forTerminal } from './escape.ts';
import { factText } from './facts.ts';
import type { ReportView } from './view.ts';
import { claimMarks, conclusionWords, placeParts, severityColours } from './words.ts';

/** What a text renderer needs to know of the terminal. */
export interface Style {
  readonly paint: ChalkInstance;
  /** Whether the terminal shows ✓ and ✗; otherwise words stand for them. */
  readonly symbols: boolean;
}

/** Claims with their evidence, then findings with their mends, then the conclusion: facts first (docs/cli). */
export function reportText({ report, subject, facts }: ReportView, style: Style): string {
  const findings = report.findings.filter(({ severity }) => severity !== 'note');
  const notes = report.findings.length - findings.length;
  return [
    forTerminal(subject),
    ...facts.flatMap((fact) => factText(fact, style)),
    ...report.claims.map((claim) => claimText(claim, style)),
    // What several claims lack is told once.
    ...new Set(findings.map((one) => findingText(one, style))),
    ...(notes === 0
      ? []
      : [
          style.paint.dim(`${notes} ${notes === 1 ? 'note' : 'notes'} not shown (--format json lists them).`),
        ]),
    conclusionText(report, style),
  ]
    .join('\n')
    .concat('\n');
}

function claimText({ status, title, evidence }: Claim, { paint, symbols }: Style): string {
  const { symbol, colour } = claimMarks[status];
  const lines = evidence.map((one) => paint.dim(`    ${forTerminal(one)}`));
  return [`${paint[colour](symbols ? symbol : status)} ${forTerminal(title)}`, ...lines].join('\n');
}

export function findingText({ code, severity, at, message, mend }: Finding, { paint }: Style): string {
  const where = ['', ...placeParts(at).map(forTerminal)].join(' ');
  return [
    `${paint[severityColours[severity]](severity)} ${paint.bold(code)}${where}`,
    `    ${forTerminal(message)}`,
    `    ${paint.dim('mend:')} ${forTerminal(mend)}`,
  ].join('\n');
}

function conclusionText({ conclusion, verb }: Report, { paint }: Style): string {
  const { colour, because } = conclusionWords[conclusion];
  return `${verb}: ${paint[colour].bold(conclusion)}: ${because}.`;
}

/** `error: what` / `hint: the command that mends it` / `see: where it is explained`. */
export function faultText({ code, message, mend }: Fault, { paint }: Style): string {
  return [
    `${paint.red('error:')} ${forTerminal(message)}`,
    `${paint.yellow('hint:')} ${forTerminal(mend)}`,
    `${paint.dim('see:')} docs/faults.md#${code.replace('.', '')}`,
  ]
    .join('\n')
    .concat('\n');
}
