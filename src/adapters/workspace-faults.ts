import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';

/** A `file.not-found` Fault unless an earlier run has left a repository in the folder. */
export async function requireWorkspace(folder: string): Promise<void> {
  await access(join(folder, 'HEAD')).catch((error: unknown) => {
    throw new Fault(
      'file.not-found',
      `What was signed is gone: there is no ${folder}.`,
      'The journal says what was done: take it back by hand, remove its folder and publish again.',
      error,
    );
  });
}

/** Without a branch: the default one. */
export const noSuchBranch = (address: string, branch: string | undefined): Fault =>
  new Fault(
    'revision.not-found',
    `The package repository ${address} has no ${branch === undefined ? 'default branch' : `branch ${branch}`}.`,
    'Name the branch that the submission is for: --base BRANCH.',
  );
