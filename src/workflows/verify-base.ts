import type { Checkpoint } from '../core/chain/checkpoint.ts';
import type { Ledger } from '../core/chain/history.ts';
import { ownershipAt } from '../core/chain/ownership.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Seconds } from '../core/ports.ts';
import { type Claim, settle } from '../core/report/report.ts';
import { verifyRepo, type VerifyRepoRequest } from './verify-repo.ts';

type VerifyBaseRequest = Pick<VerifyRepoRequest, 'store' | 'trust' | 'now' | 'progress' | 'memory'> & {
  readonly base: Oid;
};

/** A history that an earlier run had judged up to a commit. */
export interface RememberedHistory {
  readonly commit: Oid;
  readonly steps: number;
  readonly at: Seconds;
}

/** What a base brings to the judgement of every pull request to it. */
export interface Foundation {
  readonly claims: readonly Claim[];
  readonly ledger: Ledger | undefined;
  /** Undefined: all of its history was judged now. */
  readonly remembered: RememberedHistory | undefined;
}

/** The base's own history gives the keyring and the owners; without it nothing can be said. */
export async function verifyBase({
  store,
  base,
  trust,
  now,
  progress,
  memory,
}: VerifyBaseRequest): Promise<Foundation> {
  if (trust.kind === 'fixed') {
    const keyrings = { inForce: trust.keyring, tip: trust.keyring, rule: 'fixed' } as const;
    return {
      claims: [],
      ledger: { keyrings, ownership: await ownershipAt(store, base), time: now, settled: true },
      remembered: undefined,
    };
  }
  const verified = await verifyRepo({ store, head: base, trust, now, progress, memory });
  const { report, ledger, remembered } = verified;
  const title = 'The base branch is verified from the trust anchor on.';
  const claim = settle(
    'base',
    title,
    report.conclusion === 'verified',
    report.findings.filter(({ severity }) => severity === 'error'),
    [`${report.counts.steps.verified} steps from ${report.from ?? 'the anchor'} to ${base}`],
  );
  return { claims: [claim], ledger, remembered: remembered && historyOf(remembered) };
}

function historyOf({ head, steps, now }: Checkpoint): RememberedHistory {
  return { commit: head, steps, at: now };
}
