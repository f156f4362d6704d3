import { parseTag, type Tag } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import { type SignedObject, signedTag } from '../git/signed-object.ts';
import { judgeOnDemand, type SignatureVerdict } from '../openpgp/signature.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { parseStatement, type StateStatement } from '../statement.ts';
import { whyVoid } from '../trust/compromise.ts';
import type { Contributor } from '../trust/keyring.ts';
import type { KeyringState } from '../trust/keyring-state.ts';
import type { Role } from '../trust/policy.ts';

/** Where state tags stand, without `refs/tags/` (trust model, section 7.1). */
export const stateTagFolder = 'signet/state/';

/** A state tag that was read and not yet judged. */
export interface StateTag {
  readonly tag: Tag;
  readonly statement: StateStatement;
  readonly signed: Extract<SignedObject, { kind: 'signed' }>;
}

/** `why` is the rest of a sentence about the tag. */
export type StateTagReading =
  { readonly ok: true; readonly state: StateTag } | { readonly ok: false; readonly why: string };

const refuse = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

/** Reads a state tag: well-formed, signed, on a commit, under the name that goes with its sequence number. */
export async function readStateTag(store: ObjectStore, oid: Oid): Promise<StateTagReading> {
  const object = await store.read(oid);
  if (object?.type !== 'tag')
    return refuse(object === undefined ? 'it is not in the repository' : `it is a ${object.type}`);
  const parsed = parseTag(object.content, store.format);
  if (!parsed.ok) return refuse(parsed.malformation.message);
  const tag = parsed.value;
  const reading = parseStatement(tag.message);
  if (tag.oid !== oid || tag.objectType !== 'commit' || !reading.ok) return refuse('it is not a state tag');
  const { statement } = reading;
  if (statement.kind !== 'state' || tag.name !== `${stateTagFolder}${statement.sequence}`)
    return refuse('it is not a state tag');
  const signed = signedTag(object.content, store.format);
  return signed.kind === 'signed'
    ? { ok: true, state: { tag, statement, signed } }
    : refuse('it is not signed');
}

export type StateTagJudgement =
  | { readonly ok: true; readonly signer: Contributor; readonly verdict: SignatureVerdict }
  | { readonly ok: false; readonly why: string };

/** Whether somebody with one of the roles signed a state tag, by a keyring as it is known now (trust model, section 7.5). */
export async function judgeStateTag(
  { tag, statement, signed }: StateTag,
  trust: KeyringState,
  roles: readonly Role[],
  now: Seconds,
): Promise<StateTagJudgement> {
  if (statement.repository !== trust.keyring.repository) return refuse(`it is about ${statement.repository}`);
  const times = { now, position: now, object: tag.tagger?.time ?? 0 };
  const verdict = await judgeOnDemand(signed, trust.certificates, times);
  const { certificate, fingerprint } = verdict;
  if (verdict.verdict !== 'good' || certificate === undefined || fingerprint === undefined)
    return refuse(verdict.message);
  const compromised = whyVoid(fingerprint, certificate, trust);
  const signer = trust.holderOf(certificate);
  const entitled = signer !== undefined && roles.some((role) => signer.roles.has(role));
  return entitled && compromised === undefined
    ? { ok: true, signer, verdict }
    : refuse(compromised ?? `its signer is no ${roles.join(' or ')}`);
}
