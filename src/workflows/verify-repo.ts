import { judgeHistory, type Ledger, type StepEvent } from '../core/chain/history.ts';
import { CommitGraph } from '../core/chain/graph.ts';
import { reattestedUpTo } from '../core/chain/reattestation.ts';
import { indexTags, readTags } from '../core/chain/tags-at-hand.ts';
import { unreadable } from '../core/chain/unreadable.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import { conclude, type Claim, type Finding, type Report, settle } from '../core/report/report.ts';
import { establishTrust, trustClaims, type TrustSource } from './establish-trust.ts';
import { findMainline, mainlineTitle } from './find-mainline.ts';
import { type HistoryCounts, Tally } from './tally.ts';

export interface VerifyRepoRequest {
  readonly store: ObjectStore;
  readonly head: Oid;
  readonly trust: TrustSource;
  readonly now: Seconds;
  readonly progress: Progress;
  /** Told about every step as it is judged, for `--explain` and for verify-pr's fold. */
  readonly onStep?: (event: StepEvent) => void;
}

export interface RepoReport extends Report {
  readonly verb: 'verify-repo';
  readonly from: Oid | undefined;
  readonly to: Oid;
  readonly counts: HistoryCounts;
  /** Findings beyond the bound of what a report lists, by severity. */
  readonly unlisted: Readonly<Record<Finding['severity'], number>>;
}

export interface VerifiedHistory {
  readonly report: RepoReport;
  /** What is known at the head; undefined where history could not be walked. */
  readonly ledger: Ledger | undefined;
}

/** Judges every step of the mainline from the anchor to the head (trust model, section 5). */
export async function verifyRepo(request: VerifyRepoRequest): Promise<VerifiedHistory> {
  const { store, head, now, progress } = request;
  const tally = new Tally();
  progress.stage('Reading history');
  const graph = await loadGraph(store, head);
  if ('code' in graph)
    return unjudged(request, undefined, [settle('mainline', mainlineTitle, false, [graph])]);
  const found = await findMainline(request.trust, store, graph, head);
  if (!found.ok) return unjudged(request, found.start, [found.claim]);
  const { start, commits: mainline } = found;
  const established = await establishTrust(request.trust, store, start, head, now);
  if (!established.ok) return unjudged(request, start, [found.claim, established.claim]);
  const { keyrings, claims } = established;

  progress.stage('Judging steps', mainline.length - 1);
  const attested = await reattestedUpTo(store, keyrings.tip, mainline, now);
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
  })) {
    if (event.kind !== 'refused') ({ ledger } = event);
    if (event.kind === 'start') continue;
    tally.add(event);
    request.onStep?.(event);
    progress.advance();
  }
  progress.end();
  const steps = tally.claim(mainline.length - 1, attested.findings);
  return { report: reportOf(request, start, [...claims, found.claim, steps], tally), ledger };
}

async function loadGraph(store: ObjectStore, head: Oid): Promise<CommitGraph | Finding> {
  try {
    return await CommitGraph.load(store, [head]);
  } catch (error) {
    return unreadable(error, { object: head });
  }
}

function unjudged(
  request: VerifyRepoRequest,
  from: Oid | undefined,
  claims: readonly Claim[],
): VerifiedHistory {
  return { report: reportOf(request, from, claims, new Tally()), ledger: undefined };
}

function reportOf(
  request: VerifyRepoRequest,
  from: Oid | undefined,
  claims: readonly Claim[],
  tally: Tally,
): RepoReport {
  const required = [...trustClaims[request.trust.kind], 'mainline', 'steps'];
  return {
    verb: 'verify-repo',
    conclusion: conclude(required, claims),
    required,
    claims,
    findings: claims.flatMap((claim) => claim.findings),
    now: request.now,
    from,
    to: request.head,
    counts: tally.counts,
    unlisted: tally.unlisted,
  };
}
