import {
  annotatedTag,
  type ComparedRelease,
  type FetchedSourceTag,
  isFresh,
  type ReleaseMemory,
} from '../core/chain/compared-release.ts';
import { type Evidence, judgeSigned, type Position } from '../core/chain/evidence.ts';
import { releasedBy } from '../core/chain/fit-submission.ts';
import { packageFolder } from '../core/chain/package-folders.ts';
import {
  type ArchiveAtHand,
  archiveClaim,
  checksumsClaim,
  digestClaim,
  opamFileClaim,
  readSourceTree,
} from '../core/chain/release.ts';
import { sourceClaim, type SourceTag, sourceTagClaim } from '../core/chain/source-tag.ts';
import { packageDigests } from '../core/chain/statements.ts';
import type { Step } from '../core/chain/step.ts';
import type { SignetTag } from '../core/chain/tags.ts';
import { Fault } from '../core/fault.ts';
import { formatOf, type Oid } from '../core/git/oid.ts';
import { signedTag } from '../core/git/signed-object.ts';
import type { OpamFile } from '../core/opam/ast.ts';
import { parseOpamFile } from '../core/opam/opam-file.ts';
import type { FetchedTag, ObjectStore, Progress, ReleaseSources, Seconds } from '../core/ports.ts';
import { type Claim, type Finding, finding, settle } from '../core/report/report.ts';
import type { PackageStatement } from '../core/statement-values.ts';
import { type ReleasedTree, readReleasedTree } from './released-packages.ts';

export interface VerifyReleaseRequest {
  readonly store: ObjectStore;
  readonly step: Step;
  readonly submission: SignetTag;
  readonly evidence: Evidence;
  readonly at: Position;
  /** Undefined: nothing may be downloaded, and what needs it stays unproven. */
  readonly sources: ReleaseSources | undefined;
  readonly progress: Progress;
  /** What earlier runs fetched and compared. */
  readonly memory?: ReleaseMemory | undefined;
}

export interface VerifiedRelease {
  readonly claims: readonly Claim[];
  /** When an earlier run fetched what this one did not; undefined: nothing was answered from memory. */
  readonly remembered: Seconds | undefined;
}

/** A release as far as it could be fetched. */
interface Comparison extends Pick<ComparedRelease, 'source' | 'compared'> {
  readonly tag: FetchedSourceTag | undefined;
}

/** The source of a release as far as it could be fetched. */
interface Source {
  readonly claim: Claim;
  readonly tag: FetchedSourceTag | undefined;
  readonly tree: TaggedTree | undefined;
}

/** The tree that the source tag is on. */
interface TaggedTree {
  readonly name: string;
  readonly commit: Oid;
  readonly released: ReleasedTree;
  readonly files: Awaited<ReturnType<typeof readSourceTree>>;
}

/** Judges what a submission says of the releases that it brings (trust model, section 8). */
export async function verifyRelease(request: VerifyReleaseRequest): Promise<VerifiedRelease> {
  const { statement } = request.submission;
  if (releasedBy(request.submission).length === 0) return { claims: [], remembered: undefined };
  const digests = await Promise.all(statement.packages.map((one) => verifyDigest(request, one)));
  const known = await recall(request);
  const { source, tag, compared } = known ?? (await fetchAndCompare(request));
  const claims = [source, await verifySourceTag(request, tag), ...compared, ...digests];
  return { claims, remembered: known?.at };
}

/** What was fetched a short while ago counts only where it could be fetched now. */
async function recall(request: VerifyReleaseRequest): Promise<ComparedRelease | undefined> {
  if (request.sources === undefined) return undefined;
  const known = await request.memory?.recall(conditionsOf(request));
  return known !== undefined && isFresh(known, request.at.now) ? known : undefined;
}

/** Everything in the repository that the comparison depends on: the would-be merge, and what was submitted. */
const conditionsOf = ({ store, step, submission }: VerifyReleaseRequest): string =>
  JSON.stringify([store.format, step.parent, step.oid, submission.tag.oid]);

async function fetchAndCompare(request: VerifyReleaseRequest): Promise<Comparison> {
  const source = await fetchSource(request);
  const archive = await fetchArchive(request);
  const packages = await Promise.all(
    releasedBy(request.submission).map((one) => verifyPackage(request, one, archive.archive, source.tree)),
  );
  const archived = withFindings(archiveClaim(archive.archive, source.tree), archive.findings);
  const comparison = { source: source.claim, tag: source.tag, compared: [archived, ...packages.flat()] };
  await remember(request, comparison);
  return comparison;
}

/** Only what held is kept: whatever did not is looked up again, as somebody may have mended it. */
async function remember(request: VerifyReleaseRequest, { tag, ...rest }: Comparison): Promise<void> {
  const held = [rest.source, ...rest.compared].every(({ status }) => status === 'upheld');
  if (!held || tag === undefined) return;
  await request.memory?.keep(conditionsOf(request), { at: request.at.now, tag, ...rest });
}

async function verifyDigest({ store, step }: VerifyReleaseRequest, stated: PackageStatement): Promise<Claim> {
  const { before, after } = await packageDigests(step, packageFolder(stated.nameVersion), store);
  const found = { nameVersion: stated.nameVersion, before, after };
  return digestClaim(found, stated);
}

