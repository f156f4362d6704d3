import type { Progress } from '../core/ports.ts';
import type { Context } from './context.ts';

/** Progress on a terminal, nothing elsewhere. */
export async function makeProgress(context: Context): Promise<Progress> {
  const { terminalProgress, silentProgress } = await import('../adapters/terminal.ts');
  return context.interactive ? terminalProgress(() => performance.now() / 1000) : silentProgress;
}
