import type { Commit, Identity } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import { signatureOn, type SignedObject } from '../git/signed-object.ts';
import { judgeOnDemand, type SignatureVerdict } from '../openpgp/signature.ts';
import type { Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { whyVoid } from '../trust/compromise.ts';
import type { Contributor } from '../trust/keyring.ts';
import type { KeyringState } from '../trust/keyring-state.ts';
import { hasExpired } from '../trust/authority.ts';

/** The kinds of objects whose signatures attribute changes (trust model, section 1, evidence). */
export type EvidenceKind = 'commit' | 'submission-tag' | 'endorsement-tag' | 'mergetag';

/** A signature that was judged, with the object it stands in. Only `contributor` ever gives authority. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly object: Oid;
  readonly verdict: SignatureVerdict;
  /** Who signed: set only if the verdict is good and the keyring in force lists the certificate. */
  readonly contributor: Contributor | undefined;
}

/** Where in history signatures are judged (trust model, sections 2.7 and 3). */
export interface Position {
  readonly now: Seconds;
  /** The committer time of P for a step, now for a pull request. */
  readonly time: Seconds;
  /** The keyring in P's tree: the only one that gives authority. */
  readonly trust: KeyringState;
  /** The keyring at the tip being verified: what has become known of compromised keys since. */
  readonly tip: KeyringState;
  /** Whether admins have attested this stretch of history again although keys of it were compromised. */
  readonly reattested: boolean;
}

/**
 * The committer time of a commit as the position of the next step. Whoever writes a mainline commit writes its date:
 * dated back, it must not make expired keys good again, and dated ahead, it must not make all later ones expired.
 */
export const positionAfter = (
  { time, now }: Pick<Position, 'time' | 'now'>,
  commit: Pick<Commit, 'committer'> | undefined,
): Seconds => Math.min(now, Math.max(time, commit?.committer.time ?? time));

/** Judges the signature of a commit. */
export function judgeCommit(commit: Commit, at: Position): Promise<Evidence> {
  return judgeSigned('commit', commit.oid, signatureOn(commit), commit.committer.time, at);
}

/** Judges the signature of any signed object, made at `time` according to its committer or tagger. */
export async function judgeSigned(
  kind: EvidenceKind,
  object: Oid,
  signed: SignedObject,
  time: Seconds,
  at: Position,
): Promise<Evidence> {
  const first = await verdictOf(signed, time, at);
  if (first.certificate !== undefined) await at.tip.certificates.load([first.certificate]);
  const verdict = afterCompromise(first, at);
  return { kind, object, verdict, contributor: contributorOf(verdict, at) };
}

async function verdictOf(signed: SignedObject, time: Seconds, at: Position): Promise<SignatureVerdict> {
  switch (signed.kind) {
    case 'unsigned':
      return without('absent', 'absent', 'There is no signature.');
    case 'malformed':
      return without('malformed', 'malformed', signed.malformation.message);
    case 'signed':
      return judgeOnDemand(signed, at.trust.certificates, { now: at.now, position: at.time, object: time });
    default:
      return signed satisfies never;
  }
}

const without = (
  verdict: SignatureVerdict['verdict'],
  reason: SignatureVerdict['reason'],
  message: string,
): SignatureVerdict => ({
  verdict,
  reason,
  message,
  fingerprint: undefined,
  certificate: undefined,
  made: undefined,
});

/**
 * A hard revocation that is known at the tip, or a [[compromised]] entry of the tip's keyring file, voids every
 * signature of the key at every position, unless the stretch was attested again (trust model, section 2.7); what
 * the keyring in force says of the key counts in any case. The date since when it counts is for people: whoever has the key writes the dates.
 */
function afterCompromise(verdict: SignatureVerdict, at: Position): SignatureVerdict {
  const { fingerprint, certificate } = verdict;
  if (verdict.verdict !== 'good' || fingerprint === undefined || certificate === undefined) return verdict;
  const states = at.reattested ? [at.trust] : [at.trust, at.tip];
  const why = states
    .map((state) => whyVoid(fingerprint, certificate, state))
    .find((one) => one !== undefined);
  return why === undefined
    ? verdict
    : { ...verdict, verdict: 'revoked-key', reason: 'revoked-key', message: why };
}

function contributorOf(verdict: SignatureVerdict, at: Position): Contributor | undefined {
  if (verdict.verdict !== 'good' || verdict.certificate === undefined) return undefined;
  return hasExpired(at.trust.keyring, at.time) ? undefined : at.trust.holderOf(verdict.certificate);
}

/** Whether a verdict would be the same at any later time: it is not, if the signature is from the future. */
export const isSettledAt = ({ verdict: { reason, made } }: Evidence, now: Seconds): boolean =>
  reason !== 'future' || made === undefined || made <= now;

/** Warns where an object bears names that the signer's certificate does not (trust model, section 2.8). */
export function borrowedName(
  evidence: Evidence,
  names: readonly Identity[],
  certificates: KeyringState['certificates'],
): Finding | undefined {
  if (evidence.verdict.verdict !== 'good' || evidence.verdict.certificate === undefined) return undefined;
  const certificate = certificates.find(evidence.verdict.certificate);
  const userIds = (certificate?.userIds ?? []).map((id) => id.toLowerCase());
  const stranger = names.find(({ email }) => !userIds.some((id) => bears(id, email.toLowerCase())));
  if (stranger === undefined) return undefined;
  return finding(
    'attribution.borrowed-name',
    { object: evidence.object },
    `${evidence.object} names ${stranger.name} <${stranger.email}>, but ${evidence.verdict.certificate} signed it.`,
  );
}

const bears = (userId: string, email: string): boolean => userId === email || userId.includes(`<${email}>`);
