import { Fault } from '../core/fault.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ArchiveSource, PackageRepository, SourceRemote, SourceRepository } from '../core/ports.ts';
import type { SourceForge } from '../core/publish/source-forge.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';
import type { ReleaseHost } from '../core/release-host.ts';

/** Where the acts of a submission take place. */
export interface SubmissionWorld {
  readonly source: SourceRepository;
  readonly archiveSource: Pick<ArchiveSource, 'write'>;
  readonly openReleaseHost?: (forge: SourceForge) => ReleaseHost | undefined;
  readonly repository: Pick<PackageRepository, 'acts' | 'requests'>;
  readonly kept: KeptFiles;
}

/** What was made here for a release; undefined what is needed by none of its acts. */
export interface KeptFiles {
  readonly archive: Uint8Array | undefined;
  /** The detached signature of the archive, armored. */
  readonly signature: Uint8Array | undefined;
}

/**
 * The acts of a submission in their order, made from its record alone: the run that plans them, one that goes on and
 * one that takes them back make the same acts.
 */
export function submissionActs(record: SubmissionRecord, world: SubmissionWorld): readonly OutwardAct[] {
  const { releaseTag, submission } = record;
  const { source, repository } = world;
  const { name, oid, commit, make, push } = releaseTag;
  const { uploads, publishes } = hosting(record, world);
  return [
    ...(make && oid !== null ? [source.makeTag(name, oid)] : []),
    ...(push ? [requireRemote(source).pushTag(name, oid ?? commit)] : []),
    ...writing(record, world),
    ...uploads,
    ...repository.acts(submission),
    ...publishes,
    ...repository.requests(submission),
  ];
}

function requireRemote({ remote, folder }: SourceRepository): SourceRemote {
  if (remote !== undefined) return remote;
  throw new Fault(
    'usage.argument',
    `The source repository ${folder} no longer has the remote that the release tag goes to.`,
    'Add it again: git remote add NAME URL.',
  );
}

function writing(
  { archive }: SubmissionRecord,
  { archiveSource, kept }: SubmissionWorld,
): readonly OutwardAct[] {
  return archive.file === null ? [] : [archiveSource.write(archive.file, required(kept.archive, 'archive'))];
}

/** The release stays a draft until commit and tag are there, and is public when maintainers are asked. */
function hosting(
  { archive, releaseTag }: SubmissionRecord,
  { openReleaseHost, kept }: SubmissionWorld,
): { readonly uploads: readonly OutwardAct[]; readonly publishes: readonly OutwardAct[] } {
  const { asset } = archive;
  if (asset === null) return { uploads: [], publishes: [] };
  const host = openReleaseHost?.(asset.forge);
  if (host === undefined) {
    throw new Fault(
      'repository.unsupported',
      `Release assets at ${asset.forge.url} can't be uploaded from here.`,
      'Use a version of opam-signet that can.',
    );
  }
  const release = {
    tag: releaseTag.name,
    title: asset.title,
    text: asset.text,
    files: [
      { name: asset.name, bytes: required(kept.archive, 'archive') },
      { name: `${asset.name}.asc`, bytes: required(kept.signature, 'signature of the archive') },
    ],
  };
  return { uploads: host.uploads(release), publishes: host.publishes(release) };
}

function required(bytes: Uint8Array | undefined, what: string): Uint8Array {
  if (bytes !== undefined) return bytes;
  throw new Fault(
    'file.not-found',
    `The ${what} that was made for this release is no longer beside the journal.`,
    'The journal says what was done: take it back by hand, remove its folder and publish again.',
  );
}
