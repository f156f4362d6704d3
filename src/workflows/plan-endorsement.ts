import { changedFolders } from '../core/chain/package-folders.ts';
import { Fault } from '../core/fault.ts';
import type { Seconds, Signer } from '../core/ports.ts';
import type { Author } from '../core/publish/plan.ts';
import { conclude } from '../core/report/report.ts';
import type { EndorsementPlan } from '../core/review/endorsement.ts';
import type { MaintainedRemote } from '../core/review-ports.ts';
import type { ChangeStatement } from '../core/statement.ts';
import type { OwnerStatement } from '../core/statement-values.ts';
import { tagMessage } from './judged-tag.ts';
import type { SigningMeans } from './open-signing.ts';
import { keyOf, openMaintainerKey, requireBaseKeyring } from './maintainer-key.ts';
import { reviewCommits, reviewFiles } from './review-changes.ts';
import { statePackages } from './state-packages.ts';
import { examinePr, type PrReport, type VerifyPrRequest } from './verify-pr.ts';

export interface EndorsementWishes {
  readonly owners: readonly OwnerStatement[];
  /** How long the endorsement may be used. */
  readonly days: number;
  readonly key: string | undefined;
  readonly dryRun: boolean;
}

export interface EndorsementPorts {
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  readonly author: Author;
  /** Undefined: nothing is pushed. */
  readonly remote: MaintainedRemote | undefined;
  /** Whether the tag is made in the repository at hand too. */
  readonly local: boolean;
  readonly clock: () => Seconds;
}

/** A plan with what is needed to carry it out. */
export interface PreparedEndorsement {
  readonly plan: EndorsementPlan;
  /** Undefined only in a dry run. */
  readonly signing: SigningMeans | undefined;
  /** Of the tag. */
  readonly message: string;
  readonly remote: MaintainedRemote | undefined;
  readonly local: boolean;
}

export type EndorsementPlanning =
  | { readonly kind: 'planned'; readonly prepared: PreparedEndorsement; readonly report: PrReport }
  /** What the report says is not for an endorsement to mend. */
  | { readonly kind: 'refused'; readonly report: PrReport };

/** Judges a pull request and plans the endorsement of everything that it changes. Signs and writes nothing. */
export async function planEndorsement(
  request: VerifyPrRequest,
  wishes: EndorsementWishes,
  ports: EndorsementPorts,
): Promise<EndorsementPlanning> {
  const { report, step } = await examinePr(request);
  if (step === undefined || !mayMend(report)) return { kind: 'refused', report };
  const keyring = await requireBaseKeyring(request);
  const packages = await statePackages(
    step,
    changedFolders(step.changes),
    request.store,
    'endorsement.refused',
  );
  const signing = await openMaintainerKey({ ...wishes, ...ports, keyring, progress: request.progress });
  const tag = `signet/endorse/${request.head}`;
  await requireUnendorsed(tag, ports.remote);
  const statement = {
    format: 1,
    kind: 'endorsement',
    repository: keyring.keyring.repository,
    packages,
    source: undefined,
    archive: undefined,
    owners: wishes.owners,
    expires: ports.clock() + wishes.days * 24 * 60 * 60,
  } as const satisfies ChangeStatement;
  const plan: EndorsementPlan = {
    base: request.base,
    head: request.head,
    tag,
    repository: statement.repository,
    packages,
    owners: wishes.owners,
    expires: statement.expires,
    commits: await reviewCommits(request.store, report.signatures),
    files: await reviewFiles(request.store, step),
    unsigned: report.paths.filter(({ contributor }) => contributor === undefined).map(({ path }) => path),
    key: signing && keyOf(signing, keyring),
    tagger: ports.author,
    acts: [
      `sign tag ${tag}`,
      ...(ports.local ? [`make it in this repository`] : []),
      ...(ports.remote === undefined ? [] : [`push it to ${ports.remote.address}`]),
    ],
  };
  const { remote, local } = ports;
  return {
    kind: 'planned',
    prepared: { plan, signing, message: messageOf(plan, statement), remote, local },
    report,
  };
}

/** An endorsement gives paths a signature that counts. Whatever else is required must not be refuted. */
function mayMend({ required, claims, conflicts, paths }: PrReport): boolean {
  const others = required.filter((id) => id !== 'paths');
  return (
    paths.length > 0 &&
    conflicts.length === 0 &&
    (others.length === 0 || conclude(others, claims) !== 'rejected')
  );
}

async function requireUnendorsed(tag: string, remote: MaintainedRemote | undefined): Promise<void> {
  const [standing] = (await remote?.standing([`refs/tags/${tag}`])) ?? [];
  if (standing === undefined) return;
  throw new Fault(
    'endorsement.refused',
    `This head is endorsed already: ${remote?.address ?? 'the remote'} has ${tag} (${standing.oid}).`,
    'Merge it: opam-signet merge-pr. Or take the tag away first, if it is not what you meant.',
  );
}

function messageOf({ packages, head }: EndorsementPlan, statement: ChangeStatement): string {
  const names = packages.map(({ nameVersion }) => nameVersion);
  const text = `Endorse ${names.length === 0 || names.length > 8 ? head : names.join(', ')}`;
  return tagMessage(text, statement, {
    code: 'endorsement.refused',
    mend: 'Change what the message names, most likely --owner.',
  });
}
