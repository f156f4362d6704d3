import type { Oid } from '../git/oid.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { KeyringState } from '../trust/keyring-state.ts';
import { judgeStateTag, readStateTag } from './state-tag.ts';
import { stateDigestAt } from './state.ts';

export interface Reattestation {
  /** The place in the mainline up to which history stands although keys were compromised later; -1 for none. */
  readonly index: number;
  /** Why entries of the keyring file attest nothing. */
  readonly findings: readonly Finding[];
}

/**
 * How far the admins have attested history again after a key was compromised (trust model, sections 2.7 and 3):
 * a `[[reattested]]` entry names a state tag, signed by an admin of the tip's keyring with a key that is not
 * compromised itself, whose digest is that of the state it points at.
 */
export async function reattestedUpTo(
  store: ObjectStore,
  tip: KeyringState,
  mainline: readonly Oid[],
  now: Seconds,
): Promise<Reattestation> {
  let index = -1;
  const findings: Finding[] = [];
  for (const state of tip.keyring.reattested) {
    const attested = await attestedState(store, tip, state, now);
    if (typeof attested === 'object') findings.push(attested);
    else index = Math.max(index, mainline.indexOf(attested));
  }
  return { index, findings };
}

/** The mainline commit that a state tag attests, or why it attests none. */
async function attestedState(
  store: ObjectStore,
  tip: KeyringState,
  oid: Oid,
  now: Seconds,
): Promise<Oid | Finding> {
  const refuse = (why: string): Finding =>
    finding('state.unfit', { object: oid }, `State tag ${oid} attests nothing: ${why}.`);
  const reading = await readStateTag(store, oid);
  if (!reading.ok) return refuse(reading.why);
  const judged = await judgeStateTag(reading.state, tip, ['admin'], now);
  if (!judged.ok) return refuse(judged.why);
  const { tag, statement } = reading.state;
  const digest = await stateDigestAt(store, tag.object);
  return digest === statement.state ? tag.object : refuse(`commit ${tag.object} has another state digest`);
}
