import type { AttributionKind } from '../core/chain/attribution.ts';
import type { StepEvent } from '../core/chain/history.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Verdict } from '../core/openpgp/signature.ts';
import type { HistoryCounts, HistorySums } from '../core/report/history-part.ts';
import {
  type Claim,
  type Conclusion,
  conclude,
  type Finding,
  type Severity,
  settle,
} from '../core/report/report.ts';

/** How many findings of one severity a report lists. The rest is counted: memory stays flat as history grows. */
const listed: Record<Severity, number> = { error: 1000, warning: 200, note: 50 };

/** Adds up a walk over history without keeping its steps. */
export class Tally {
  readonly #steps: Record<Conclusion, number> = { verified: 0, rejected: 0, undetermined: 0 };
  readonly #signatures = new Map<Verdict, number>();
  readonly #paths = new Map<AttributionKind, number>();
  readonly #findings: Record<Severity, Finding[]> = { error: [], warning: [], note: [] };
  readonly #met: Record<Severity, number> = { error: 0, warning: 0, note: 0 };

  add(event: StepEvent): void {
    this.#steps[stepConclusion(event)] += 1;
    if (event.kind === 'refused') {
      this.#note(event.finding);
      return;
    }
    for (const { verdict } of event.judgement.evidence) count(this.#signatures, verdict.verdict);
    for (const { kind } of event.judgement.attributions) count(this.#paths, kind);
    for (const one of event.judgement.findings) this.#note(inStep(one, event.judgement.step.oid));
  }

  /** Adds what another walk has added up, over the steps that follow. */
  join({ counts, findings, met }: HistorySums): void {
    for (const conclusion of conclusions) this.#steps[conclusion] += counts.steps[conclusion];
    addAll(this.#signatures, counts.signatures);
    addAll(this.#paths, counts.paths);
    for (const severity of severities) {
      this.#met[severity] += met[severity];
      const room = listed[severity] - this.#findings[severity].length;
      this.#findings[severity].push(...findings[severity].slice(0, room));
    }
  }

  /** The claim that all of the steps are verified: it takes as many verified steps as there are steps. */
  claim(expected: number, also: readonly Finding[]): Claim {
    const findings = [...also, ...this.#findings.error, ...this.#findings.warning, ...this.#findings.note];
    const evidence = [`${this.#steps.verified} of ${expected} steps verified`];
    return settle(
      'steps',
      'Every changed path of every step is attributed.',
      this.#steps.verified === expected,
      findings,
      evidence,
    );
  }

  get counts(): HistoryCounts {
    return {
      steps: { ...this.#steps },
      signatures: Object.fromEntries(this.#signatures),
      paths: Object.fromEntries(this.#paths),
    };
  }

  /** Steps that are not verified. */
  get failed(): number {
    return this.#steps.rejected + this.#steps.undetermined;
  }

  get sums(): HistorySums {
    return { counts: this.counts, findings: this.#findings, met: this.#met };
  }

  get unlisted(): Record<Severity, number> {
    const beyond = (severity: Severity): number => this.#met[severity] - this.#findings[severity].length;
    return { error: beyond('error'), warning: beyond('warning'), note: beyond('note') };
  }

  #note(one: Finding): void {
    this.#met[one.severity] += 1;
    const list = this.#findings[one.severity];
    if (list.length < listed[one.severity]) list.push(one);
  }
}

/** A finding about an object of a side tells the step that brought it in, too. */
function inStep(one: Finding, step: Oid): Finding {
  const { object } = one.at;
  return object === undefined || object === step
    ? one
    : { ...one, at: { ...one.at, step: one.at.step ?? step } };
}

/** The conclusion on one step alone: every path attributed, and nothing that speaks against it. */
export function stepConclusion(event: StepEvent): Conclusion {
  if (event.kind === 'refused') return conclude(['step'], [settle('step', '', false, [event.finding])]);
  const { attributions, findings, step } = event.judgement;
  const attributed =
    attributions.length === step.changes.length && attributions.every(({ kind }) => kind !== 'none');
  return conclude(['step'], [settle('step', '', attributed, findings)]);
}

const conclusions = ['verified', 'rejected', 'undetermined'] as const satisfies readonly Conclusion[];
const severities = ['error', 'warning', 'note'] as const satisfies readonly Severity[];

function count<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function addAll<K extends string>(counts: Map<K, number>, more: Readonly<Partial<Record<K, number>>>): void {
  for (const [key, by] of Object.entries(more) as [K, number][]) count(counts, key, by);
}
