import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { HistoryMemory } from '../core/ports.ts';
import type { Context } from './context.ts';

/** Whether what earlier runs found out may be used and kept: `--no-cache` says no. */
export interface MemoryOptions {
  readonly cache: boolean;
}

/** Opens what earlier runs found out about histories, in the user's cache folder (docs/cli.md, verify-repo). */
export async function openMemory(
  context: Context,
  { cache }: MemoryOptions,
  directory: string,
): Promise<HistoryMemory | undefined> {
  if (!cache) return undefined;
  const [{ StoredHistoryMemory }, { rulesDigest }, { findRepository }] = await Promise.all([
    import('../adapters/history-memory.ts'),
    import('../adapters/rules-digest.ts'),
    import('../adapters/repository-folder.ts'),
  ]);
  const { commonFolder } = await findRepository(directory);
  const judges = ['core', 'workflows'].map((layer) => join(import.meta.dirname, '..', layer));
  const manifest = join(import.meta.dirname, '..', '..', 'package.json');
  return new StoredHistoryMemory({
    folder: join(cacheFolder(context.environment), 'opam-signet', 'history'),
    repository: basename(commonFolder) === '.git' ? dirname(commonFolder) : commonFolder,
    user: process.getuid?.(),
    rules: await rulesDigest(judges, manifest, process.version),
    tell: (why) => {
      context.tell(`note: ${why}\n`);
    },
  });
}

/** The XDG base directories say that a path that is not absolute counts for nothing. */
function cacheFolder(environment: Context['environment']): string {
  const folder = environment['XDG_CACHE_HOME'] ?? '';
  return isAbsolute(folder) ? folder : join(environment['HOME'] ?? homedir(), '.cache');
}
