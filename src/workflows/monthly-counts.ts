import type { StepJudgement } from '../core/chain/judge-step.ts';
import type { Seconds } from '../core/ports.ts';
import { type MonthCounts, standingOf } from '../core/report/chronicle.ts';

type Counted = Exclude<keyof MonthCounts, 'month'>;

/** Adds up, for each month of history, who signed for its changes and what its signatures were worth. */
export class MonthlyCounts {
  readonly #months: Map<number, Record<keyof MonthCounts, number>>;

  /** Goes on from what was added up before. */
  constructor(before: readonly MonthCounts[] = []) {
    this.#months = new Map(before.map((counts) => [counts.month, { ...counts }]));
  }

  add(month: number, { attributions, evidence }: StepJudgement): void {
    const counts = this.#months.get(month) ?? {
      month,
      signed: 0,
      unsigned: 0,
      none: 0,
      good: 0,
      other: 0,
      absent: 0,
    };
    for (const { kind } of attributions) counts[standingOf(kind)] += 1;
    for (const { verdict } of evidence) counts[worth(verdict.verdict)] += 1;
    this.#months.set(month, counts);
  }

  get all(): readonly MonthCounts[] {
    return [...this.#months.values()].sort((one, other) => one.month - other.month);
  }
}

const worth = (verdict: string): Counted => (verdict === 'good' || verdict === 'absent' ? verdict : 'other');

/** Months since January 1970. */
export function monthOf(time: Seconds): number {
  const date = new Date(time * 1000);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}
