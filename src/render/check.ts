import type { Oid } from '../core/git/oid.ts';
import type { Finding, Severity } from '../core/report/report.ts';
import { commentMarker } from '../core/report/comment.ts';
import type { Annotation, CheckResult, MarkedComment } from '../core/review-ports.ts';
import { catalogue, type CatalogueEntry } from '../core/report/catalogue.ts';
import { forTerminal } from './escape.ts';
import { commentBody } from './markdown.ts';
import type { ReportView } from './view.ts';
import { conclusionWords } from './words.ts';

/** What a forge shows of a report in the conversation of a pull request. */
export function reportComment(view: ReportView, number: number): MarkedComment {
  return { number, marker: commentMarker(view.report.verb), body: commentBody(view) };
}

/** What a forge shows of a report beside the head: conclusion, summary, and remarks on the lines that are meant. */
export function reportCheck(view: ReportView, head: Oid): CheckResult {
  const { conclusion, findings, verb } = view.report;
  return {
    head,
    name: `opam-signet ${verb}`,
    conclusion,
    title: `${conclusion}: ${conclusionWords[conclusion].because}`,
    summary: commentBody(view),
    annotations: (['error', 'warning', 'note'] as const).flatMap((severity) =>
      findings.filter((one) => one.severity === severity).flatMap(annotationOf),
    ),
  };
}

const levels: Record<Severity, Annotation['level']> = {
  error: 'failure',
  warning: 'warning',
  note: 'notice',
};

/** What is said of a file as a whole stands at its first line; what is said of an object has no place in a file. */
function annotationOf({ code, severity, at, message, mend }: Finding): readonly Annotation[] {
  if (at.path === undefined) return [];
  const entry: CatalogueEntry = catalogue[code];
  return [
    {
      path: at.path,
      line: at.line ?? 1,
      level: levels[severity],
      title: `${code}: ${entry.title}`,
      message: `${forTerminal(message)}\n\nMend: ${forTerminal(mend)}`,
    },
  ];
}
