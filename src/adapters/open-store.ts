import { Fault } from '../core/fault.ts';
import type { ObjectStore } from '../core/ports.ts';
import { which, type Environment } from './process.ts';
import { findRepository } from './repository-folder.ts';

export interface StoreChoice {
  /** `auto`: git where it is installed. `git`: only git. `embedded`: never git. */
  readonly kind: 'auto' | 'git' | 'embedded';
  readonly environment: Environment;
}

/** Opens the repository that a folder is or lies in. */
export async function openStore(folder: string, { kind, environment }: StoreChoice): Promise<ObjectStore> {
  const found = await findRepository(folder);
  const git = kind === 'embedded' ? undefined : await which('git', environment);
  if (git !== undefined) {
    const { GitStore } = await import('./git-store.ts');
    return GitStore.open(found, { git, environment });
  }
  if (kind === 'git') {
    throw new Fault(
      'process.failed',
      'git is not installed, or not on the PATH.',
      'Install git, or leave out --store git.',
    );
  }
  const { IsomorphicStore } = await import('./isomorphic-store.ts');
  return IsomorphicStore.open(found);
}
