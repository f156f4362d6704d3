import type { ProvenanceChain } from '../core/report/provenance.ts';
import { chainObject } from '../render/provenance.ts';
import { instant, pathObject } from '../render/json.ts';
import { countText, type Fact, type ReportView, said } from '../render/view.ts';
import type { ExplainedChange } from '../workflows/explain.ts';
import type { RepoReport } from '../workflows/verify-repo.ts';

/** What verify-repo shows, whether it judged history in one run or in parts. */
export function repoView(
  report: RepoReport,
  explained?: readonly ExplainedChange[],
  chains: readonly ProvenanceChain[] = [],
): ReportView {
  const { from, to, counts, unlisted } = report;
  const hidden = unlisted.error + unlisted.warning + unlisted.note;
  const explain = explained?.map(({ step, time, act, attribution }) => ({
    step,
    time: time === undefined ? null : instant(time),
    act,
    ...pathObject(attribution),
  }));
  return {
    report,
    subject: `from ${from ?? 'nowhere'} to ${to}`,
    facts: [
      said('steps', countText(counts.steps)),
      said('signatures', countText(counts.signatures)),
      said('paths', countText(counts.paths)),
      ...(hidden === 0 ? [] : [said('not listed', `${hidden} more findings, which are counted only`)]),
      ...(explained ?? []).map(explainedFact),
      ...chains.map((chain) => ({ kind: 'chain', chain }) as const),
    ],
    fields: {
      from: from ?? null,
      to,
      counts,
      unlisted,
      ...(explain === undefined ? {} : { explain, chains: chains.map(chainObject) }),
    },
  };
}

function explainedFact({ step, time, act, attribution }: ExplainedChange): Fact {
  const when = time === undefined ? '' : ` on ${instant(time)}`;
  return { kind: 'path', attribution, occasion: `${act} in step ${step}${when}` };
}
