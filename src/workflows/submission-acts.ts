import type { OutwardAct } from '../core/outward-act.ts';
import type { ArchiveSource, PackageRepository, SourceRepository } from '../core/ports.ts';
import type { SubmissionRecord } from '../core/publish/submission-record.ts';

/** Where the acts of a submission take place. */
export interface SubmissionWorld {
  readonly source: SourceRepository;
  readonly archiveSource: Pick<ArchiveSource, 'write'>;
  readonly repository: Pick<PackageRepository, 'acts' | 'requests'>;
  /** The archive that was made for this release; undefined if there is none. */
  readonly archive: Uint8Array | undefined;
}

/**
 * The acts of a submission in their order, made from its record alone: the run that plans them, one that goes on and
 * one that takes them back make the same acts.
 */
export function submissionActs(
  { releaseTag, archive, submission }: SubmissionRecord,
  { source, archiveSource, repository, archive: bytes }: SubmissionWorld,
): readonly OutwardAct[] {
  const { name, oid, commit, make, push } = releaseTag;
  const pushed = push ? source.remote?.pushTag(name, oid ?? commit) : undefined;
  const written =
    archive.file === null || bytes === undefined ? undefined : archiveSource.write(archive.file, bytes);
  return [
    ...(make && oid !== null ? [source.makeTag(name, oid)] : []),
    ...(pushed === undefined ? [] : [pushed]),
    ...(written === undefined ? [] : [written]),
    ...repository.acts(submission),
    ...repository.requests(submission),
  ];
}
