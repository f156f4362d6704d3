import type { Seconds } from '../core/ports.ts';
import { overviewOf, type KeyringOverview } from '../core/trust/keyring-overview.ts';
import type { KeyringFiles } from '../core/trust/keyring-state.ts';
import { openFiles, type Outcome } from './change-keyring-draft.ts';

/** Shows a keyring as it stands (`keyring show`). Whether it is to be trusted is not said. */
export async function showKeyring(files: KeyringFiles, now: Seconds): Promise<Outcome<KeyringOverview>> {
  const opened = await openFiles(files);
  return opened.ok ? { ok: true, value: overviewOf(opened.value, now) } : opened;
}
