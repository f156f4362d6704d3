import type { Seconds } from '../ports.ts';
import type { Interval } from './certificate.ts';

/** What one self-signature says about a key. */
export interface Statement {
  readonly made: Seconds;
  /** When the key, or the statement itself, expires, whichever is first; Infinity if never. */
  readonly expires: Seconds;
  readonly maySign: boolean;
}

/** When a key is not expired, and when it may sign. */
export interface Validity {
  readonly unexpired: readonly Interval[];
  readonly signing: readonly Interval[];
}

/**
 * Takes all statements about a key together, in whatever order they come (trust model, section 2.4). At each moment
 * the newest statement made until then holds, or, before there was any, the earliest later one, because certificates
 * get refreshed and lose their old self-signatures. Of statements made at the same second the more restrictive holds.
 */
export function validityOf(created: Seconds, statements: readonly Statement[]): Validity {
  const moments = changes(created, statements);
  const unexpired: Interval[] = [];
  const signing: Interval[] = [];
  for (const [index, from] of moments.entries()) {
    const inForce = statementAt(from, statements);
    if (inForce === undefined || inForce.expires <= from) continue;
    const stretch = { from, until: moments[index + 1] ?? Infinity };
    append(unexpired, stretch);
    if (inForce.maySign) append(signing, stretch);
  }
  return { unexpired, signing };
}

/** The moments at which the answer may change, in order, beginning with the key's creation. */
function changes(created: Seconds, statements: readonly Statement[]): Seconds[] {
  const moments = statements.flatMap(({ made, expires }) => [made, expires]);
  const later = moments.filter((moment) => moment > created && moment < Infinity);
  return [...new Set([created, ...later])].sort((one, other) => one - other);
}

function statementAt(time: Seconds, statements: readonly Statement[]): Statement | undefined {
  const earlier = statements.filter(({ made }) => made <= time);
  const made =
    earlier.length > 0
      ? Math.max(...earlier.map((one) => one.made))
      : Math.min(...statements.map((one) => one.made));
  const [first, ...others] = statements.filter((one) => one.made === made);
  return first && others.reduce(moreRestrictive, first);
}

const moreRestrictive = (one: Statement, other: Statement): Statement => ({
  made: one.made,
  expires: Math.min(one.expires, other.expires),
  maySign: one.maySign && other.maySign,
});

/** Adds a stretch behind the others; one that begins where the last ends continues it. */
function append(intervals: Interval[], stretch: Interval): void {
  const last = intervals.at(-1);
  if (last?.until === stretch.from)
    intervals[intervals.length - 1] = { from: last.from, until: stretch.until };
  else intervals.push(stretch);
}

/** The stretches that lie in both lists. */
export function intersection(ones: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  return ones.flatMap((one) =>
    others
      .map((other) => ({ from: Math.max(one.from, other.from), until: Math.min(one.until, other.until) }))
      .filter(({ from, until }) => from < until),
  );
}

/** What is left of the stretches before a moment. */
export const before = (intervals: readonly Interval[], end: Seconds): readonly Interval[] =>
  intersection(intervals, [{ from: -Infinity, until: end }]);

export const covers = (intervals: readonly Interval[], time: Seconds): boolean =>
  intervals.some(({ from, until }) => from <= time && time < until);
