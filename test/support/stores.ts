import { which } from '../../src/adapters/process.ts';
import { GitStore } from '../../src/adapters/git-store.ts';
import { IsomorphicStore } from '../../src/adapters/isomorphic-store.ts';
import { findRepository } from '../../src/adapters/repository-folder.ts';
import type { ObjectStore } from '../../src/core/ports.ts';

interface Limits {
  readonly maximumObjectBytes?: number;
  readonly maximumChanges?: number;
  readonly patience?: number;
}

export type OpenStore = (folder: string, limits?: Limits) => Promise<ObjectStore>;

/** Opens a repository with the installed git. */
export const openGit: OpenStore = async (folder, limits) => {
  const environment = { PATH: process.env['PATH'] };
  const git = await which('git', environment);
  if (git === undefined) throw new Error('git is not installed');
  return GitStore.open(await findRepository(folder), { git, environment, ...limits });
};

/** Opens a repository without git. */
export const openEmbedded: OpenStore = async (folder, limits) =>
  IsomorphicStore.open(await findRepository(folder), limits);

/** Opens a repository with the installed git, whose differences are made use of from the first on. */
const openForeseeing: OpenStore = (folder, limits) => openGit(folder, { ...limits, patience: 0 });

/** All kinds of store: everything in test/adapters/object-store* must hold for each. */
export const allStores: readonly { readonly name: string; readonly open: OpenStore }[] = [
  { name: 'git', open: openGit },
  { name: 'git that foresees', open: openForeseeing },
  { name: 'isomorphic-git', open: openEmbedded },
];
