import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { userFolder } from '../adapters/user-folders.ts';
import type { Context } from './context.ts';

/** Where verbs of this name keep what they did (XDG Base Directory Specification). */
export const stateFolder = ({ environment }: Pick<Context, 'environment'>, verb: string): string =>
  join(userFolder(environment, 'XDG_STATE_HOME'), 'opam-signet', verb);

/** Makes a folder of its own for one run, for this user only. */
export async function makeRunFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  return mkdtemp(join(parent, 'run-'));
}
