import { openLedger, readLedgerRecord, type LedgerRecord } from '../core/chain/ledger-record.ts';
import type { Ledger } from '../core/chain/history.ts';
import type { KeyringHistory } from '../core/chain/keyring-step.ts';
import { judgeStateTag, readStateTag, type StateTag } from '../core/chain/state-tag.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import { type Claim, finding, settle } from '../core/report/report.ts';
import type { TrustAnchor } from '../core/trust/anchor.ts';
import { judgeFirstKeyring } from '../core/trust/first-keyring.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import { anchorClaim, withHindsight } from './establish-trust.ts';

/** A state tag with the ledger that it hands over: where a walk over history can begin (trust model, section 5.11). */
export interface HandOver {
  readonly state: StateTag;
  readonly record: LedgerRecord;
}

/** Where the ledger of a state stands: a reference to a blob, beside the tag that has its digest. */
export const ledgerReference = (sequence: number): string => `refs/signet/ledger/${sequence}`;

/** Reads a state tag and its ledger, which belong together; who signed the tag is judged by {@link takeOver}. */
export async function readHandOver(store: ObjectStore, tag: Oid): Promise<HandOver> {
  const reading = await readStateTag(store, tag);
  if (!reading.ok) throw unusable(`Tag ${tag} cannot be begun at: ${reading.why}.`);
  const { state } = reading;
  const { name } = state.tag;
  if (state.statement.ledger === undefined) throw unusable(`State tag ${name} hands over no ledger.`);
  const reference = ledgerReference(state.statement.sequence);
  const found = (await store.references(reference)).find((one) => one.name === reference);
  const blob = found && (await store.read(found.oid));
  if (blob === undefined)
    throw unusable(`The ledger of state tag ${name} is not here: ${reference} is missing.`);
  const record = readLedgerRecord(blob.content, store);
  if (record?.digest !== state.statement.ledger || record.commit !== state.tag.object) {
    throw unusable(`What ${reference} holds is not the ledger that state tag ${name} means.`);
  }
  return { state, record };
}

const unusable = (message: string): Fault =>
  new Fault(
    'state.not-found',
    message,
    'Fetch it: git fetch origin "+refs/signet/*:refs/signet/*" --tags. opam-signet state show tells what there is.',
  );

export type TakenOver =
  | {
      readonly ok: true;
      readonly keyrings: KeyringHistory;
      readonly opening: Omit<Ledger, 'keyrings'>;
      /** About the keyring that was handed over, by the trust anchor. */
      readonly anchor: Claim;
      readonly handedOver: Claim;
    }
  | { readonly ok: false; readonly handedOver: Claim };

/** Opens what was handed over and judges who vouches for it. */
export async function takeOver(
  { state, record }: HandOver,
  anchor: TrustAnchor,
  { store, tip, now }: { readonly store: ObjectStore; readonly tip: Oid; readonly now: Seconds },
): Promise<TakenOver> {
  const opened = await openLedger(record, store);
  if (opened === undefined) return { ok: false, handedOver: refused(state, otherKeyring) };
  const { ledger: opening, inForce } = opened;
  const newest = await loadKeyring(store, tip);
  const keyrings = { inForce, tip: newest.ok ? newest.state : inForce, rule: 'update' } as const;
  const findings = await judgeFirstKeyring(inForce, anchor, { now, position: opening.time });
  return {
    ok: true,
    keyrings,
    opening,
    anchor: withHindsight(anchorClaim(inForce, record.commit, findings), newest),
    handedOver: await handedOver(state, keyrings.tip, now),
  };
}

async function handedOver(state: StateTag, trust: KeyringHistory['tip'], now: Seconds): Promise<Claim> {
  const { tag } = state;
  const judged = await judgeStateTag(state, trust, ['maintainer', 'admin'], now);
  if (judged.ok) {
    const evidence = [`State tag ${tag.name} (${tag.oid}) on ${tag.object}, signed by ${judged.signer.id}`];
    return settle('handed-over', handedOverTitle, true, [], evidence);
  }
  return refused(state, judged.why);
}

function refused({ tag }: StateTag, why: string): Claim {
  const message = `State tag ${tag.name} (${tag.oid}) vouches for nothing: ${why}.`;
  return settle('handed-over', handedOverTitle, false, [
    finding('history.handed-over', { object: tag.oid }, message),
  ]);
}

const otherKeyring = 'its commit has another keyring than the ledger names';

const handedOverTitle = 'The ledger that judging begins with is signed for by a maintainer or admin.';
