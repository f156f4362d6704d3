import { OverlayStore } from '../core/git/overlay-store.ts';
import type { Oid } from '../core/git/oid.ts';
import { Fault } from '../core/fault.ts';
import { readTag } from '../core/chain/tags.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import type { Report } from '../core/report/report.ts';
import type { Endorsed } from '../core/review/endorsement.ts';
import type { MaintainedRemote } from '../core/review-ports.ts';
import { carryOut, type Journal } from './journal.ts';
import type { PreparedEndorsement } from './plan-endorsement.ts';
import { writeSignedTag } from './signing.ts';
import { verifyPr, type VerifyPrRequest } from './verify-pr.ts';

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
  if (signing === undefined) {
    throw new Fault(
      'signer.not-found',
      'There is no key to sign with.',
      'Choose one with --key or --key-file.',
    );
  }
  // gpg may ask for a passphrase in this terminal.
  request.progress.end();
  const store = new OverlayStore(request.store);
  const tagger = { ...plan.tagger, time: clock() };
  const signed = { object: plan.head, name: plan.tag, message, tagger };
  const tag = await writeSignedTag(store, signing.signer, signed);
  const report = await checkEndorsement(store, prepared, tag, { ...request, now: clock() });
  await store.keep();
  const account = await carryOut(endorsementActs(prepared, tag, request.store), { journal, clock });
  return { plan, tag, report, account, journal: journal.path };
}

/** What is signed must count, for all that it says: an owner that would be ignored is a promise not kept. */
async function checkEndorsement(
  store: ObjectStore,
  { plan }: PreparedEndorsement,
  oid: Oid,
  request: VerifyPrRequest,
): Promise<Report> {
  const tag = await readTag(store, { name: `refs/tags/${plan.tag}`, oid });
  // What the network shows was judged for the plan, and an endorsement changes none of it.
  const report = await verifyPr({ ...request, store, tag, sources: undefined });
  const ignored = report.findings.filter(({ code }) => code === 'owner.ignored');
  const errors = report.findings.filter(({ severity }) => severity === 'error');
  if (report.conclusion === 'verified' && ignored.length === 0) return report;
  throw new Fault(
    'endorsement.refused',
    `With this endorsement the pull request would be ${report.conclusion}, so nothing was pushed. ${[...ignored, ...errors].map((one) => one.message).join(' ')}`.trimEnd(),
    [...ignored, ...errors][0]?.mend ?? 'See what verify-pr says of the pull request.',
  );
}

function endorsementActs(
  { plan, remote, local }: PreparedEndorsement,
  tag: Oid,
  store: ObjectStore,
): readonly OutwardAct[] {
  const name = `refs/tags/${plan.tag}`;
  return [
    ...(local ? [makeTag(store, name, tag)] : []),
    ...(remote === undefined ? [] : [pushTag(remote, name, tag)]),
  ];
}

const pushTag = (remote: MaintainedRemote, name: string, oid: Oid): OutwardAct =>
  remote.push([{ name, oid, expected: undefined }]);

const makeTag = (store: ObjectStore, name: string, oid: Oid): OutwardAct => ({
  id: 'make-endorsement-tag',
  title: `make ${name} in this repository`,
  details: { reference: name, oid },
  async perform() {
    // One that an earlier run could not push gives way.
    const standing = (await store.references(name)).find((one) => one.name === name);
    if (standing?.oid !== oid) await store.updateReference(name, oid, standing?.oid);
    return { outcome: oid, made: standing?.oid !== oid };
  },
});
