import type { Checkpoint, HistoryMemory } from '../core/chain/checkpoint.ts';
import { CommitGraph } from '../core/chain/graph.ts';
import { judgeHistory, type Ledger, type StepEvent } from '../core/chain/history.ts';
import { recordLedger } from '../core/chain/ledger-record.ts';
import { reattestedUpTo } from '../core/chain/reattestation.ts';
import { once } from '../core/chain/side.ts';
import { indexTags, readTags, signetReferences } from '../core/chain/tags-at-hand.ts';
import { unreadable } from '../core/chain/unreadable.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import type { HistoryCounts, HistoryPart, HistorySums } from '../core/report/history-part.ts';
import { conclude, type Claim, type Finding, type Report, settle } from '../core/report/report.ts';
import type { Chronicler } from './chronicler.ts';
import { trustClaims, type TrustSource } from './establish-trust.ts';
import { findMainline, mainlineTitle } from './find-mainline.ts';
import { foundation } from './foundation.ts';
import type { HandOver } from './hand-over.ts';
import { recorderFor } from './recorder.ts';
import { checkpointsFor, type History, resume, surroundingsOf, type Way } from './resume.ts';
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
  /** Told about every step as it is judged. Then all of them are judged anew, whatever is remembered. */
  readonly onStep?: ((event: StepEvent) => void) | undefined;
  /** Writes down every step, going on from what an earlier run wrote down where judging does. */
  readonly chronicler?: Chronicler | undefined;
  /** What earlier runs found out. It never changes what is found, only how soon. */
  readonly memory?: HistoryMemory | undefined;
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
  /** What judging went on from; undefined: every step was judged now. */
  readonly remembered?: Checkpoint | undefined;
}

/** Judges every step of the mainline from the anchor to the head (trust model, section 5). */
export async function verifyRepo(request: VerifyRepoRequest): Promise<VerifiedHistory> {
  const { store, head, now, progress, tip = head } = request;
  progress.stage('Reading history');
  const whole = once(() => wholeHistory(request));
  for await (const checkpoint of checkpointsFor(request)) {
    const resumed = await resume(request, checkpoint, whole);
    if (resumed === undefined) continue;
    if (checkpoint.chronicle !== undefined) request.chronicler?.goOnFrom(checkpoint.chronicle);
    return walk(request, resumed);
  }
  const history = await whole();
  if ('code' in history)
    return unjudged(request, undefined, [settle('mainline', mainlineTitle, false, [history])]);
  const { graph, found } = history;
  if (!found.ok) return unjudged(request, found.start, [found.claim]);
  const established = await foundation(request, found.start, tip);
  if (!established.ok) return unjudged(request, found.start, [found.claim, established.claim]);
  const mainline = [...found.commits, ...found.beyond];
  const attested = await reattestedUpTo(store, established.keyrings.tip, mainline, now);
  const surroundings = await surroundingsOf(store, tip, mainline[attested.index]);
  return walk(request, { ...established, graph, found, attested, surroundings, before: undefined });
}

/** Judges the steps that are left, and adds them to what is known. */
async function walk(request: VerifyRepoRequest, way: Way): Promise<VerifiedHistory> {
  const { store, now, progress } = request;
  const { graph, found, keyrings, opening, attested, before } = way;
  const { commits: mainline } = found;
  const tally = new Tally();
  if (before !== undefined) tally.join(before.sums);
  progress.stage('Judging steps', mainline.length - 1);
  const references = await signetReferences(store);
  const readings = mainline.length > 1 ? await readTags(store, references) : [];
  const recorder = recorderFor(request, way, references, readings);
  let ledger: Ledger | undefined;
  try {
    for await (const event of judgeHistory({
      store,
      graph,
      mainline,
      keyrings,
      tags: indexTags(readings),
      now,
      reattestedUpTo: attested.index,
      opening,
    })) {
      if (event.kind !== 'refused') ({ ledger } = event);
      if (event.kind === 'start') continue;
      tally.add(event);
      request.chronicler?.add(event);
      await recorder?.add(event, ledger, tally);
      request.onStep?.(event);
      if (tally.failed > 0) progress.remark?.(`${tally.failed} not verified`);
      progress.advance();
    }
  } finally {
    // Also where it was interrupted: every step so far was judged in full.
    await recorder?.finish(ledger, tally);
  }
  progress.end();
  const total = (before?.steps ?? 0) + mainline.length - 1;
  const claims = [...way.claims, found.claim, tally.claim(total, attested.findings)];
  const report = reportOf(rangeOf(request, found.start), claims, tally);
  return { report, ledger, part: partOf(request, way, total, tally.sums, ledger), remembered: before };
}

/** All of the history that the tip has, and the stretch of it that is to be judged. */
async function wholeHistory({
  store,
  trust,
  start,
  head,
  tip = head,
}: VerifyRepoRequest): Promise<History | Finding> {
  const graph = await loadGraph(store, tip);
  if ('code' in graph) return graph;
  return {
    graph,
    found: await findMainline(trust, store, graph, { start: start?.record.commit, head, tip }),
  };
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
  { found, claims, attested }: Way,
  steps: number,
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
    start: { commit: found.start, ledger: handOver?.record.digest },
    end: { commit: head, ledger: recordLedger(ledger, head).digest },
    anchorClaim,
    steps,
    attested: attested.findings,
    sums,
  };
}
