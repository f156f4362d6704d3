import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { MemoryPlace } from '../adapters/kept-entries.ts';
import type { ReleaseMemory } from '../core/chain/compared-release.ts';
import type { HistoryMemory } from '../core/ports.ts';
import type { Context } from './context.ts';

/** Whether what earlier runs found out may be used and kept: `--no-cache` says no. */
export interface MemoryOptions {
  readonly cache: boolean;
}

/** Opens what earlier runs found out about histories, in the user's cache folder (docs/cli.md, verify-repo). */
export async function openMemory(
  context: Context,
  options: MemoryOptions,
  directory: string,
): Promise<HistoryMemory | undefined> {
  if (!options.cache) return undefined;
  const { StoredHistoryMemory } = await import('../adapters/history-memory.ts');
  return new StoredHistoryMemory(await placeOf(context, directory, 'history'));
}

/** Opens what earlier runs fetched of releases under the same flags (docs/cli.md, verify-pr). */
export async function openReleaseMemory(
  context: Context,
  { cache, localSources }: MemoryOptions & { readonly localSources: boolean },
  directory: string,
): Promise<ReleaseMemory | undefined> {
  if (!cache) return undefined;
  const { StoredReleaseMemory } = await import('../adapters/release-memory.ts');
  const place = await placeOf(context, directory, 'releases');
  return new StoredReleaseMemory({ ...place, rules: `${place.rules} ${localSources ? 'local' : 'https'}` });
}

async function placeOf(context: Context, directory: string, name: string): Promise<MemoryPlace> {
  const [{ rulesDigest }, { findRepository }] = await Promise.all([
    import('../adapters/rules-digest.ts'),
    import('../adapters/repository-folder.ts'),
  ]);
  const { commonFolder } = await findRepository(directory);
  const judges = ['core', 'workflows'].map((layer) => join(import.meta.dirname, '..', layer));
  const manifest = join(import.meta.dirname, '..', '..', 'package.json');
  return {
    folder: join(cacheFolder(context.environment), 'opam-signet', name),
    repository: basename(commonFolder) === '.git' ? dirname(commonFolder) : commonFolder,
    user: process.getuid?.(),
    rules: await rulesDigest(judges, manifest, process.version),
    tell: (why) => {
      context.tell(`note: ${why}\n`);
    },
  };
}

/** The XDG base directories say that a path that is not absolute counts for nothing. */
function cacheFolder(environment: Context['environment']): string {
  const folder = environment['XDG_CACHE_HOME'] ?? '';
  return isAbsolute(folder) ? folder : join(environment['HOME'] ?? homedir(), '.cache');
}
