import type { OutwardAct } from '../core/outward-act.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, SubmissionNames } from '../core/ports.ts';
import type { Published } from '../core/publish/outcome.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import { carryOut, type Journal } from './journal.ts';
import type { PreparedPublish } from './prepared-publish.ts';
import type { PublishPorts } from './publish-request.ts';
import { signRelease, type SignedRelease } from './sign-release.ts';

/** A submission as files that others can take it from. */
interface Parcel {
  /** For `git fetch`: branch and tag with every object that the base does not have. */
  readonly bundle: Uint8Array;
  /** For people and `git am`, which makes another commit of it: without signature. */
  readonly patch: Uint8Array;
}

interface ParcelRequest extends SubmissionNames {
  readonly base: Oid;
  readonly head: Oid;
  readonly tagOid: Oid;
}

/** Where a release is written that is sent nowhere. */
interface OutputFolder {
  readonly path: string;
  /** Whether something stands there already. */
  taken(): Promise<boolean>;
  write(files: ReadonlyMap<string, Uint8Array>): OutwardAct;
}

interface Ports extends Pick<PublishPorts, 'source' | 'archiveSource' | 'clock' | 'progress' | 'signal'> {
  readonly makeParcel: (request: ParcelRequest) => Promise<Parcel>;
  readonly output: OutputFolder;
}

/** A release that was written into a folder, and what its author still has to do. */
export interface WrittenRelease extends Published {
  readonly folder: string;
  /** Whole sentences, each with the command. */
  readonly remaining: readonly string[];
}

/** Signs and verifies a release as publishing does, and writes it into a folder. Nothing leaves this machine. */
export async function writeRelease(
  prepared: PreparedPublish,
  journal: Journal,
  ports: Ports,
): Promise<WrittenRelease> {
  const { plan, repository } = prepared;
  const signed = await signRelease(prepared, ports);
  const { releaseTag, head, submissionTag, selfCheck } = signed;
  const { branch, tag } = plan.submission;
  const parcel = await ports.makeParcel({
    ...{ branch, tag, base: plan.target.base },
    ...{ head, tagOid: submissionTag },
  });
  const files = new Map<string, Uint8Array>([
    ['commit', await contentOf(repository.store, head)],
    ['submission-tag', await contentOf(repository.store, submissionTag)],
    ...(releaseTag === undefined
      ? []
      : ([['release-tag', await contentOf(ports.source.store, releaseTag)]] as const)),
    ['submission.patch', parcel.patch],
    ['submission.bundle', parcel.bundle],
    ...archiveFiles(prepared, signed),
  ]);
  const made = plan.releaseTag.message !== undefined && releaseTag !== undefined;
  const acts = [
    ...(made ? [ports.source.makeTag(plan.releaseTag.name, releaseTag)] : []),
    ports.output.write(files),
  ];
  const account = await carryOut(acts, { ...ports, journal });
  return {
    ...{ plan, releaseTag, head, submissionTag, selfCheck, account },
    ...{
      journal: journal.path,
      folder: ports.output.path,
      remaining: remainingWork(plan, ports.output.path),
    },
  };
}

async function contentOf(store: ObjectStore, oid: Oid): Promise<Uint8Array> {
  const object = await store.read(oid);
  if (object === undefined) throw new TypeError(`${oid} was written and is gone`);
  return object.content;
}

function archiveFiles(
  { archive }: PreparedPublish,
  { kept }: SignedRelease,
): readonly (readonly [string, Uint8Array])[] {
  const path = archive.asset?.name ?? archive.file;
  if (path === undefined || kept.archive === undefined) return [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [
    [name, kept.archive],
    ...(kept.signature === undefined ? [] : ([[`${name}.asc`, kept.signature]] as const)),
  ];
}

function remainingWork(
  { releaseTag, archive, submission, target }: PublishPlan,
  folder: string,
): readonly string[] {
  const uploaded = archive.file ?? archive.asset?.name;
  return [
    ...(releaseTag.pushTo === undefined
      ? []
      : [
          `Push the release tag ${releaseTag.name} to ${releaseTag.pushTo}: git push NAME refs/tags/${releaseTag.name}`,
        ]),
    ...(uploaded === undefined ? [] : [`Upload the archive, so that ${archive.url} has it.`]),
    `Send ${folder}/submission.bundle to the maintainers of ${target.address}, who run: git fetch submission.bundle ${submission.branch} refs/tags/${submission.tag}:refs/tags/${submission.tag}`,
  ];
}
