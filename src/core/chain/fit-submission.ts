import { NO_DIRECTORY } from '../digest.ts';
import type { ObjectStore, RepositoryPath } from '../ports.ts';
import type { Statement } from '../statement.ts';
import type { PackageStatement } from '../statement-values.ts';
import { isEntitled } from './attribution.ts';
import type { Evidence, Position } from './evidence.ts';
import type { NewNames } from './names.ts';
import { packageFolder } from './package-folders.ts';
import { judgeTag, type SignetTag, type TagReading } from './tags.ts';

/** A submission tag that is fit. */
export interface FitSubmission {
  readonly submission: SignetTag;
  readonly evidence: Evidence;
  /** Whether the step changes every package that it states, and its signer has authority over each. */
  readonly entitled: boolean;
}

/** The package versions that a submission brings. */
export const releasedBy = ({ statement }: SignetTag): readonly PackageStatement[] =>
  statement.packages.filter(({ before }) => before === NO_DIRECTORY);

/** Whether a tag releases something: one that does not must not hide one that does. */
export const isRelease = (reading: TagReading): boolean =>
  reading.ok && reading.signet.statement.kind === 'submission' && releasedBy(reading.signet).length > 0;

/** What a step changes, and who may. */
export interface Changed extends Pick<NewNames, 'authorityOver'> {
  readonly paths: ReadonlySet<RepositoryPath>;
}

/**
 * The submission that the release claims are judged for (trust model, section 8): the first that is fit and whose signer
 * may release what it states. Any contributor can put a tag on any head; it must not stand in for the owner's.
 */
export async function fitSubmission(
  readings: readonly TagReading[],
  changed: Changed,
  { format }: Pick<ObjectStore, 'format'>,
  at: Position,
): Promise<FitSubmission | undefined> {
  let other: FitSubmission | undefined;
  for (const reading of readings) {
    if (!reading.ok || reading.signet.statement.kind !== 'submission') continue;
    const { signet: submission } = reading;
    const { evidence, unfit } = await judgeTag(submission, format, at);
    if (unfit !== undefined) continue;
    const entitled = mayRelease(evidence, submission.statement, changed);
    if (entitled) return { submission, evidence, entitled };
    other ??= { submission, evidence, entitled };
  }
  return other;
}

const mayRelease = (evidence: Evidence, { packages }: Statement, changed: Changed): boolean =>
  packages.every(({ nameVersion }) => {
    const path = `${packageFolder(nameVersion)}/opam`;
    return changed.paths.has(path) && isEntitled(evidence, changed.authorityOver(path));
  });
