import type { Attribution } from '../core/chain/attribution.ts';
import type { ReleaseMemory } from '../core/chain/compared-release.ts';
import type { Evidence, Position } from '../core/chain/evidence.ts';
import { type Changed, fitSubmission, isRelease, releasedBy } from '../core/chain/fit-submission.ts';
import { CommitGraph } from '../core/chain/graph.ts';
import type { Ledger } from '../core/chain/history.ts';
import { judgePackages } from '../core/chain/judge-packages.ts';
import { judgeStep, type StepJudgement } from '../core/chain/judge-step.ts';
import { judgeKeyringStep } from '../core/chain/keyring-step.ts';
import { lintPackages } from '../core/chain/lint-packages.ts';
import { judgeNames } from '../core/chain/names.ts';
import { releaseClaims } from '../core/chain/release.ts';
import { readWouldBeMerge, type Step } from '../core/chain/step.ts';
import { judgeTag, type TagReading, type TagsAtHand } from '../core/chain/tags.ts';
import { indexTags, readTags } from '../core/chain/tags-at-hand.ts';
import { submittedClaim } from '../core/chain/unsubmitted-release.ts';
import { unreadable } from '../core/chain/unreadable.ts';
import type { Oid } from '../core/git/oid.ts';
import type { HistoryMemory } from '../core/chain/checkpoint.ts';
import type { ObjectStore, Progress, ReleaseSources, RepositoryPath, Seconds } from '../core/ports.ts';
import { type Claim, conclude, finding, type Finding, type Report, settle } from '../core/report/report.ts';
import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import type { TrustSource } from './establish-trust.ts';
import { type Foundation, type RememberedHistory, verifyBase } from './verify-base.ts';
import { type VerifiedRelease, verifyRelease } from './verify-release.ts';
import { requestClaims } from './verify-request.ts';

export interface VerifyPrRequest {
  readonly store: ObjectStore;
  /** The head of the branch that the pull request is for. */
  readonly base: Oid;
  readonly head: Oid;
  /** A submission or endorsement tag that was named, and so must be fit; others are used if they are. */
  readonly tag: TagReading | undefined;
  /** What the interface of a forge says of the head, which git found under this reference. */
  readonly claimed?: { readonly head: Oid; readonly reference: string };
  readonly trust: TrustSource;
  readonly now: Seconds;
  readonly progress: Progress;
  /** Where releases are fetched from to be checked; undefined: offline, and what needs them stays unproven. */
  readonly sources: ReleaseSources | undefined;
  /** Where accounts that contributors claim list their certificates; undefined: they are not looked up. */
  readonly accounts?: CertificateDirectory | undefined;
  /** What earlier runs found out about the base branch. */
  readonly memory?: HistoryMemory | undefined;
  /** What earlier runs fetched of releases; undefined: all is fetched now, as before anything is signed or merged. */
  readonly releases?: ReleaseMemory | undefined;
}

/** What this report answers from what earlier runs found out, and when that was. */
export interface Remembered {
  readonly base: RememberedHistory | undefined;
  /** When source tag and archive of the release were fetched and compared; undefined: not before this run. */
  readonly release: Seconds | undefined;
}

export interface PrReport extends Report {
  readonly verb: 'verify-pr';
  readonly base: Oid;
  readonly head: Oid;
  readonly paths: readonly Attribution[];
  /** Paths that base and head both changed, so that there is no clean merge of them. */
  readonly conflicts: readonly RepositoryPath[];
  /** The verdict on every commit of the pull request and on the tags that were used. */
  readonly signatures: readonly Evidence[];
  /** What was shown of the releases that the pull request publishes (trust model, section 8). */
  readonly release: readonly Claim[];
  readonly remembered: Remembered;
}

/** A pull request judged, with what was judged: for whoever goes on to endorse or merge it. */
export interface ExaminedPr {
  readonly report: PrReport;
  /** The step that merging would make; undefined where it could not be read. */
  readonly step: Step | undefined;
}

/** Judges the step that merging a pull request would make (trust model, section 5). */
export async function verifyPr(request: VerifyPrRequest): Promise<PrReport> {
  return (await examinePr(request)).report;
}

