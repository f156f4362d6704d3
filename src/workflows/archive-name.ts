import type { Release } from './choose-release.ts';

/** The name of the project with its version: the one folder in the archive, and the archive's own name. */
export const folderName = (release: Release): string => `${projectName(release)}-${release.version}`;

/** What a made archive is called. */
export const archiveName = (release: Release): string => `${folderName(release)}.tar.gz`;

/** Whether a path of the source is where an archive of this or another version would be made. */
export const isArchivePath = (release: Release, path: string): boolean =>
  path.startsWith(`${projectName(release)}-`) && path.endsWith('.tar.gz') && !path.includes('/');

/** What the project calls itself, if that is safe as a file's name; else the name of its first package. */
export function projectName({ tree, packages }: Release): string {
  const { name } = tree.project;
  return name !== undefined && /^[A-Za-z0-9][A-Za-z0-9_+-]*$/.test(name) ? name : packages[0].name;
}
