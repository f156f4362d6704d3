import type { ChalkInstance } from 'chalk';
import type { Fault } from '../core/fault.ts';
import type { Claim, Conclusion, Finding, Place, Report, Severity } from '../core/report/report.ts';
import { forTerminal, pathForTerminal } from './escape.ts';

/** What a text renderer needs to know of the terminal. */
export interface Style {
  readonly paint: ChalkInstance;
  /** Whether the terminal shows ✓ and ✗; otherwise words stand for them. */
  readonly symbols: boolean;
}

/** Claims with their evidence, then findings with their mends, then the conclusion: facts first (docs/cli). */
export function reportText(report: Report, facts: readonly string[], style: Style): string {
  const findings = report.findings.filter(({ severity }) => severity !== 'note');
  const notes = report.findings.length - findings.length;
  return [
    ...facts,
    ...report.claims.map((claim) => claimText(claim, style)),
    ...findings.map((one) => findingText(one, style)),
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

const marks: Record<Claim['status'], { symbol: string; word: string; colour: 'green' | 'red' | 'yellow' }> = {
  upheld: { symbol: '✓', word: 'upheld', colour: 'green' },
  refuted: { symbol: '✗', word: 'refuted', colour: 'red' },
  unproven: { symbol: '?', word: 'unproven', colour: 'yellow' },
};

function claimText({ status, title, evidence }: Claim, { paint, symbols }: Style): string {
  const { symbol, word, colour } = marks[status];
  const lines = evidence.map((one) => paint.dim(`    ${forTerminal(one)}`));
  return [`${paint[colour](symbols ? symbol : word)} ${forTerminal(title)}`, ...lines].join('\n');
}

const severityColours: Record<Severity, 'red' | 'yellow' | 'cyan'> = {
  error: 'red',
  warning: 'yellow',
  note: 'cyan',
};

export function findingText({ code, severity, at, message, mend }: Finding, { paint }: Style): string {
  return [
    `${paint[severityColours[severity]](severity)} ${paint.bold(code)}${placeText(at)}`,
    `    ${forTerminal(message)}`,
    `    ${paint.dim('mend:')} ${forTerminal(mend)}`,
  ].join('\n');
}

function placeText({ object, path, reference, file, line, step }: Place): string {
  const where = [
    path === undefined ? undefined : pathForTerminal(path),
    file === undefined ? undefined : forTerminal(line === undefined ? file : `${file}:${line}`),
    reference === undefined ? undefined : forTerminal(reference),
    object,
    step === undefined || step === object ? undefined : `in step ${step}`,
  ].filter((part) => part !== undefined);
  return where.length === 0 ? '' : ` ${where.join(' ')}`;
}

const conclusions: Record<Conclusion, { colour: 'green' | 'red' | 'yellow'; because: string }> = {
  verified: { colour: 'green', because: 'everything that is required was shown' },
  rejected: { colour: 'red', because: 'something that is required does not hold' },
  undetermined: { colour: 'yellow', because: 'something that is required could not be shown' },
};

function conclusionText({ conclusion, verb }: Report, { paint }: Style): string {
  const { colour, because } = conclusions[conclusion];
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