/** {@link verifyPr}, with the step. Whoever judges many of one base gives what is known of it. */
export async function examinePr(request: VerifyPrRequest, known?: Foundation): Promise<ExaminedPr> {
  const foundation = known ?? (await verifyBase(request));
  const { ledger } = foundation;
  if (ledger === undefined) return { report: reportOf(request, foundation.claims, unread), step: undefined };
  request.progress.stage('Judging the pull request');
  try {
    return await judgePullRequest(request, foundation, ledger);
  } catch (error) {
    return refused(request, foundation.claims, unreadable(error, { object: request.head }));
  } finally {
    request.progress.end();
  }
}

function refused(request: VerifyPrRequest, claims: readonly Claim[], why: Finding): ExaminedPr {
  const report = reportOf(request, [...claims, settle('paths', pathsTitle, false, [why])], unread);
  return { report, step: undefined };
}

async function judgePullRequest(
  request: VerifyPrRequest,
  foundation: Foundation,
  { keyrings, ownership }: Ledger,
): Promise<ExaminedPr> {
  const { store, base, head, now } = request;
  const graph = await CommitGraph.load(store, [base, head]);
  graph.follow([base]);
  const reading = await readWouldBeMerge(store, graph, base, head);
  if (reading.kind === 'refused') return refused(request, foundation.claims, reading.finding);
  const { step } = reading;
  const at: Position = { now, time: now, trust: keyrings.inForce, tip: keyrings.inForce, reattested: false };
  const readings = await readTags(store);
  const tags = indexTags(request.tag === undefined ? readings : [...readings, request.tag]);
  const judged = await judgeStep(step, { store, at, ownership, tags });
  if ('code' in judged) return refused(request, foundation.claims, judged);
  const keyring = await judgeKeyringStep(step, keyrings, store, at);
  const wellFormed = settle('packages', packagesTitle, true, [
    ...(await judgePackages(step, store)),
    ...(await lintPackages(step, store)),
  ]);
  const requests = await requestClaims(step, keyrings.inForce, store, at, request.accounts);
  const attributions = [...judged.attributions, ...keyring.attributions];
  const names = judgeNames(step.changes, ownership, keyrings.inForce.keyring);
  const changed: Changed = {
    paths: new Set(step.changes.map(({ path }) => path)),
    authorityOver: (path) => names.authorityOver(path),
  };
  const { release, remembered } = await verifySubmission(
    request,
    { ...step, attributions },
    tags,
    changed,
    at,
  );
  const complete = attributions.length === step.changes.length && attributions.length > 0;
  const paths = settle('paths', pathsTitle, complete && attributions.every(({ kind }) => kind !== 'none'), [
    ...judged.findings,
    ...keyring.findings,
    ...remarks(request, step),
  ]);
  const claims = [
    ...foundation.claims,
    ...headClaims(request),
    ...(await tagClaims(request, at)),
    paths,
    wellFormed,
    ...release,
    ...requests,
  ];
  const read = {
    paths: attributions,
    conflicts: step.conflicts,
    signatures: [...judged.evidence, ...judged.tags],
    release,
    remembered: { base: foundation.remembered, release: remembered },
  };
  return { report: reportOf(request, claims, read, requiredOfRelease(release, request, at)), step };
}

/** What a report shows where nothing could be read. */
const unread = {
  paths: [],
  conflicts: [],
  signatures: [],
  release: [],
  remembered: { base: undefined, release: undefined },
} as const;

/** What is to be said of the imagined merge as a whole. */
function remarks({ base, head }: VerifyPrRequest, { changes, conflicts }: Step): readonly Finding[] {
  if (changes.length === 0) {
    return [finding('step.nothing', { object: head }, `Merging ${head} into ${base} would change nothing.`)];
  }
  return conflicts.map((path) =>
    finding(
      'step.conflict',
      { object: head, path },
      `${path} was changed on the base branch too; it does not merge cleanly.`,
    ),
  );
}

