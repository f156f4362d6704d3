import type { HistoryPart } from '../core/report/history-part.ts';
import { type Finding, finding, settle } from '../core/report/report.ts';
import { trustClaims } from './establish-trust.ts';
import { mainlineClaim, mainlineTitle } from './find-mainline.ts';
import { Tally } from './tally.ts';
import { type RepoReport, reportOf } from './verify-repo.ts';

/**
 * The report on a whole history from its parts, in any order: the same that one run over all of it gives (trust model,
 * section 5.11). A part was judged on the condition that it began with the right ledger; here the condition is checked,
 * by comparing it with the ledger that the part before arrived at.
 */
export function joinParts(parts: readonly [HistoryPart, ...HistoryPart[]]): RepoReport {
  const [some] = parts;
  const ordered = inOrder(parts);
  const first = ordered.at(0) ?? some;
  const last = ordered.at(-1) ?? some;
  const gaps = [...new Set([...differences(parts), ...obstacles(parts, ordered)])];
  const tally = new Tally();
  for (const { sums } of ordered) tally.join(sums);
  const steps = ordered.reduce((sum, part) => sum + part.steps, 0);
  const mainline =
    gaps.length === 0
      ? mainlineClaim(steps, first.start.commit, last.end.commit, [])
      : settle('mainline', mainlineTitle, false, gaps.map(gap));
  return reportOf(
    {
      required: [...trustClaims.anchor, 'mainline', 'steps'],
      now: first.now,
      from: first.start.commit,
      to: last.end.commit,
    },
    [first.anchorClaim, mainline, tally.claim(steps, first.attested)],
    tally,
  );

  function gap(message: string): Finding {
    return finding('history.parts', { object: last.end.commit }, message);
  }
}

/** From the part that began at the anchor on, each with the one that began where it ended. */
function inOrder(parts: readonly HistoryPart[]): readonly HistoryPart[] {
  const ordered: HistoryPart[] = [];
  let next = parts.find(({ start }) => start.ledger === undefined);
  while (next !== undefined && !ordered.includes(next)) {
    const { end } = next;
    ordered.push(next);
    next = parts.find(({ start }) => start.ledger !== undefined && start.commit === end.commit);
  }
  return ordered;
}

/** What must be the same for all parts, and is not. */
function differences(parts: readonly HistoryPart[]): readonly string[] {
  const differ = (of: (part: HistoryPart) => unknown): boolean =>
    new Set(parts.map((part) => JSON.stringify(of(part)))).size > 1;
  return [
    ...(differ(({ tip }) => tip) ? ['The parts were judged for different tips.'] : []),
    ...(differ(({ now }) => now) ? ['The parts were judged for different moments.'] : []),
    ...(differ(({ anchor }) => anchor) ? ['The parts rest on different trust anchors.'] : []),
    ...(differ(({ attested }) => attested) ? ['The parts found different state tags.'] : []),
  ];
}

function obstacles(parts: readonly HistoryPart[], ordered: readonly HistoryPart[]): readonly string[] {
  const found: string[] = [];
  if (ordered.length === 0) found.push('No part begins at the anchor commit.');
  for (const part of parts.filter((one) => !ordered.includes(one))) {
    found.push(`The part from ${part.start.commit} to ${part.end.commit} has no place among the others.`);
  }
  for (const [index, { start, end }] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || start.ledger === before.end.ledger) continue;
    found.push(
      `The part from ${start.commit} to ${end.commit} began with another ledger than the part before arrived at.`,
    );
  }
  const last = ordered.at(-1);
  if (last !== undefined && last.end.commit !== last.tip) {
    found.push(`The parts end at ${last.end.commit}, before the tip ${last.tip}.`);
  }
  return found;
}
