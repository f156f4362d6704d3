/** Where submission, endorsement and state tags stand, without `refs/tags/` (trust model, section 7). */
const folder = 'signet/';

/**
 * The name of the submission tag of a package version, without `refs/tags/`. A reference may not hold everything that
 * a version may: `~`, `..`, a dot at the end, `.lock` at the end (git-check-ref-format(1)). They are written as Debian
 * writes versions in tags (DEP-14). The statement in the tag has the version itself.
 *
 * @example submissionTagName('foo.1.0~rc1') // 'signet/foo.1.0_rc1'
 */
export function submissionTagName(nameVersion: string): string {
  const name = nameVersion
    .replaceAll('~', '_')
    .replaceAll(/\.(?=\.)/g, '.#')
    .replace(/\.(?=$|lock$)/, '.#');
  return `${folder}${name}`;
}

/** The branch that `publish` pushes beside a submission tag, unless it is told another name. */
export const submissionBranch = (tag: string): string => tag.replace(folder, 'publish-');
