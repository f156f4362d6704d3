import type { Ledger } from '../core/chain/history.ts';
import type { KeyringHistory } from '../core/chain/keyring-step.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import type { Claim } from '../core/report/report.ts';
import { establishTrust, type TrustSource } from './establish-trust.ts';
import { type HandOver, takeOver } from './hand-over.ts';

interface FoundationRequest {
  readonly store: ObjectStore;
  readonly trust: TrustSource;
  readonly start?: HandOver | undefined;
  readonly now: Seconds;
}

export type Foundation =
  | {
      readonly ok: true;
      readonly keyrings: KeyringHistory;
      readonly claims: readonly Claim[];
      readonly opening: Omit<Ledger, 'keyrings'> | undefined;
    }
  | { readonly ok: false; readonly claim: Claim };

/** What judging begins with: the first keyring, or what was handed over. */
export async function foundation(
  { trust, store, start: handOver, now }: FoundationRequest,
  start: Oid,
  tip: Oid,
): Promise<Foundation> {
  if (handOver === undefined || trust.kind === 'fixed') {
    const established = await establishTrust(trust, store, start, tip, now);
    return established.ok ? { ...established, opening: undefined } : established;
  }
  const taken = await takeOver(handOver, trust.anchor, { store, tip, now });
  return taken.ok
    ? { ...taken, claims: [taken.anchor, taken.handedOver] }
    : { ok: false, claim: taken.handedOver };
}
