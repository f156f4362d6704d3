import { silentProgress } from '../adapters/silent-progress.ts';
import type { Progress } from '../core/ports.ts';
import type { Context } from './context.ts';

/** Progress on a terminal, nothing elsewhere. */
export async function makeProgress(context: Context): Promise<Progress> {
  if (!context.interactive) return silentProgress;
  const { terminalProgress } = await import('../adapters/terminal-progress.ts');
  return terminalProgress(() => performance.now() / 1000);
}
