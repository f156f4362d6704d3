import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../core/fault.ts';
import { parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';

/** Where a repository's files are. */
export interface RepositoryFolder {
  /** The folder with HEAD: `.git`, a bare repository, or a linked worktree's own part. */
  readonly gitFolder: string;
  /** The folder with objects and references; the same but for linked worktrees. */
  readonly commonFolder: string;
}

/**
 * Finds the repository that a folder is, or lies in (gitrepository-layout(5)). The search is our own, not git's:
 * git refuses repositories of other owners for the sake of their configuration, which has no effect here.
 */
export async function findRepository(folder: string): Promise<RepositoryFolder> {
  const start = resolve(folder);
  for (let at = start; ; at = dirname(at)) {
    const found = (await repositoryAt(join(at, '.git'))) ?? (await repositoryAt(at));
    if (found !== undefined) return found;
    if (at === dirname(at)) break;
  }
  throw new Fault(
    'repository.not-found',
    `${start} is not a git repository, and neither is any folder above it.`,
    'Change into the repository, or name its folder with --directory.',
  );
}

async function repositoryAt(path: string): Promise<RepositoryFolder | undefined> {
  const link = /^gitdir: (.+?)\n*$/.exec((await readText(path)) ?? '')?.[1];
  const gitFolder = link === undefined ? path : resolve(dirname(path), link);
  const common = (await readText(join(gitFolder, 'commondir')))?.trimEnd();
  const commonFolder = common === undefined ? gitFolder : resolve(gitFolder, common);
  const whole =
    (await exists(join(gitFolder, 'HEAD'))) &&
    (await exists(join(commonFolder, 'objects'))) &&
    (await exists(join(commonFolder, 'refs')));
  return whole ? { gitFolder, commonFolder } : undefined;
}

/** The commits whose parents were cut off (gitformat-shallow: one id a line). */
export async function readShallow(
  { commonFolder }: RepositoryFolder,
  format: ObjectFormat,
): Promise<ReadonlySet<Oid>> {
  const lines = ((await readText(join(commonFolder, 'shallow'))) ?? '').split('\n');
  return new Set(lines.flatMap((line) => parseOid(line, format) ?? []));
}

/** The text of a small file; undefined if there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new Fault('file.failed', `${path} cannot be read.`, 'Check who may read it.', error);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw new Fault('file.failed', `${path} cannot be looked at.`, 'Check who may read its folder.', error);
  }
}

/** No such file, a folder where a file would be, a file where a folder would be. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
  );
}