/** The release claims of the submission on the head: the one that was named, or else the one that stands there. */
async function verifySubmission(
  request: VerifyPrRequest,
  step: Step & Pick<StepJudgement, 'attributions'>,
  tags: TagsAtHand,
  changed: Changed,
  at: Position,
): Promise<Pick<PrReport, 'release'> & Pick<VerifiedRelease, 'remembered'>> {
  const { store, sources, progress, releases: memory } = request;
  const { tag, head } = request;
  const candidates = tag === undefined ? tags.on(head).filter(isRelease) : [tag];
  const found = await fitSubmission(candidates, changed, store, at);
  const verified =
    found === undefined
      ? { claims: [], remembered: undefined }
      : await verifyRelease({ ...found, store, step, at, sources, progress, memory });
  const submitted = found?.entitled === true ? releasedBy(found.submission) : [];
  const claim = await submittedClaim(step, submitted, at.trust.keyring, store);
  return {
    release: claim === undefined ? verified.claims : [...verified.claims, claim],
    remembered: verified.remembered,
  };
}

const pathsTitle = 'Every path that the pull request changes is attributed.';
const packagesTitle = 'Every package that the pull request changes is well formed, and bound by checksums.';

/** A forge that shows people another head than git has would let them merge what nobody judged. */
function headClaims({ claimed, head }: VerifyPrRequest): readonly Claim[] {
  if (claimed === undefined) return [];
  const title = 'The head that the forge shows is the one that git has.';
  const same = claimed.head === head;
  const message = `The forge shows ${claimed.head} as the head, but ${claimed.reference} is ${head}.`;
  const findings = same ? [] : [finding('step.impostor', { object: claimed.head }, message)];
  return [settle('head', title, same, findings, [`${claimed.reference} is ${head}`])];
}

/** A tag that was named on the command line must be fit to be used, whether or not it is needed. */
async function tagClaims({ store, tag, head }: VerifyPrRequest, at: Position): Promise<readonly Claim[]> {
  if (tag === undefined) return [];
  const title = 'The tag that was named is on the head, and fit to be used.';
  if (!tag.ok) return [settle('tag', title, false, [tag.finding])];
  const { oid, name, object } = tag.signet.tag;
  const { unfit } = await judgeTag(tag.signet, store.format, at);
  const elsewhere = `Tag ${name} is on ${object}, not on the head ${head}.`;
  const findings = [
    ...(object === head ? [] : [finding('tag.target', { object: oid }, elsewhere)]),
    ...(unfit === undefined ? [] : [unfit]),
  ];
  return [settle('tag', title, findings.length === 0, findings, [`tag ${name} (${oid})`])];
}

/**
 * The release claims that must hold, as far as they may be looked up (trust model, section 8): offline that is what
 * the repository itself shows, and a signed source tag is asked for only where the keyring file requires it.
 */
function requiredOfRelease(
  release: readonly Claim[],
  { sources }: VerifyPrRequest,
  { trust }: Position,
): readonly string[] {
  const lookedUp = sources === undefined ? ['release.digest'] : releaseClaims;
  const checked = new Set<string>([...lookedUp, 'release.submission']);
  if (trust.keyring.policy['source-tag'] !== 'require') checked.delete('release.source-tag');
  return [...new Set(release.map(({ id }) => id))].filter((id) => checked.has(id));
}

function reportOf(
  request: VerifyPrRequest,
  claims: readonly Claim[],
  read: Pick<PrReport, 'paths' | 'conflicts' | 'signatures' | 'release' | 'remembered'>,
  releaseRequired: readonly string[] = [],
): PrReport {
  const { trust, tag, claimed, base, head, now } = request;
  const foundation = trust.kind === 'anchor' ? ['base'] : [];
  const required = [
    ...foundation,
    ...(claimed === undefined ? [] : ['head']),
    ...(tag === undefined ? [] : ['tag']),
    'paths',
    'packages',
    ...releaseRequired,
  ];
  return {
    verb: 'verify-pr',
    conclusion: conclude(required, claims),
    required,
    claims,
    findings: claims.flatMap((claim) => claim.findings),
    now,
    base,
    head,
    ...read,
  };
}
