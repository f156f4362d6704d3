import { basename, dirname, join } from 'node:path';
import type { MemoryPlace } from '../adapters/kept-entries.ts';
import { userFolder } from '../adapters/user-folders.ts';
import type { ReleaseMemory } from '../core/chain/compared-release.ts';
import { Fault } from '../core/fault.ts';
import type { HistoryMemory } from '../core/chain/checkpoint.ts';
import type { ObjectStore } from '../core/ports.ts';
import { rememberCertificates } from '../core/trust/load-keyring.ts';
import type { FactsMemory } from '../core/trust/certificate-memory.ts';
import type { Context } from './context.ts';
import { packageFile, programFolder } from './package-files.ts';

/** Whether what earlier runs found out may be used and kept: `--no-cache` says no. */
export interface MemoryOptions {
  readonly cache: boolean;
}

/**
 * Opens what earlier runs found out about histories, in the user's cache folder (docs/cli.md, verify-repo), and lets
 * keyrings of the store be opened by what was found in their certificate files.
 */
export async function openMemory(
  context: Context,
  options: MemoryOptions,
  directory: string,
  store: ObjectStore,
): Promise<HistoryMemory | undefined> {
  if (!options.cache) return undefined;
  const [{ StoredHistoryMemory }, { StoredCertificateMemory }] = await Promise.all([
    import('../adapters/history-memory.ts'),
    import('../adapters/certificate-memory.ts'),
  ]);
  const place = await placeOf(context, directory);
  rememberCertificates(store, new StoredCertificateMemory(place('certificates')));
  return new StoredHistoryMemory(place('history'), place('chronicles'));
}

/** Opens what earlier runs fetched of releases under the same flags (docs/cli.md, verify-pr). */
export async function openReleaseMemory(
  context: Context,
  { cache, localSources }: MemoryOptions & { readonly localSources: boolean },
  directory: string,
): Promise<ReleaseMemory | undefined> {
  if (!cache) return undefined;
  const { StoredReleaseMemory } = await import('../adapters/release-memory.ts');
  const place = (await placeOf(context, directory))('releases');
  return new StoredReleaseMemory({ ...place, rules: `${place.rules} ${localSources ? 'local' : 'https'}` });
}

/** Opens what earlier runs found certificates to say; undefined outside of a repository too. */
export async function openFactsMemory(
  context: Context,
  { cache }: MemoryOptions,
): Promise<FactsMemory | undefined> {
  const { directory } = context.options;
  if (!cache || !(await isInRepository(directory))) return undefined;
  const { StoredFactsMemory } = await import('../adapters/facts-memory.ts');
  return new StoredFactsMemory((await placeOf(context, directory))('facts'));
}

async function isInRepository(directory: string): Promise<boolean> {
  const { findRepository } = await import('../adapters/repository-folder.ts');
  try {
    await findRepository(directory);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'repository.not-found') return false;
    throw error;
  }
}

async function placeOf(context: Context, directory: string): Promise<(name: string) => MemoryPlace> {
  const [{ rulesDigest }, { findRepository }] = await Promise.all([
    import('../adapters/rules-digest.ts'),
    import('../adapters/repository-folder.ts'),
  ]);
  const { commonFolder } = await findRepository(directory);
  const rules = await rulesDigest(programFolder, packageFile('package.json'), process.version);
  return (name) => ({
    folder: join(userFolder(context.environment, 'XDG_CACHE_HOME'), 'opam-signet', name),
    repository: basename(commonFolder) === '.git' ? dirname(commonFolder) : commonFolder,
    user: process.getuid?.(),
    rules,
    tell: (why) => {
      context.tell(`note: ${why}\n`);
    },
  });
}
