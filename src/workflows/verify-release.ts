import { type Evidence, judgeSigned, type Position } from '../core/chain/evidence.ts';
import {
  type ArchiveAtHand,
  archiveClaim,
  checksumsClaim,
  digestClaim,
  opamFileClaim,
  readSourceTree,
} from '../core/chain/release.ts';
import { sourceClaim, sourceTagClaim } from '../core/chain/source-tag.ts';
import { packageDigests } from '../core/chain/statements.ts';
import type { Step } from '../core/chain/step.ts';
import type { SignetTag } from '../core/chain/tags.ts';
import { NO_DIRECTORY } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import { parseTag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { signedTag } from '../core/git/signed-object.ts';
import type { OpamFile } from '../core/opam/ast.ts';
import { parseOpamFile } from '../core/opam/opam-file.ts';
import type { FetchedTag, ObjectStore, Progress, ReleaseSources } from '../core/ports.ts';
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
}

/** The source of a release as far as it could be fetched. */
interface Source {
  readonly claims: readonly Claim[];
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
export async function verifyRelease(request: VerifyReleaseRequest): Promise<readonly Claim[]> {
  const { statement } = request.submission;
  const published = statement.packages.filter(({ before }) => before === NO_DIRECTORY);
  if (published.length === 0) return [];
  const digests = await Promise.all(statement.packages.map((one) => verifyDigest(request, one)));
  const source = await fetchSource(request);
  const archive = await fetchArchive(request);
  const packages = await Promise.all(
    published.map((one) => verifyPackage(request, one, archive.archive, source.tree)),
  );
  return [
    ...source.claims,
    withFindings(archiveClaim(archive.archive, source.tree), archive.findings),
    ...packages.flat(),
    ...digests,
  ];
}

async function verifyDigest({ store, step }: VerifyReleaseRequest, stated: PackageStatement): Promise<Claim> {
  const { before, after } = await packageDigests(step, folderOf(stated.nameVersion), store);
  const found = { nameVersion: stated.nameVersion, before, after };
  return digestClaim(found, stated);
}

const folderOf = (nameVersion: string): string =>
  `packages/${nameVersion.slice(0, nameVersion.indexOf('.'))}/${nameVersion}`;

/** Claims 4 and 5, for one package. */
async function verifyPackage(
  { store, step }: VerifyReleaseRequest,
  { nameVersion }: PackageStatement,
  archive: ArchiveAtHand,
  source: TaggedTree | undefined,
): Promise<readonly Claim[]> {
  const path = `${folderOf(nameVersion)}/opam`;
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
  return [checksumsClaim(parsed.value, path, archive), opamFileClaim(parsed.value, path, origin)];
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
      findings: [finding('release.archive-absent', { reference: stated.url }, fault.message)],
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
        finding('release.source-absent', { reference: stated.url }, fault.message),
      ]),
  );
}

function withoutTree(
  { submission, evidence, at }: VerifyReleaseRequest,
  tag: 'gone' | 'unknown',
  why: readonly Finding[] = [],
): Source {
  const signed = sourceTagClaim({
    tag: undefined,
    verdict: undefined,
    signer: undefined,
    submitter: evidence.contributor?.id,
    required: requiresSignedTag(at),
  });
  return {
    claims: [withFindings(sourceClaim(tag, submission.statement.source), why), signed],
    tree: undefined,
  };
}

const requiresSignedTag = ({ trust }: Position): boolean => trust.keyring.policy['source-tag'] === 'require';

async function readSource(
  request: VerifyReleaseRequest,
  { store, oid }: FetchedTag,
  name: string,
): Promise<Source> {
  const { at, evidence, submission } = request;
  const object = await store.read(oid);
  const parsed = object?.type === 'tag' ? parseTag(object.content, store.format) : undefined;
  const annotated = parsed?.ok === true && parsed.value.objectType === 'commit' ? parsed.value : undefined;
  const commit = annotated?.object ?? oid;
  const signature =
    annotated &&
    judgeSigned(
      'submission-tag',
      oid,
      signedTag(annotated.content, store.format),
      annotated.tagger?.time ?? 0,
      at,
    );
  const tag = { name, oid: annotated?.oid, commit };
  const signed = sourceTagClaim({
    tag,
    verdict: signature?.verdict,
    signer: signature?.contributor?.id,
    submitter: evidence.contributor?.id,
    required: requiresSignedTag(at),
  });
  const [files, released] = [await readSourceTree(store, commit), await readReleasedTree(store, commit)];
  return {
    claims: [sourceClaim(tag, submission.statement.source), signed],
    tree: { name: `tag ${name} (commit ${commit})`, commit, released, files },
  };
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
