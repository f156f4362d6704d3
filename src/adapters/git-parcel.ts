import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import { inOneLine } from './process.ts';
import type { UserGit } from './user-git.ts';

interface Wanted {
  readonly branch: string;
  readonly tag: string;
  readonly base: Oid;
  readonly head: Oid;
  readonly tagOid: Oid;
}

/** Packs branch and tag of a workspace as a bundle, and the commit as a patch. */
export async function makeParcel(
  git: UserGit,
  { branch, tag, base, head, tagOid }: Wanted,
): Promise<{ readonly bundle: Uint8Array; readonly patch: Uint8Array }> {
  const refusal = {
    code: 'git.failed',
    what: 'The submission could not be packed as a bundle.',
    mend: 'Use git 2.27 or newer.',
  } as const;
  const [branchName, tagName] = [`refs/heads/${branch}`, `refs/tags/${tag}`];
  // A bundle names references; they stand in the workspace alone, which is removed.
  await git.ask(['update-ref', branchName, head], refusal);
  await git.ask(['update-ref', tagName, tagOid], refusal);
  const bundle = await output(git, ['bundle', 'create', '--quiet', '-', branchName, tagName, `^${base}`]);
  const patch = await output(git, ['format-patch', '--stdout', '--no-signature', '-1', head]);
  return { bundle, patch };
}

async function output(git: UserGit, args: readonly string[]): Promise<Uint8Array> {
  const { status, stdout, stderr } = await git.run(args);
  if (status === 0 && stdout.length > 0) return stdout;
  throw new Fault(
    'git.failed',
    `git ${args[0] ?? ''} failed: ${inOneLine(stderr) || `status ${status}`}`,
    'Run the command again with --debug.',
  );
}

/** A folder that everything is written into, and that must be empty or missing until then. */
export function outputFolder(path: string) {
  return {
    path,
    taken: async (): Promise<boolean> => (await readdir(path).catch(() => [])).length > 0,
    write: (files: ReadonlyMap<string, Uint8Array>): OutwardAct => ({
      id: 'write-output',
      title: `write ${[...files.keys()].join(', ')} to ${path}`,
      details: { path },
      async perform(begun = false) {
        await mkdir(path, { recursive: true }).catch((error: unknown) => {
          throw unwritable(path, error);
        });
        const made = await Promise.all([...files].map(([name, bytes]) => writeNew(join(path, name), bytes)));
        return { outcome: path, made: begun || made.some((one) => one) };
      },
    }),
  };
}

/** Returns whether the file was written; the same bytes may stand there already. */
async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  const standing = await readFile(path).catch(() => undefined);
  if (standing?.equals(bytes) === true) return false;
  try {
    const file = await open(path, 'wx');
    await file.writeFile(bytes);
    await file.close();
    return true;
  } catch (error) {
    throw unwritable(path, error);
  }
}

const unwritable = (path: string, error: unknown): Fault =>
  new Fault('file.failed', `${path} cannot be written.`, 'Choose another folder: --output DIR.', error);
