import type { Oid } from '../core/git/oid.ts';
import type { ProvenanceChain } from '../core/report/provenance.ts';
import { decodePath } from '../render/escape.ts';
import { chainObject } from '../render/provenance.ts';
import { instant, pathObject } from '../render/json.ts';
import { countText, type Fact, type ReportView, said } from '../render/view.ts';
import type { ExplainedChange, Explanation } from '../workflows/explain.ts';
import type { RepoReport } from '../workflows/verify-repo.ts';

/** What verify-repo shows, whether it judged history in one run or in parts. */
export function repoView(
  report: RepoReport,
  explanation?: Pick<Explanation, 'path' | 'changes'>,
  chains: readonly ProvenanceChain[] = [],
): ReportView {
  const { from, to, counts, unlisted } = report;
  const hidden = unlisted.error + unlisted.warning + unlisted.note;
  const explain = explanation?.changes.map(({ step, time, act, attribution }) => ({
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
      ...(explanation === undefined ? [] : explanationFacts(explanation, from)),
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

function explanationFacts(
  { path, changes }: Pick<Explanation, 'path' | 'changes'>,
  from: Oid | undefined,
): readonly Fact[] {
  if (changes.length > 0) return changes.map(explainedFact);
  const before = from === undefined ? '' : `; if it stands, it is older than ${from}`;
  return [said('explained', `no step changed ${decodePath(path)}${before}`)];
}

function explainedFact({ step, time, act, attribution }: ExplainedChange): Fact {
  const when = time === undefined ? '' : ` on ${instant(time)}`;
  return { kind: 'path', attribution, occasion: `${act} in step ${step}${when}` };
}
