import type { Position } from '../core/chain/evidence.ts';
import { CommitGraph } from '../core/chain/graph.ts';
import { judgeNames } from '../core/chain/names.ts';
import type { Ownership } from '../core/chain/ownership.ts';
import { type ChangedFolder, changedFolders } from '../core/chain/package-folders.ts';
import { isKeyringPath, type Step } from '../core/chain/step.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ReviewedFile } from '../core/review/changes.ts';
import type { ResignPlan } from '../core/review/resignation.ts';
import type { ChangeStatement } from '../core/statement.ts';
import { submissionBranch } from '../core/submission-tag.ts';
import { hasAuthority } from '../core/trust/authority.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import {
  findSubmission,
  requireSame,
  type StandingSubmission,
  type SubmissionPlace,
} from './find-submission.ts';
import { tagMessage } from './judged-tag.ts';
import { keyOf, openKeyOf } from './maintainer-key.ts';
import type { SigningMeans } from './open-signing.ts';
import type { EndorsementPorts } from './plan-endorsement.ts';
import { requireStatedArchive } from './stated-archive.ts';
import { reviewCommits, reviewFiles } from './review-changes.ts';
import { statePackages } from './state-packages.ts';
import { verifyBase } from './verify-base.ts';
import { examinePr, type PrReport, type VerifyPrRequest } from './verify-pr.ts';

export interface ResignWishes {
  /** Which submission tag is meant; undefined: the only one. */
  readonly tag: string | undefined;
  /** How long the new signature may be used. */
  readonly days: number;
  readonly key: string | undefined;
  readonly dryRun: boolean;
}

export interface ResignPorts extends Pick<EndorsementPorts, 'openSigner' | 'author' | 'clock'> {
  readonly place: SubmissionPlace;
}

/** A plan with what is needed to carry it out. */
export interface PreparedResignation {
  readonly plan: ResignPlan;
  /** Undefined only in a dry run. */
  readonly signing: SigningMeans | undefined;
  /** Of the tag. */
  readonly message: string;
  readonly place: SubmissionPlace;
  /** What must stand at the remote until it is replaced; undefined: nothing. */
  readonly leased: Oid | undefined;
}

export type ResignPlanning =
  | { readonly kind: 'planned'; readonly prepared: PreparedResignation; readonly report: PrReport }
  /** What the report says is not for a signature to mend. */
  | { readonly kind: 'refused'; readonly report: PrReport };

/** Finds what others changed since an author signed, and plans the signature for the head now. Writes nothing. */
export async function planResignation(
  request: VerifyPrRequest,
  wishes: ResignWishes,
  ports: ResignPorts,
): Promise<ResignPlanning> {
  const foundation = await verifyBase(request);
  const { report, step } = await examinePr({ ...request, sources: undefined }, foundation);
  const { ledger } = foundation;
  if (ledger === undefined || step === undefined || report.conflicts.length > 0) {
    return { kind: 'refused', report };
  }
  requireNoKeyringChange(step);
  const keyring = ledger.keyrings.inForce;
  const submission = await requireChanged(request, wishes, ports, step, keyring);
  const { statement, tag: old, reference } = submission.signet;
  const folders = foldersToState(step, report, submission);
  requireAuthority(folders, step, { keyring, ownership: ledger.ownership }, submission.contributor);
  await requireStatedArchive(request.store, step, submission.signet);
  const { clock, author, place } = ports;
  const signing = await openKeyOf(
    { ...wishes, ...ports, keyring, progress: request.progress },
    submission.contributor,
  );
  const standing = place.remote && (await requireSame(place.remote, submission));
  const packages = await statePackages(step, folders, request.store, 'resign.refused');
  const renewed = {
    ...statement,
    kind: 'submission',
    packages,
    // Only a maintainer enrols, and only by an endorsement (trust model, section 4).
    owners: [],
    expires: clock() + wishes.days * 24 * 60 * 60,
  } as const satisfies ChangeStatement;
  const plan: ResignPlan = {
    repository: renewed.repository,
    packages,
    source: renewed.source,
    archive: renewed.archive,
    expires: renewed.expires,
    base: request.base,
    head: request.head,
    tag: old.name,
    previous: { oid: old.oid, head: old.object },
    contributor: submission.contributor,
    commits: await commitsSince(old.object, request, report),
    files: await filesSince(old.object, request, step, submission),
    key: signing && keyOf(signing, keyring),
    tagger: author,
    acts: [
      `sign tag ${old.name} for ${request.head}`,
      ...(place.remote === undefined ? [] : [`replace ${reference} at ${place.remote.address}`]),
      ...(place.local ? ['replace it in this repository'] : []),
    ],
  };
  const text = `Submit ${packages.map(({ nameVersion }) => nameVersion).join(', ')}`;
  const mend = 'Submit the release anew: opam-signet publish.';
  const message = tagMessage(text, renewed, { code: 'resign.refused', mend });
  return {
    kind: 'planned',
    prepared: { plan, signing, message, place, leased: standing?.oid },
    report,
  };
}

