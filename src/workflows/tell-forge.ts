import { Fault } from '../core/fault.ts';
import type { OutwardAct } from '../core/outward-act.ts';

/** How telling a forge went. */
export interface Told {
  readonly act: OutwardAct;
  readonly result:
    { readonly ok: true; readonly outcome: string } | { readonly ok: false; readonly fault: Fault };
}

/**
 * Shows a report at a forge, after the verdict stands. One act that fails does not keep the others from being done, and
 * none of them can change the verdict.
 */
export async function tellForge(acts: readonly OutwardAct[]): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const act of acts) told.push({ act, result: await attempt(act) });
  return told;
}

async function attempt(act: OutwardAct): Promise<Told['result']> {
  try {
    const { outcome } = await act.perform();
    return { ok: true, outcome };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error };
    throw error;
  }
}
