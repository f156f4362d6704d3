import type { KeyringHistory } from '../core/chain/keyring-step.ts';
import { committerTime } from '../core/chain/read-commit.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import { type Claim, type Finding, settle } from '../core/report/report.ts';
import type { TrustAnchor } from '../core/trust/anchor.ts';
import { judgeFirstKeyring } from '../core/trust/first-keyring.ts';
import type { KeyringOpening, KeyringState } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';

/** Where trust comes from: an anchor that the user pinned, or one keyring for every position (an audit). */
export type TrustSource =
  | { readonly kind: 'anchor'; readonly anchor: TrustAnchor }
  | {
      readonly kind: 'fixed';
      readonly keyring: KeyringState;
      /** Of the bytes that the keyring was read from; where it is missing, nothing is remembered. */
      readonly digest?: string;
      readonly from: Oid | undefined;
    };

/** The claims about trust itself that a conclusion must rest on. */
export const trustClaims: Record<TrustSource['kind'], readonly string[]> = { anchor: ['anchor'], fixed: [] };

export type Established =
  | {
      readonly ok: true;
      readonly keyrings: KeyringHistory;
      readonly claims: readonly Claim[];
    }
  | { readonly ok: false; readonly claim: Claim };

/** Finds the keyring that history begins with at `start` (trust model, section 3, first keyring). */
export async function establishTrust(
  source: TrustSource,
  store: ObjectStore,
  start: Oid,
  head: Oid,
  now: Seconds,
): Promise<Established> {
  switch (source.kind) {
    case 'fixed': {
      const keyrings = { inForce: source.keyring, tip: source.keyring, rule: 'fixed' } as const;
      return { ok: true, keyrings, claims: [] };
    }
    case 'anchor':
      return fromAnchor(source.anchor, store, start, head, now);
    default:
      return source satisfies never;
  }
}

async function fromAnchor(
  anchor: TrustAnchor,
  store: ObjectStore,
  start: Oid,
  head: Oid,
  now: Seconds,
): Promise<Established> {
  const first = await loadKeyring(store, start);
  if (!first.ok) return refused(first.findings);
  const findings = await judgeFirstKeyring(first.state, anchor, {
    now,
    position: await committerTime(store, start),
  });
  const claim = anchorClaim(first.state, start, findings);
  if (claim.status !== 'upheld') return { ok: false, claim };
  const tip = await loadKeyring(store, head);
  const keyrings = { inForce: first.state, tip: tip.ok ? tip.state : first.state, rule: 'update' } as const;
  return { ok: true, keyrings, claims: [withHindsight(claim, tip)] };
}

/**
 * Where the keyring at the tip does not open, nobody knows what has become known of keys since (trust model, section 2.7):
 * nothing is proven then, whatever the step that brought it is judged to be.
 */
export const withHindsight = (claim: Claim, tip: KeyringOpening): Claim =>
  tip.ok
    ? claim
    : {
        ...claim,
        status: claim.status === 'upheld' ? 'unproven' : claim.status,
        findings: [...claim.findings, ...tip.findings],
      };

/** The claim that a trust anchor vouches for the keyring at a commit, from what judging it found. */
export function anchorClaim({ keyring }: KeyringState, commit: Oid, findings: readonly Finding[]): Claim {
  const evidence = [`Version ${keyring.version} of the keyring file at ${commit}`];
  const vouchedFor = findings.every(({ severity }) => severity !== 'error');
  return settle('anchor', anchorTitle, vouchedFor, findings, evidence);
}

const anchorTitle = 'The first keyring file is signed by the quorum of the trust anchor.';

const refused = (findings: readonly Finding[]): Established => ({
  ok: false,
  claim: settle('anchor', anchorTitle, false, findings),
});