function requireNoKeyringChange({ changes }: Step): void {
  const touched = changes.find(({ path }) => isKeyringPath(path));
  if (touched === undefined) return;
  throw new Fault(
    'resign.refused',
    `The pull request changes ${touched.path}: the keyring is nothing that a submission may sign for.`,
    'Have it taken out of the pull request: the keyring changes in one of its own.',
  );
}

async function requireChanged(
  { store, base, head, now }: VerifyPrRequest,
  { tag }: ResignWishes,
  { place }: ResignPorts,
  { changes }: Step,
  keyring: KeyringState,
): Promise<StandingSubmission> {
  const at: Position = { now, time: now, trust: keyring, tip: keyring, reattested: false };
  const nameVersions = [...changedFolders(changes)].map(({ nameVersion }) => nameVersion);
  const submission = await findSubmission(store, place, { nameVersions, tag }, at);
  const { tag: standing } = submission.signet;
  if (standing.object !== head || !submission.fit) return submission;
  const moved = await movedBranch(place, submission);
  if (moved !== undefined) throw named(moved, base);
  throw new Fault(
    'resign.refused',
    `Nothing changed since you signed: tag ${standing.name} (${standing.oid}) is on the head ${head} and is still good.`,
    'There is nothing to do. If the branch has moved on, name its head: opam-signet resign BASE..HEAD.',
  );
}

interface MovedBranch {
  readonly branch: string;
  readonly head: Oid;
  readonly address: string;
}

/** The submission's branch at the remote, where it stands elsewhere than the tag: a tag does not tell of it. */
async function movedBranch(
  { remote }: SubmissionPlace,
  { signet: { tag } }: StandingSubmission,
): Promise<MovedBranch | undefined> {
  const branch = submissionBranch(tag.name);
  const [standing] = (await remote?.standing([`refs/heads/${branch}`])) ?? [];
  if (remote === undefined || standing === undefined || standing.oid === tag.object) return undefined;
  return { branch, head: standing.oid, address: remote.address };
}

const named = ({ branch, head, address }: MovedBranch, base: Oid): Fault =>
  new Fault(
    'resign.refused',
    `What was named is the head that you signed. Branch ${branch} at ${address} has moved on since, to ${head}.`,
    `Name it: git fetch ${address} ${branch} && opam-signet resign ${base}..${head}. Or give the number of its pull request.`,
  );

/** What the submission stated before, and whatever nobody with authority has signed for. */
function foldersToState(
  { changes }: Step,
  { paths }: PrReport,
  { signet }: StandingSubmission,
): readonly ChangedFolder[] {
  const before = new Set(signet.statement.packages.map(({ nameVersion }) => nameVersion));
  const unsigned = paths.flatMap(({ path, contributor }) => (contributor === undefined ? [path] : []));
  return [...changedFolders(changes)].filter(
    ({ nameVersion, folder }) =>
      before.has(nameVersion) || unsigned.some((path) => path.startsWith(`${folder}/`)),
  );
}

function requireAuthority(
  folders: readonly ChangedFolder[],
  { changes }: Step,
  { keyring, ownership }: { readonly keyring: KeyringState; readonly ownership: Ownership },
  id: string,
): void {
  const contributor = keyring.keyring.contributors.get(id);
  const names = judgeNames(changes, ownership, keyring.keyring);
  const foreign = folders.find(
    ({ folder }) =>
      contributor === undefined || !hasAuthority(contributor, names.authorityOver(`${folder}/opam`)),
  );
  if (foreign === undefined) return;
  throw new Fault(
    'resign.refused',
    `The pull request changes ${foreign.folder}, over which ${id} has no authority, so that ${id}'s signature would not count.`,
    'Have a maintainer answer for it: opam-signet endorse.',
  );
}

async function commitsSince(old: Oid, { store, head }: VerifyPrRequest, { signatures }: PrReport) {
  const graph = await CommitGraph.load(store, [old, head]);
  return reviewCommits(
    store,
    signatures.filter(({ kind, object }) => kind === 'commit' && !graph.isAncestor(object, old)),
  );
}

/** What differs between the two heads of what the pull request is about; the base may have moved on in between. */
async function filesSince(
  old: Oid,
  { store, head }: VerifyPrRequest,
  step: Step,
  { signet }: StandingSubmission,
): Promise<readonly ReviewedFile[]> {
  const paths = new Set(step.changes.map(({ path }) => path));
  const stated = new Set(signet.statement.packages.map(({ nameVersion }) => nameVersion));
  const since = await store.changes(old, head);
  const folders = [...changedFolders(since)].filter(({ nameVersion }) => stated.has(nameVersion));
  const changes = since.filter(
    ({ path }) => paths.has(path) || folders.some(({ folder }) => path.startsWith(`${folder}/`)),
  );
  return reviewFiles(store, { ...step, parent: old, changes });
}
