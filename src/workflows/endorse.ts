import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import type { Report } from '../core/report/report.ts';
import type { Endorsed } from '../core/review/endorsement.ts';
import { carryOut, type Journal } from './journal.ts';
import { makeTag, signJudgedTag } from './judged-tag.ts';
import type { PreparedEndorsement } from './plan-endorsement.ts';
import type { VerifyPrRequest } from './verify-pr.ts';

export interface EndorsePorts {
  readonly journal: Journal;
  readonly clock: () => Seconds;
}

/**
 * Signs the endorsement that was agreed to, judges the pull request by it as everybody will, and only then makes the
 * tag and pushes it.
 */
export async function endorse(
  prepared: PreparedEndorsement,
  request: VerifyPrRequest,
  { journal, clock }: EndorsePorts,
): Promise<Endorsed> {
  const { plan, signing, message } = prepared;
  const { head: object, tag: name, tagger } = plan;
  // What the network shows was judged for the plan, and an endorsement changes none of it.
  const offline = { ...request, sources: undefined };
  const { tag, report } = await signJudgedTag(signing, { object, name, message, tagger }, offline, {
    clock,
    requireGood: requireCounting,
  });
  const account = await carryOut(endorsementActs(prepared, tag, request.store), { journal, clock });
  return { plan, tag, report, account, journal: journal.path };
}

/** What is signed must count, for all that it says: an owner that would be ignored is a promise not kept. */
function requireCounting(report: Report): void {
  const ignored = report.findings.filter(({ code }) => code === 'owner.ignored');
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  if (report.conclusion === 'verified' && ignored.length === 0) return;
  throw new Fault(
    'endorsement.refused',
    `With this endorsement the pull request would be ${report.conclusion}, so nothing was pushed. ${[...ignored, ...errors].map((one) => one.message).join(' ')}`.trimEnd(),
    [...ignored, ...errors][0]?.mend ?? 'See what verify-pr says of the pull request.',
  );
}

function endorsementActs(
  { plan, remote, local }: PreparedEndorsement,
  oid: Oid,
  store: ObjectStore,
): readonly OutwardAct[] {
  const name = `refs/tags/${plan.tag}`;
  return [
    // One that an earlier run could not push gives way.
    ...(local ? [makeTag(store, 'make-endorsement-tag', { name, oid, expected: 'any' })] : []),
    ...(remote === undefined ? [] : [remote.push([{ name, oid, expected: undefined }])]),
  ];
}
