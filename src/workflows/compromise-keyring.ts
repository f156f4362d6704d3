import { reattestedUpTo } from '../core/chain/reattestation.ts';
import type { StepEvent } from '../core/chain/history.ts';
import type { CompromiseConsequences, VoidedStep } from '../core/chain/voided-step.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import { finding } from '../core/report/report.ts';
import { assessSignatures } from '../core/trust/approval.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import type { Contributor, KeyringContent } from '../core/trust/keyring.ts';
import { acceptCertificates, withCertificates, type GivenCertificate } from './change-keyring-certificate.ts';
import {
  openFiles,
  proposeEdit,
  refuse,
  type KeyringWork,
  type Outcome,
  type Proposal,
} from './change-keyring-draft.ts';
import { withoutPerson, withPerson } from './change-keyring-people.ts';
import type { TrustSource } from './establish-trust.ts';
import { verifyRepo } from './verify-repo.ts';

export interface CompromiseRequest {
  /** A primary key or subkey. */
  readonly fingerprint: Fingerprint;
  /** For people: whoever has a key can write any date, so it counts for nothing at any time. */
  readonly since: Seconds;
  readonly reason: string;
  /** New certificates of the person who lost the key. */
  readonly replacement: readonly GivenCertificate[];
  /** State tags that attest history again. */
  readonly reattest: readonly Oid[];
}

/**
 * Proposes a version that lists a key as compromised (`keyring compromise`, trust model, section 2.7). A primary key
 * is taken from whoever has it; somebody who has no other leaves the keyring, unless a new certificate is given.
 */
export function proposeCompromise(work: KeyringWork, request: CompromiseRequest): Promise<Outcome<Proposal>> {
  const { fingerprint, since, reason, replacement, reattest } = request;
  return proposeEdit(work, (current) => {
    const { keyring, files } = current;
    const known = current.certificates.hasKey(fingerprint);
    const listed = keyring.compromised.some((one) => one.fingerprint === fingerprint);
    if (!known && !listed) {
      const message = `The keyring has no key ${fingerprint}.`;
      return refuse(finding('keyring.no-key', { reference: fingerprint }, message));
    }
    const accepted = acceptCertificates(replacement, keyring.policy, work.now);
    if (!accepted.ok) return accepted;
    const compromised = listed
      ? keyring.compromised
      : [...keyring.compromised, { fingerprint, since, reason }];
    const reattested = [...new Set([...keyring.reattested, ...reattest])];
    const news = accepted.value.map(({ certificate }) => certificate.fingerprint);
    const content = takenFrom(
      current.holderOf(fingerprint),
      fingerprint,
      { ...keyring, compromised, reattested },
      news,
    );
    const certificates = new Map(withCertificates(files.certificates, accepted.value));
    certificates.delete(fingerprint);
    return { ok: true, value: { content, certificates } };
  });
}

function takenFrom(
  holder: Contributor | undefined,
  fingerprint: Fingerprint,
  content: KeyringContent,
  news: readonly Fingerprint[],
): KeyringContent {
  if (holder === undefined) return content;
  const fingerprints = [...new Set([...holder.fingerprints.filter((one) => one !== fingerprint), ...news])];
  return fingerprints.length === 0
    ? withoutPerson(content, holder.id)
    : withPerson(content, { ...holder, fingerprints });
}

/** Everything in history that rests on a key, before it is given up (trust model, section 2.7). */
export async function consequencesOf(
  request: { readonly fingerprint: Fingerprint; readonly since: Seconds },
  proposal: Proposal,
  before: KeyringState,
  history: {
    readonly store: ObjectStore;
    readonly head: Oid;
    readonly trust: TrustSource;
    readonly now: Seconds;
    readonly progress: Progress;
  },
): Promise<CompromiseConsequences> {
  const { fingerprint, since } = request;
  const keys = new Set<string>([fingerprint]);
  for (const key of before.certificates.find(fingerprint)?.keys ?? []) keys.add(key.fingerprint);
  const events: Extract<StepEvent, { kind: 'step' }>[] = [];
  const { report } = await verifyRepo({
    ...history,
    onStep: (event) => {
      if (event.kind === 'step') events.push(event);
    },
  });
  const mainline: Oid[] = report.from === undefined ? [] : [report.from];
  for (const { index, judgement } of events) mainline[index] = judgement.step.oid;
  const attested = await reattestedUpTo(history.store, proposal.state, mainline, history.now);
  const steps: VoidedStep[] = [];
  let innocent = report.from;
  for (const { index, judgement } of events) {
    const { step, attributions } = judgement;
    const time = step.commit?.committer.time ?? 0;
    if (time < since) innocent = step.oid;
    const paths = attributions.flatMap((one) =>
      one.fingerprint !== undefined && keys.has(one.fingerprint) ? [one.path] : [],
    );
    const changesKeyring = attributions.some(({ kind }) => kind === 'keyring');
    const version = changesKeyring ? await signedVersion(history, step.oid, keys) : undefined;
    if (paths.length === 0 && version === undefined) continue;
    steps.push({ step: step.oid, time, paths, version, reattested: index <= attested.index });
  }
  return { steps, innocent, examined: events.length };
}

/** The version that a step brought, if one of the keys is among its signatures. */
async function signedVersion(
  { store, now }: { readonly store: ObjectStore; readonly now: Seconds },
  step: Oid,
  keys: ReadonlySet<string>,
): Promise<number | undefined> {
  const opened = await loadKeyring(store, step);
  if (!opened.ok) return undefined;
  const { state } = opened;
  const assessed = await assessSignatures(state, state, { now, position: state.keyring.created });
  const signed = assessed.some((one) => one.counts && keys.has(one.certificate));
  return signed ? state.keyring.version : undefined;
}

/** The keyring that is to be changed, whose certificates tell which keys go with a fingerprint. */
export async function currentKeyring({ folder, inForce }: KeyringWork): Promise<Outcome<KeyringState>> {
  const files = inForce ?? (await folder.read());
  if (files === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring in the folder.'));
  return openFiles(files);
}
