import { finding } from '../core/report/report.ts';
import { keyringPath, type KeyringState } from '../core/trust/keyring-state.ts';
import { findPredecessor, type KeyringWork, type Outcome, refuse } from './change-keyring-draft.ts';
import { missing, predecessorMissing } from './change-keyring-sign.ts';

/**
 * Whether the version in the folder may come into force after the one that is: by the update rule, with all the
 * signatures that both ask for (`keyring apply`, trust model, section 3). Changes nothing.
 */
export async function readyToApply(work: KeyringWork): Promise<Outcome<KeyringState>> {
  const found = await findPredecessor(work);
  if (!found.ok) return found;
  const { state, base } = found.value;
  const { version } = state.keyring;
  if (base === undefined && work.inForce !== undefined) {
    const message = `Version ${version} of the keyring file is in force; nothing new stands in the folder.`;
    return refuse(finding('keyring.nothing-changed', { path: keyringPath }, message));
  }
  if (base === undefined && version > 1) return refuse(predecessorMissing(state));
  const open = missing(found.value, work.now).filter(({ severity }) => severity === 'error');
  return open.length === 0 ? { ok: true, value: state } : { ok: false, findings: open };
}
