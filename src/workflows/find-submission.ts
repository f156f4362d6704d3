import type { Position } from '../core/chain/evidence.ts';
import { judgeTag, readTag, type SignetTag } from '../core/chain/tags.ts';
import { Fault } from '../core/fault.ts';
import type { ObjectStore, Reference } from '../core/ports.ts';
import type { MaintainedRemote } from '../core/review-ports.ts';
import { submissionTagName } from '../core/submission-tag.ts';

/** Where an author's submission stands: the fork of a pull request, or the remote that it was pushed to. */
export interface SubmissionPlace {
  /** Undefined: in the repository at hand only. */
  readonly remote: MaintainedRemote | undefined;
  /** The tags of these whole names, with their objects in the store. */
  readonly tags: (names: readonly string[]) => Promise<readonly Reference[]>;
  /** Whether the tag stands in the repository at hand too. */
  readonly local: boolean;
}

/** A submission that was signed for an earlier head. */
export interface StandingSubmission {
  readonly signet: SignetTag & { readonly reference: string };
  /** Whoever signed it, by the keyring in force. */
  readonly contributor: string;
  /** Whether it could still be used where it stands. */
  readonly fit: boolean;
}

/** Finds the one submission tag that speaks of these package versions: by its name, or because it is the only one. */
export async function findSubmission(
  store: ObjectStore,
  { tags }: SubmissionPlace,
  wanted: { readonly nameVersions: readonly string[]; readonly tag: string | undefined },
  at: Position,
): Promise<StandingSubmission> {
  const names = wanted.nameVersions.map((nameVersion) => `refs/tags/${submissionTagName(nameVersion)}`);
  const named = wanted.tag === undefined ? undefined : `refs/tags/${wanted.tag.replace(/^refs\/tags\//, '')}`;
  const found: SignetTag[] = [];
  const broken: string[] = [];
  for (const reference of await tags(named === undefined ? names : names.filter((name) => name === named))) {
    const reading = await readTag(store, reference);
    if (!reading.ok) broken.push(reading.finding.message);
    else if (reading.signet.statement.kind === 'submission') found.push(reading.signet);
  }
  const [signet, ...more] = found;
  if (signet?.reference === undefined) throw nothingFound(named ?? names.join(', '), broken);
  if (more.length > 0) throw severalFound(found);
  const { evidence, unfit } = await judgeTag(signet, store.format, at);
  if (evidence.contributor === undefined) {
    throw new Fault(
      'resign.refused',
      `Tag ${signet.tag.name} (${signet.tag.oid}) bears no good signature of a contributor of the keyring in force: ${evidence.verdict.message}`,
      "It is nobody's to renew. Submit the release anew: opam-signet publish.",
    );
  }
  const { reference } = signet;
  return {
    signet: { ...signet, reference },
    contributor: evidence.contributor.id,
    fit: unfit === undefined,
  };
}

const nothingFound = (looked: string, broken: readonly string[]): Fault =>
  new Fault(
    'resign.refused',
    `There is no submission tag to sign again. These names were looked for: ${looked === '' ? 'none, for the pull request changes no package' : looked}. ${broken.join(' ')}`.trimEnd(),
    'If the submission was pushed elsewhere, name that place with --remote. Otherwise submit the release: opam-signet publish.',
  );

const severalFound = (found: readonly SignetTag[]): Fault =>
  new Fault(
    'usage.missing-answers',
    `There are several submission tags that speak of this change: ${found.map(({ tag }) => tag.name).join(', ')}.`,
    `Say which one you mean: --tag ${found[0]?.tag.name ?? 'TAG'}.`,
  );

/** Requires that the remote has the very tag that was found, or none: what would be moved there is what was read here. */
export async function requireSame(
  remote: MaintainedRemote,
  { signet }: StandingSubmission,
): Promise<Reference | undefined> {
  const [standing] = await remote.standing([signet.reference]);
  if (standing === undefined || standing.oid === signet.tag.oid) return standing;
  throw new Fault(
    'reference.moved',
    `${remote.address} has ${signet.reference} at ${standing.oid}; the one at hand is ${signet.tag.oid}.`,
    `Fetch it and look at it: git fetch ${remote.address} +${signet.reference}:${signet.reference}`,
  );
}
