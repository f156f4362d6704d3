import { parseTag } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import { signedTag } from '../git/signed-object.ts';
import { judgeSignature } from '../openpgp/signature.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { parseStatement } from '../statement.ts';
import type { KeyringState } from '../trust/keyring-state.ts';
import { whyVoid } from '../trust/compromise.ts';
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
  const object = await store.read(oid);
  if (object?.type !== 'tag')
    return refuse(object === undefined ? 'it is not in the repository' : `it is a ${object.type}`);
  const parsed = parseTag(object.content, store.format);
  if (!parsed.ok) return refuse(parsed.malformation.message);
  const tag = parsed.value;
  const reading = parseStatement(tag.message);
  if (tag.oid !== oid || tag.objectType !== 'commit' || !reading.ok) return refuse('it is not a state tag');
  const { statement } = reading;
  if (statement.kind !== 'state' || tag.name !== `signet/state/${statement.sequence}`)
    return refuse('it is not a state tag');
  if (statement.repository !== tip.keyring.repository) return refuse(`it is about ${statement.repository}`);
  const signed = signedTag(object.content, store.format);
  if (signed.kind !== 'signed') return refuse('it is not signed');
  const verdict = judgeSignature(signed, tip.certificates, {
    now,
    position: now,
    object: tag.tagger?.time ?? 0,
  });
  const { certificate, fingerprint } = verdict;
  if (verdict.verdict !== 'good' || certificate === undefined || fingerprint === undefined)
    return refuse(verdict.message);
  const admin = tip.holderOf(certificate)?.roles.has('admin') === true;
  const compromised = whyVoid(fingerprint, certificate, tip);
  if (!admin || compromised !== undefined) return refuse(compromised ?? 'its signer is no admin');
  const digest = await stateDigestAt(store, tag.object);
  return digest === statement.state ? tag.object : refuse(`commit ${tag.object} has another state digest`);
}