/** Claims 4 and 5, for one package. */
async function verifyPackage(
  { store, step, submission }: VerifyReleaseRequest,
  { nameVersion }: PackageStatement,
  archive: ArchiveAtHand,
  source: TaggedTree | undefined,
): Promise<readonly Claim[]> {
  const path = `${packageFolder(nameVersion)}/opam`;
  const entry = step.changes.find((change) => change.path === path)?.after;
  const blob = entry && (await store.read(entry.oid));
  const parsed = blob && parseOpamFile(blob.content);
  if (parsed?.ok !== true) {
    const why = parsed === undefined ? 'is not in the pull request' : parsed.error.message;
    const missing = finding('release.opam-absent', { path }, `${path}: ${why}.`);
    return [settle('release.opam-file', "The opam file is the source's", false, [missing])];
  }
  const name = nameVersion.slice(0, nameVersion.indexOf('.'));
  const opam = source === undefined ? ('unknown' as const) : opamOf(source.released, name);
  const origin = { name: source?.name ?? 'the source', commit: source?.commit ?? step.oid, opam };
  return [
    checksumsClaim(parsed.value, path, archive, submission.statement.archive),
    opamFileClaim(parsed.value, path, origin),
  ];
}

function opamOf({ packages }: ReleasedTree, name: string): OpamFile | 'absent' {
  const named = packages.find((one) => one.name === name);
  const only = packages.length === 1 && packages[0]?.name === undefined ? packages[0] : undefined;
  return (named ?? only)?.opam ?? 'absent';
}

interface Archive {
  readonly archive: ArchiveAtHand;
  /** Why it could not be fetched. */
  readonly findings: readonly Finding[];
}

async function fetchArchive({ submission, sources, progress }: VerifyReleaseRequest): Promise<Archive> {
  const stated = submission.statement.archive;
  if (stated === undefined) return { archive: { kind: 'none' }, findings: [] };
  if (sources === undefined) return { archive: { kind: 'absent' }, findings: [] };
  progress.stage(`Downloading ${stated.url}`);
  return attempt<Archive>(
    async () => ({ archive: await sources.fetchArchive(stated.url), findings: [] }),
    (fault) => ({
      archive: { kind: 'absent' },
      findings: [
        finding('release.archive-absent', { reference: stated.url }, fault.message, { mend: fault.mend }),
      ],
    }),
  );
}

/** What is known of the source tag, with its tree where it could be fetched. */
async function fetchSource(request: VerifyReleaseRequest): Promise<Source> {
  const { submission, sources, progress } = request;
  const stated = submission.statement.source;
  if (stated === undefined || sources === undefined) return withoutTree(request, 'unknown');
  progress.stage(`Fetching tag ${stated.tag} of ${stated.url}`);
  return attempt(
    async () => {
      const fetched = await sources.fetchTag(stated.url, stated.tag);
      if (fetched === undefined) return withoutTree(request, 'gone');
      try {
        return await readSource(request, fetched, stated.tag);
      } finally {
        await fetched.close();
      }
    },
    (fault) =>
      withoutTree(request, 'unknown', [
        finding('release.source-absent', { reference: stated.url }, fault.message, { mend: fault.mend }),
      ]),
  );
}

function withoutTree(
  { submission }: VerifyReleaseRequest,
  tag: 'gone' | 'unknown',
  why: readonly Finding[] = [],
): Source {
  const claim = withFindings(sourceClaim(tag, submission.statement.source), why);
  return { claim, tag: undefined, tree: undefined };
}

async function readSource(
  { submission }: VerifyReleaseRequest,
  { store, oid }: FetchedTag,
  name: string,
): Promise<Source> {
  const object = await store.read(oid);
  const content = object?.type === 'tag' ? Buffer.from(object.content).toString('base64') : undefined;
  const tag = { name, oid, ...(content === undefined ? {} : { content }) };
  const told = tagToldBy(tag);
  const { commit } = told;
  const [files, released] = [await readSourceTree(store, commit), await readReleasedTree(store, commit)];
  return {
    claim: sourceClaim(told, submission.statement.source),
    tag,
    tree: { name: `tag ${name} (commit ${commit})`, commit, released, files },
  };
}

function tagToldBy(tag: FetchedSourceTag): SourceTag {
  const annotated = annotatedTag(tag);
  return { name: tag.name, oid: annotated?.oid, commit: annotated?.object ?? tag.oid };
}

/** Claim 2, by the keyring in force and the moment of this run. */
async function verifySourceTag(
  { at, evidence }: VerifyReleaseRequest,
  tag: FetchedSourceTag | undefined,
): Promise<Claim> {
  const annotated = tag && annotatedTag(tag);
  const signature =
    annotated &&
    (await judgeSigned(
      'submission-tag',
      annotated.oid,
      signedTag(annotated.content, formatOf(annotated.oid)),
      annotated.tagger?.time ?? 0,
      at,
    ));
  return sourceTagClaim({
    tag: tag && tagToldBy(tag),
    verdict: signature?.verdict,
    signer: signature?.contributor?.id,
    submitter: evidence.contributor?.id,
    required: at.trust.keyring.policy['source-tag'] === 'require',
  });
}

/** The network failing leaves a claim unproven; it is no reason to end without a report. */
async function attempt<T>(act: () => Promise<T>, otherwise: (fault: Fault) => T): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Fault) return otherwise(error);
    throw error;
  }
}

/** A claim that says more exactly why: a finding of the same code gives way. */
function withFindings(claim: Claim, more: readonly Finding[]): Claim {
  if (more.length === 0) return claim;
  const codes = new Set(more.map(({ code }) => code));
  const others = claim.findings.filter(({ code }) => !codes.has(code));
  return settle(claim.id, claim.title, claim.status === 'upheld', [...more, ...others], claim.evidence);
}
