import { type Evidence, judgeSigned, type Position } from '../core/chain/evidence.ts';
import {
  type ArchiveAtHand,
  archiveClaim,
  checksumsClaim,
  digestClaim,
  opamFileClaim,
  readSourceTree,
} from '../core/chain/release.ts';
import { sourceTagClaim } from '../core/chain/source-tag.ts';
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

/** The source of a release as it was fetched. */
interface Source {
  readonly name: string;
  readonly commit: Oid;
  readonly released: ReleasedTree;
  readonly files: Awaited<ReturnType<typeof readSourceTree>>;
  readonly claim: Claim;
}

/** Judges what a submission says of the releases that it brings (trust model, section 8). */
export async function verifyRelease(request: VerifyReleaseRequest): Promise<readonly Claim[]> {
  const { statement } = request.submission;
  const published = statement.packages.filter(({ before }) => before === NO_DIRECTORY);
  if (published.length === 0) return [];
  const digests = await Promise.all(statement.packages.map((one) => verifyDigest(request, one)));
  const source = await fetchSource(request);
  const archive = await fetchArchive(request);
  const tree = 'files' in source ? { name: source.name, files: source.files } : undefined;
  const packages = await Promise.all(
    published.map((one) =>
      verifyPackage(request, one, archive.archive, 'files' in source ? source : undefined),
    ),
  );
  return [
    'files' in source ? source.claim : source,
    withFindings(archiveClaim(archive.archive, tree), archive.findings),
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

/** Claims 3 and 4, for one package. */
async function verifyPackage(
  { store, step }: VerifyReleaseRequest,
  { nameVersion }: PackageStatement,
  archive: ArchiveAtHand,
  source: Source | undefined,
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

/** The source tag with its tree, or the claim that says why there is none. */
async function fetchSource(request: VerifyReleaseRequest): Promise<Source | Claim> {
  const { submission, sources, evidence, progress } = request;
  const stated = submission.statement.source;
  const unknown = {
    tag: undefined,
    verdict: undefined,
    signer: undefined,
    submitter: evidence.contributor?.id,
    stated,
  };
  if (stated === undefined || sources === undefined) return sourceTagClaim(unknown);
  progress.stage(`Fetching tag ${stated.tag} of ${stated.url}`);
  return attempt<Source | Claim>(
    async () => {
      const fetched = await sources.fetchTag(stated.url, stated.tag);
      if (fetched === undefined) {
        const message = `${stated.url} has no tag ${stated.tag} any more.`;
        return withFindings(sourceTagClaim(unknown), [
          finding('release.source-moved', { reference: stated.tag }, message),
        ]);
      }
      try {
        return await readSource(request, fetched, stated.tag);
      } finally {
        await fetched.close();
      }
    },
    (fault) =>
      withFindings(sourceTagClaim(unknown), [
        finding('release.source-absent', { reference: stated.url }, fault.message),
      ]),
  );
}

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
  const claim = sourceTagClaim({
    tag: { name, oid: annotated?.oid, commit },
    verdict: signature?.verdict,
    signer: signature?.contributor?.id,
    submitter: evidence.contributor?.id,
    stated: submission.statement.source,
  });
  const [files, released] = [await readSourceTree(store, commit), await readReleasedTree(store, commit)];
  return { name: `tag ${name} (commit ${commit})`, commit, released, files, claim };
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
