import { CommitGraph } from '../core/chain/graph.ts';
import { judgeHistory, type Ledger, type StepEvent } from '../core/chain/history.ts';
import type { KeyringHistory } from '../core/chain/keyring-step.ts';
import { recordLedger } from '../core/chain/ledger-record.ts';
import { reattestedUpTo } from '../core/chain/reattestation.ts';
import { indexTags, readTags } from '../core/chain/tags-at-hand.ts';
import { unreadable } from '../core/chain/unreadable.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import type { HistoryCounts, HistoryPart, HistorySums } from '../core/report/history-part.ts';
import { conclude, type Claim, type Finding, type Report, settle } from '../core/report/report.ts';
import { establishTrust, trustClaims, type TrustSource } from './establish-trust.ts';
import { findMainline, type FoundMainline, mainlineTitle } from './find-mainline.ts';
import { type HandOver, takeOver } from './hand-over.ts';
import { Tally } from './tally.ts';

export interface VerifyRepoRequest {
  readonly store: ObjectStore;
  readonly head: Oid;
  readonly trust: TrustSource;
  readonly now: Seconds;
  readonly progress: Progress;
  /** The newest commit of the mainline, where judging ends before it: a part of history. */
  readonly tip?: Oid | undefined;
  /** Where judging begins, if not where trust does. Only with a trust anchor. */
  readonly start?: HandOver | undefined;
  /** Told about every step as it is judged, for `--explain` and for verify-pr's fold. */
  readonly onStep?: (event: StepEvent) => void;
}

/** What is known of a report before anything was judged. */
type JudgedRange = Pick<Report, 'required' | 'now'> & {
  /** The commit that is taken for granted; undefined where there is none. */
  readonly from: Oid | undefined;
  readonly to: Oid;
};

export interface RepoReport extends Report, JudgedRange {
  readonly verb: 'verify-repo';
  readonly counts: HistoryCounts;
  /** Findings beyond the bound of what a report lists, by severity. */
  readonly unlisted: Readonly<Record<Finding['severity'], number>>;
}

export interface VerifiedHistory {
  readonly report: RepoReport;
  /** What is known at the head; undefined where history could not be walked. */
  readonly ledger: Ledger | undefined;
  /** The same as a part that others can be joined to; undefined without a trust anchor, too. */
  readonly part: HistoryPart | undefined;
}

/** Judges every step of the mainline from the anchor to the head (trust model, section 5). */
export async function verifyRepo(request: VerifyRepoRequest): Promise<VerifiedHistory> {
  const { store, head, now, progress, tip = head } = request;
  progress.stage('Reading history');
  const graph = await loadGraph(store, tip);
  if ('code' in graph)
    return unjudged(request, undefined, [settle('mainline', mainlineTitle, false, [graph])]);
  const stretch = { start: request.start?.record.commit, head, tip };
  const found = await findMainline(request.trust, store, graph, stretch);
  if (!found.ok) return unjudged(request, found.start, [found.claim]);
  const { start, commits: mainline, beyond } = found;
  const established = await foundation(request, start, tip);
  if (!established.ok) return unjudged(request, start, [found.claim, established.claim]);
  const { keyrings, claims, opening } = established;

  const tally = new Tally();
  progress.stage('Judging steps', mainline.length - 1);
  const attested = await reattestedUpTo(store, keyrings.tip, [...mainline, ...beyond], now);
  let ledger: Ledger | undefined;
  const tags = indexTags(await readTags(store));
  for await (const event of judgeHistory({
    store,
    graph,
    mainline,
    keyrings,
    tags,
    now,
    reattestedUpTo: attested.index,
    opening,
  })) {
    if (event.kind !== 'refused') ({ ledger } = event);
    if (event.kind === 'start') continue;
    tally.add(event);
    request.onStep?.(event);
    if (tally.failed > 0) progress.remark?.(`${tally.failed} not verified`);
    progress.advance();
  }
  progress.end();
  const steps = tally.claim(mainline.length - 1, attested.findings);
  const report = reportOf(rangeOf(request, start), [...claims, found.claim, steps], tally);
  const part = partOf(request, found, claims, attested.findings, tally.sums, ledger);
  return { report, ledger, part };
}

type Foundation =
  | {
      readonly ok: true;
      readonly keyrings: KeyringHistory;
      readonly claims: readonly Claim[];
      readonly opening: Omit<Ledger, 'keyrings'> | undefined;
    }
  | { readonly ok: false; readonly claim: Claim };

/** What judging begins with: the first keyring, or what was handed over. */
async function foundation(
  { trust, store, start: handOver, now }: VerifyRepoRequest,
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

async function loadGraph(store: ObjectStore, tip: Oid): Promise<CommitGraph | Finding> {
  try {
    return await CommitGraph.load(store, [tip]);
  } catch (error) {
    return unreadable(error, { object: tip });
  }
}

function unjudged(
  request: VerifyRepoRequest,
  from: Oid | undefined,
  claims: readonly Claim[],
): VerifiedHistory {
  const report = reportOf(rangeOf(request, from), claims, new Tally());
  return { report, ledger: undefined, part: undefined };
}

function rangeOf({ trust, start, now, head }: VerifyRepoRequest, from: Oid | undefined): JudgedRange {
  const handedOver = start === undefined ? [] : ['handed-over'];
  return { required: [...trustClaims[trust.kind], ...handedOver, 'mainline', 'steps'], now, from, to: head };
}

/** The report on a history, from what was added up over its steps. */
export function reportOf(of: JudgedRange, claims: readonly Claim[], tally: Tally): RepoReport {
  return {
    verb: 'verify-repo',
    conclusion: conclude(of.required, claims),
    claims,
    findings: claims.flatMap((claim) => claim.findings),
    ...of,
    counts: tally.counts,
    unlisted: tally.unlisted,
  };
}

function partOf(
  { trust, start: handOver, head, tip = head, now }: VerifyRepoRequest,
  { start, commits }: Extract<FoundMainline, { ok: true }>,
  claims: readonly Claim[],
  attested: readonly Finding[],
  sums: HistorySums,
  ledger: Ledger | undefined,
): HistoryPart | undefined {
  const [anchorClaim] = claims;
  if (trust.kind === 'fixed' || anchorClaim === undefined || ledger === undefined) return undefined;
  const { repository, quorum, fingerprints } = trust.anchor;
  return {
    tip,
    now,
    anchor: { quorum, fingerprints, ...(repository === undefined ? {} : { repository }) },
    start: { commit: start, ledger: handOver?.record.digest },
    end: { commit: head, ledger: recordLedger(ledger, head).digest },
    anchorClaim,
    steps: commits.length - 1,
    attested,
    sums,
  };
}
