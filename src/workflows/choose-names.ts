import { isReferenceName } from '../core/git/reference.ts';
import type { PackageRepository, Reference, SubmissionNames } from '../core/ports.ts';
import type { Author } from '../core/publish/plan.ts';
import type { Note } from '../core/publish/problem.ts';
import type { StandingObject, StandingWork } from '../core/publish/standing-work.ts';
import { submissionBranch, submissionTagName } from '../core/submission-tag.ts';
import type { Release } from './choose-release.ts';
import type { PublishOptions } from './publish-request.ts';

/** The names of a submission, with what the push would overwrite under them. */
export interface ChosenNames extends SubmissionNames {
  /** Undefined: nothing stands there. */
  readonly overwritten: StandingWork | undefined;
}

interface Means {
  readonly options: Pick<PublishOptions, 'branch'>;
  readonly author: Author | undefined;
  readonly note: Note;
}

/**
 * Branch and tag of the submission. Where either stands already, whoever publishes is shown what would be lost, and
 * asks for it by a flag.
 */
export async function chooseNames(
  { packages, version }: Pick<Release, 'packages' | 'version'>,
  repository: Pick<PackageRepository, 'standing' | 'work'>,
  { options, author, note }: Means,
): Promise<ChosenNames | undefined> {
  const tag = submissionTagName(`${packages[0].name}.${version}`);
  const branch = options.branch ?? submissionBranch(tag);
  const [branchName, tagName] = [`refs/heads/${branch}`, `refs/tags/${tag}`];
  if (!isReferenceName(branchName)) {
    note('target.branch-name', `"${branch}" is no name for a branch.`, 'Choose another: --branch NAME.');
    return undefined;
  }
  const standing = await repository.standing([branchName, tagName]);
  if (standing.length === 0) return { branch, tag, overwritten: undefined };
  const overwritten = await repository.work(standing);
  const at = (name: string) => standing.find((one) => one.name === name);
  const [oldBranch, oldTag] = [at(branchName), at(tagName)];
  if (oldBranch !== undefined) noteBranch(branch, oldBranch, overwritten, author, note);
  if (oldTag !== undefined) noteTag(tag, oldTag, overwritten, note);
  const replaced = {
    ...(oldBranch && { branch: oldBranch.oid }),
    ...(oldTag && { tag: oldTag.oid }),
  };
  return { branch, tag, replaced, overwritten };
}

function noteBranch(
  branch: string,
  { oid }: Reference,
  { commits, more }: StandingWork,
  author: Author | undefined,
  note: Note,
): void {
  const others = commits.filter((one) => author === undefined || !isBy(one, author));
  const count = `${commits.length}${more ? ' and more' : ''} ${commits.length === 1 && !more ? 'commit' : 'commits'}`;
  const whose =
    others.length === 0 ? '' : `, ${others.length} of them by others: ${others.map(inWords).join('; ')}`;
  note(
    'target.branch-stands',
    `Branch ${branch} stands there already, at ${oid}, with ${count}${whose}.`,
    'Choose another: --branch NAME; or overwrite what stands there.',
  );
}

function noteTag(tag: string, { oid }: Reference, { tag: standing }: StandingWork, note: Note): void {
  const whose = standing === undefined ? '' : ` by ${standing.author}`;
  note(
    'target.tag-stands',
    `Tag ${tag} stands there already (${oid}${whose}): this version has been submitted.`,
    'Wait for its maintainers, let them delete the tag if the submission was withdrawn, or sign it again after they changed it: opam-signet resign.',
  );
}

/** Whether an object says that the author made it, by the e-mail address as people write it. */
const isBy = ({ author }: StandingObject, { email }: Author): boolean =>
  author.toLowerCase().endsWith(`<${email.toLowerCase()}>`);

const inWords = ({ oid, subject, author, time }: StandingObject): string =>
  `${oid.slice(0, 12)} "${subject}" by ${author}, ${new Date(time * 1000).toISOString().slice(0, 10)}`;
