import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { type Anchors, parseAnchors, printAnchors } from '../core/trust/anchor-file.ts';
import type { Environment } from './process.ts';
import { userFolder } from './user-folders.ts';

/** Where the user's trust anchors are kept (docs/cli, trust): outside every repository. */
export const anchorsPath = (environment: Environment): string =>
  join(userFolder(environment, 'XDG_CONFIG_HOME'), 'opam-signet', 'anchors.toml');

/** The stored anchors; none where there is no file yet. */
export async function readAnchors(path: string): Promise<Anchors> {
  const toml = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new Fault(
      'file.failed',
      `The trust anchors in ${path} cannot be read.`,
      'Check who may read the file.',
      error,
    );
  });
  const parsed = parseAnchors(toml);
  if (parsed.ok) return parsed.anchors;
  throw new Fault(
    'config.invalid',
    `The trust anchors in ${path} cannot be used. ${parsed.problem}`,
    `Correct ${path}, or remove it and pin the anchors again.`,
  );
}

/** Replaces the stored anchors in one move, readable by nobody else. */
export async function writeAnchors(path: string, anchors: Anchors): Promise<void> {
  const unfinished = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(unfinished, printAnchors(anchors), { mode: 0o600 });
  await rename(unfinished, path);
}
