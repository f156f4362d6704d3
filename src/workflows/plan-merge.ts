import type { Step } from '../core/chain/step.ts';
import { Fault } from '../core/fault.ts';
import { parseTag } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import { OverlayStore } from '../core/git/overlay-store.ts';
import type { Seconds, Signer } from '../core/ports.ts';
import type { Author } from '../core/publish/plan.ts';
import type { MergedTag, MergePlan } from '../core/review/merge.ts';
import type { MaintainedRemote, MergeMethod, PullRequest, ReviewForge } from '../core/review-ports.ts';
import type { TrustSource } from './establish-trust.ts';
import { imagineButton } from './imagine-button.ts';
import { keyOf, openMaintainerKey, requireBaseKeyring } from './maintainer-key.ts';
import { mergeMessage } from './merge-message.ts';
import type { SigningMeans } from './open-signing.ts';
import { examinePr, type PrReport, type VerifyPrRequest } from './verify-pr.ts';
import { type RepoReport, verifyRepo } from './verify-repo.ts';

export interface MergeWishes {
  /** The forge's button; undefined: a merge commit of one's own. */
  readonly button: MergeMethod | undefined;
  readonly key: string | undefined;
  readonly dryRun: boolean;
}

export interface MergePorts {
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  readonly author: Author;
  readonly remote: MaintainedRemote;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** Undefined: there is nothing but git. */
  readonly forge: { readonly review: ReviewForge; readonly pull: PullRequest } | undefined;
  readonly clock: () => Seconds;
}

/** A plan with what is needed to carry it out. */
export interface PreparedMerge {
  readonly plan: MergePlan;
  readonly step: Step;
  /** Undefined in a dry run, and where a button is pressed. */
  readonly signing: SigningMeans | undefined;
}

export type MergePlanning =
  | { readonly kind: 'planned'; readonly prepared: PreparedMerge; readonly report: PrReport }
  | { readonly kind: 'refused'; readonly report: PrReport | RepoReport };

/** Judges a pull request and plans to merge it. Signs and writes nothing. */
export async function planMerge(
  request: VerifyPrRequest,
  wishes: MergeWishes,
  ports: MergePorts,
): Promise<MergePlanning> {
  const { report, step } = await examinePr(request);
  if (step === undefined || report.conclusion !== 'verified') return { kind: 'refused', report };
  if (step.conflicts.length > 0) throw conflicting(step);
  const foreseen = wishes.button && (await foresee(request, step, wishes.button, ports));
  if (foreseen !== undefined && foreseen.conclusion !== 'verified') {
    return { kind: 'refused', report: foreseen };
  }
  const keyring = await requireBaseKeyring(request);
  const signing =
    wishes.button === undefined
      ? await openMaintainerKey({ ...wishes, ...ports, keyring, progress: request.progress })
      : undefined;
  const tags = await tagsOf(report, request, ports.remote);
  const { number, title } = ports.forge?.pull ?? { number: undefined, title: undefined };
  const [tag] = tags.filter(({ embedded }) => embedded).map(({ name }) => name);
  const plan: MergePlan = {
    base: request.base,
    head: request.head,
    branch: ports.branch,
    method: wishes.button ?? 'signed',
    message:
      wishes.button === undefined ? mergeMessage({ head: request.head, number, title, tag }) : undefined,
    tags,
    foreseen: foreseen?.conclusion,
    key: signing && keyOf(signing, keyring),
    author: ports.author,
    to: ports.remote.address,
    acts: actsOf(wishes, tags, ports),
  };
  return { kind: 'planned', prepared: { plan, step, signing }, report };
}

const conflicting = ({ conflicts }: Step): Fault =>
  new Fault(
    'merge.refused',
    `There is no clean merge: ${conflicts.join(', ')} was changed on the base too.`,
    'Have the author rebase, and sign again.',
  );

/** What verify-repo will say of what a button makes: squashing and rebasing lose what rests on the commits alone. */
async function foresee(
  request: VerifyPrRequest,
  step: Step,
  method: MergeMethod,
  { clock }: MergePorts,
): Promise<RepoReport> {
  const store = new OverlayStore(request.store);
  const forge = { name: 'Forge', email: 'forge@invalid', time: clock(), zone: '+0000' };
  const head = await imagineButton(store, step, method, forge);
  return judgeResult({ ...request, store, now: clock() }, head);
}

/** verify-repo of the base branch as it is after the merge; with a fixed keyring from the base on. */
export async function judgeResult(
  { store, base, trust, now, progress, memory }: VerifyPrRequest,
  head: Oid,
): Promise<RepoReport> {
  const source: TrustSource = trust.kind === 'fixed' ? { ...trust, from: base } : trust;
  return (await verifyRepo({ store, head, trust: source, now, progress, memory })).report;
}

/** The tags that paths are attributed by, and those on the head that may yet be needed. */
async function tagsOf(
  { paths, signatures, head }: PrReport,
  { store }: VerifyPrRequest,
  remote: MaintainedRemote,
): Promise<readonly MergedTag[]> {
  const evidence = [...signatures, ...paths.flatMap((path) => path.evidence ?? [])];
  const oids = new Set(evidence.filter(({ kind }) => kind !== 'commit').map(({ object }) => object));
  const tags: Omit<MergedTag, 'push'>[] = [];
  for (const oid of oids) {
    const stored = await store.read(oid);
    const parsed = stored && parseTag(stored.content, store.format);
    if (parsed?.ok !== true) continue;
    tags.push({ name: parsed.value.name, oid, embedded: parsed.value.object === head });
  }
  const standing = await remote.standing(tags.map(({ name }) => `refs/tags/${name}`));
  const names = new Set(standing.map(({ name }) => name));
  // One that stands under the name is never moved: what the merge commit embeds needs no reference.
  return tags.map((tag) => ({ ...tag, push: !names.has(`refs/tags/${tag.name}`) }));
}

function actsOf(
  { button }: MergeWishes,
  tags: readonly MergedTag[],
  { remote, branch, forge }: MergePorts,
): readonly string[] {
  const pushed = tags.filter(({ push }) => push).map(({ name }) => `tag ${name}`);
  if (button === undefined) {
    return [
      'sign the merge commit, and judge it as verify-repo does',
      `push ${[`branch ${branch}`, ...pushed].join(', ')} to ${remote.address}, if nobody was faster`,
    ];
  }
  return [
    ...(pushed.length === 0 ? [] : [`push ${pushed.join(', ')} to ${remote.address}`]),
    `press the button of ${forge?.review.title ?? 'the forge'}: ${button}, if the head is still the one that was verified`,
    `fetch ${branch} and judge it as verify-repo does`,
  ];
}
