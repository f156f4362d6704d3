import type { Attribution } from '../core/chain/attribution.ts';
import type { ProvenanceChain } from '../core/report/provenance.ts';
import type { Report } from '../core/report/report.ts';

/** What a verb shows, the same in every format: a report, and what the verb has to say besides. */
export interface ReportView {
  readonly report: Report;
  /** What was judged, in one line: `4ead… into ba5e…`. */
  readonly subject: string;
  readonly facts: readonly Fact[];
  /** What the JSON document has besides the fields of every report. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Something that stands before the claims: a line, or a path with whoever signed for it. */
export type Fact =
  | { readonly kind: 'said'; readonly name: string; readonly text: string }
  | { readonly kind: 'chain'; readonly chain: ProvenanceChain }
  | {
      readonly kind: 'path';
      readonly attribution: Attribution;
      /** Where in history, if not in the one step that the report is about. */
      readonly occasion?: string;
    };

export const said = (name: string, text: string): Fact => ({ kind: 'said', name, text });

export const pathFacts = (paths: readonly Attribution[]): readonly Fact[] =>
  paths.map((attribution) => ({ kind: 'path', attribution }));

/** Counts in words: `good 12, absent 3`. */
export function countText(counts: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(counts).map(([name, number]) => `${name} ${number ?? 0}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
