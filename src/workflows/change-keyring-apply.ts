import type { KeyringAtHand } from '../core/trust/keyring-state.ts';
import {
  findPredecessor,
  type KeyringWork,
  nothingNew,
  type Outcome,
  refuse,
} from './change-keyring-draft.ts';
import { missing, predecessorMissing } from './change-keyring-sign.ts';

/**
 * Whether the version in the folder may come into force after the one that is: by the update rule, with all the
 * signatures that both ask for (`keyring apply`, trust model, section 3). Changes nothing.
 */
export async function readyToApply(work: KeyringWork): Promise<Outcome<KeyringAtHand>> {
  const found = await findPredecessor(work);
  if (!found.ok) return found;
  const { state, base } = found.value;
  if (base === undefined && work.inForce !== undefined) return refuse(nothingNew(state));
  if (base === undefined && state.keyring.version > 1) return refuse(predecessorMissing(state));
  const open = await missing(found.value, work.now);
  return open.length === 0 ? { ok: true, value: state } : { ok: false, findings: open };
}
