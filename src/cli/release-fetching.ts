import { openStore } from '../adapters/open-store.ts';
import type { Progress, ReleaseSources } from '../core/ports.ts';
import type { Context } from './context.ts';

interface FetchingOptions {
  readonly localSources: boolean;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** Where releases are fetched from to be checked. */
export async function makeSources(
  context: Context,
  { localSources, store }: FetchingOptions,
  progress: Progress,
): Promise<ReleaseSources> {
  const [{ releaseSources }, { archiveSource }] = await Promise.all([
    import('../adapters/release-sources.ts'),
    import('../adapters/archive-source.ts'),
  ]);
  const { environment } = context;
  return releaseSources({
    environment,
    archives: archiveSource(context.options.directory, progress),
    openStore: (folder) => openStore(folder, { kind: store, environment }),
    local: localSources,
  });
}
