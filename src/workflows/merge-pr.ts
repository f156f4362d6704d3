import { sameEntry } from '../core/chain/step.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { OverlayStore } from '../core/git/overlay-store.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import { showPath } from '../core/opam/path-rules.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { Merged, MergePlan } from '../core/review/merge.ts';
import type { ReferenceUpdate } from '../core/review-ports.ts';
import { mergedTree } from './imagine-button.ts';
import { carryOut, type Journal } from './journal.ts';
import { judgeResult, type MergePorts, type PreparedMerge } from './plan-merge.ts';
import { requireSigning } from './open-signing.ts';
import { writeSignedCommit } from './signing.ts';
import type { VerifyPrRequest } from './verify-pr.ts';
import type { RepoReport } from './verify-repo.ts';

type ForgeAtHand = NonNullable<MergePorts['forge']>;

export interface MergeWorld extends MergePorts {
  readonly journal: Journal;
  /** What stands as the head of the pull request now; undefined where nothing but its id is known. */
  readonly currentHead: () => Promise<Oid | undefined>;
  /** Fetches the branch again and returns where it stands. */
  readonly fetchBase: () => Promise<Oid>;
}

/** Carries out a merge that was agreed to. A head or a base that moved meanwhile stops everything. */
export function mergePr(
  prepared: PreparedMerge,
  request: VerifyPrRequest,
  world: MergeWorld,
): Promise<Merged> {
  const { method } = prepared.plan;
  return method === 'signed'
    ? mergeByCommit(prepared, request, world)
    : pressButton(prepared, method, request, world);
}

/** The merge commit is signed and judged in memory; only then is it kept and pushed. */
async function mergeByCommit(
  { plan, step, signing }: PreparedMerge,
  request: VerifyPrRequest,
  world: MergeWorld,
): Promise<Merged> {
  const { signer } = requireSigning(signing);
  // gpg may ask for a passphrase in this terminal.
  request.progress.end();
  const store = new OverlayStore(request.store);
  const committer = { ...plan.author, time: world.clock() };
  const tree = await mergedTree(store, step);
  const commit = await writeSignedCommit(
    store,
    signer,
    { tree, parents: [plan.base, plan.head], author: committer, committer, message: plan.message ?? '' },
    await embedded(plan, request.store),
  );
  const report = await judgeResult({ ...request, store, now: world.clock() }, commit);
  request.progress.end();
  if (report.conclusion !== 'verified') throw resultRefused(report);
  await requireHead(plan.head, world);
  await store.keep();
  const branch = { name: `refs/heads/${plan.branch}`, oid: commit, expected: plan.base };
  const act = world.remote.push([branch, ...tagUpdates(plan)]);
  const account = await carryOut([act], world);
  const known = account.failed === undefined ? { commit, report } : { commit: undefined, report: undefined };
  return { plan, ...known, account, journal: world.journal.path };
}

/** The bytes of the tags that the merge commit carries. */
async function embedded({ tags }: PreparedMerge['plan'], store: ObjectStore): Promise<readonly Uint8Array[]> {
  const objects = await Promise.all(tags.filter((tag) => tag.embedded).map(({ oid }) => store.read(oid)));
  return objects.flatMap((object) => (object === undefined ? [] : [object.content]));
}

const tagUpdates = ({ tags }: PreparedMerge['plan']): readonly ReferenceUpdate[] =>
  tags
    .filter(({ push }) => push)
    .map(({ name, oid }) => ({ name: `refs/tags/${name}`, oid, expected: undefined }));

const resultRefused = ({ conclusion, findings }: RepoReport): Fault => {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return new Fault(
    'merge.refused',
    `With this merge the branch would be ${conclusion}, so nothing was pushed. ${errors.map(({ message }) => message).join(' ')}`.trimEnd(),
    errors[0]?.mend ?? 'See what verify-repo says of the base.',
  );
};

/** Whoever may push to the pull request can change it while a maintainer looks at it (trust model, section 5). */
async function requireHead(verified: Oid, { currentHead }: MergeWorld): Promise<void> {
  const now = await currentHead();
  if (now === undefined || now === verified) return;
  throw new Fault(
    'merge.refused',
    `The head of the pull request moved from ${verified} to ${now} after it was verified. Nothing was merged.`,
    'Look at what changed, and run merge-pr again.',
  );
}

/** Its author chooses what a pull request is for, also while a maintainer looks at it. */
async function requireTarget({ branch }: MergePlan, { review, pull }: ForgeAtHand): Promise<void> {
  const { base, state } = await review.pullRequest(pull.number);
  if (base === branch && state === 'open') return;
  throw new Fault(
    'merge.refused',
    `Pull request ${pull.number} was verified for branch ${branch}; it is ${state} now, and for ${base}. Nothing was merged.`,
    'Look at it again, and run merge-pr again.',
  );
}

/** What a forge says of a merge is no proof of it: every change that was verified must stand on the branch. */
async function requireArrived(
  { plan, step }: PreparedMerge,
  commit: Oid,
  { store }: VerifyPrRequest,
): Promise<void> {
  const arrived = new Map((await store.changes(plan.base, commit)).map(({ path, after }) => [path, after]));
  const missing = step.changes.find(
    ({ path, after }) => !arrived.has(path) || !sameEntry(arrived.get(path), after),
  );
  if (missing === undefined) return;
  throw new Fault(
    'merge.unconfirmed',
    `The button was pressed, but branch ${plan.branch} of ${plan.to} is at ${commit}, where ${showPath(missing.path)} is not as it was verified.`,
    'Look at the pull request and at the branch: the merge may have gone elsewhere, or somebody pushed since.',
  );
}

/** The evidence is brought to safety first: after a squash there is no other. */
async function pressButton(
  prepared: PreparedMerge,
  method: Exclude<PreparedMerge['plan']['method'], 'signed'>,
  request: VerifyPrRequest,
  world: MergeWorld,
): Promise<Merged> {
  const { plan } = prepared;
  const { forge, remote, fetchBase, journal } = world;
  if (forge === undefined) {
    throw new Fault(
      'usage.argument',
      'There is no button: the pull request is at no forge.',
      'Leave out --button.',
    );
  }
  await requireHead(plan.head, world);
  await requireTarget(plan, forge);
  const updates = tagUpdates(plan);
  const acts: readonly OutwardAct[] = [
    ...(updates.length === 0 ? [] : [remote.push(updates)]),
    forge.review.merge({ number: forge.pull.number, head: plan.head, method }),
  ];
  const account = await carryOut(acts, world);
  if (account.failed !== undefined) {
    return { plan, commit: undefined, report: undefined, account, journal: journal.path };
  }
  const commit = await fetchBase();
  await requireArrived(prepared, commit, request);
  const report = await judgeResult({ ...request, now: world.clock() }, commit);
  request.progress.end();
  return { plan, commit, report, account, journal: journal.path };
}
