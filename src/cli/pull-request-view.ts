import { decodePath } from '../render/escape.ts';
import { claimObject, pathObject } from '../render/json.ts';
import { pathFacts, type ReportView } from '../render/view.ts';
import type { PrReport } from '../workflows/verify-pr.ts';

/** What is shown of a judged pull request, in every format. */
export function pullRequestView(report: PrReport): ReportView {
  const { base, head, paths, conflicts, release } = report;
  return {
    report,
    subject: `${head} into ${base}`,
    facts: pathFacts(paths),
    fields: {
      base,
      head,
      paths: paths.map(pathObject),
      conflicts: conflicts.map(decodePath),
      release: release.map(claimObject),
    },
  };
}
