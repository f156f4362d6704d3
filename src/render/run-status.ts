import type { RunStatus } from '../core/publish/run-status.ts';
import { forTerminal } from './escape.ts';
import type { Style } from './text.ts';

/** Runs of publish and their submissions, for people. */
export function statusText(runs: readonly RunStatus[], style: Style): string {
  if (runs.length === 0) return 'Nothing is unfinished and nothing was submitted from here.\n';
  return `${runs.flatMap((run) => runText(run, style)).join('\n')}\n`;
}

function runText(
  { name, record, at, standing, done, begun, submission }: RunStatus,
  { paint }: Style,
): readonly string[] {
  const { packages, target } = record;
  const head = `${forTerminal(packages.join(', '))} to ${forTerminal(target.address)} (${name}, ${at})`;
  switch (standing) {
    case 'unfinished':
      return [
        `${paint.yellow.bold('unfinished')} ${head}`,
        ...done.map((title) => `    done: ${forTerminal(title)}`),
        ...begun.map((title) => `    begun: ${forTerminal(title)}`),
        `    ${paint.dim('mend:')} opam-signet publish --continue ${name}, or --abort ${name}`,
      ];
    case 'taken-back':
      return [`${paint.dim('taken back')} ${head}`];
    case 'submitted': {
      const { kind = 'submitted', verdict, why } = submission ?? {};
      const words = verdict === undefined ? kind : `${kind}, ${verdict}`;
      const colour = kind === 'merged' || verdict === 'verified' ? 'green' : 'yellow';
      return [
        `${paint[colour].bold(words)} ${head}`,
        ...(why === undefined ? [] : [`    ${forTerminal(why)}`]),
      ];
    }
    default:
      return standing satisfies never;
  }
}

/** The same for programs. */
export const statusObject = (runs: readonly RunStatus[]): Record<string, unknown> => ({
  runs: runs.map(({ name, record, at, standing, done, begun, submission }) => ({
    name,
    packages: record.packages,
    source: record.source.folder,
    target: record.target.address,
    branch: record.submission.branch,
    commit: record.submission.head,
    at,
    standing,
    done,
    begun,
    submission: submission === undefined ? null : { ...submission, verdict: submission.verdict ?? null },
  })),
});
