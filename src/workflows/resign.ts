import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { Report } from '../core/report/report.ts';
import type { Resigned } from '../core/review/resignation.ts';
import type { EndorsePorts } from './endorse.ts';
import { carryOut } from './journal.ts';
import { makeTag, signJudgedTag } from './judged-tag.ts';
import type { PreparedResignation } from './plan-resignation.ts';
import type { VerifyPrRequest } from './verify-pr.ts';

/**
 * Signs the submission for the head now, judges the pull request by it as everybody will, and only then lets it take
 * the place of the tag before, wherever that stands.
 */
export async function resign(
  prepared: PreparedResignation,
  request: VerifyPrRequest,
  { journal, clock }: EndorsePorts,
): Promise<Resigned> {
  const { plan, signing, message } = prepared;
  const { head: object, tag: name, tagger } = plan;
  const signed = { object, name, message, tagger };
  const { tag, report } = await signJudgedTag(signing, signed, request, { clock, requireGood });
  const account = await carryOut(resignActs(prepared, tag, request.store), { journal, clock });
  return { plan, tag, report, account, journal: journal.path };
}

function requireGood({ conclusion, findings }: Report): void {
  if (conclusion === 'verified') return;
  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new Fault(
    'resign.refused',
    `Even with your new signature the pull request would be ${conclusion}, so nothing was pushed. ${errors.map((one) => one.message).join(' ')}`.trimEnd(),
    errors.some(({ code }) => code === 'release.opam-differs')
      ? ownEdit
      : (errors[0]?.mend ?? 'See what verify-pr says of the pull request.'),
  );
}

/** Whoever signs a release says that its opam files are the source's (trust model, section 8, claim 5). */
const ownEdit =
  'An author signs for what the source says, and somebody edited that here. Have the maintainer who did answer for it: opam-signet endorse. Or have the edit taken out, and made in a pull request of its own once this one is merged. Or make it in the source, and publish a release that has it.';

/** The remote goes first: a tag that it refuses must not hide here that the one there is the old one. */
function resignActs(
  { plan, place, leased }: PreparedResignation,
  oid: Oid,
  store: ObjectStore,
): readonly OutwardAct[] {
  const name = `refs/tags/${plan.tag}`;
  const { remote, local } = place;
  return [
    ...(remote === undefined ? [] : [remote.push([{ name, oid, expected: leased }])]),
    ...(local ? [makeTag(store, 'make-submission-tag', { name, oid, expected: plan.previous.oid })] : []),
  ];
}
