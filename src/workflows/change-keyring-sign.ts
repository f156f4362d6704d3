import { Fault } from '../core/fault.ts';
import { armorSignatures, dearmorSignatures } from '../core/openpgp/armor.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import type { Seconds, Signer } from '../core/ports.ts';
import { finding, type Finding } from '../core/report/report.ts';
import { type Assessment, assessSignatures, thresholdFindings } from '../core/trust/approval.ts';
import { differenceOf, type FieldChange } from '../core/trust/keyring-difference.ts';
import {
  keyringPath,
  signaturesPath,
  type KeyringFolder,
  type KeyringState,
} from '../core/trust/keyring-state.ts';
import {
  findPredecessor,
  refuse,
  type KeyringWork,
  type Outcome,
  type Predecessor,
} from './change-keyring-draft.ts';

/** What an admin is about to sign: shown before anything is. */
export interface SigningReview extends Predecessor {
  /** What the version changes; undefined where the one before is not at hand. */
  readonly difference: readonly FieldChange[] | undefined;
  readonly signer: { readonly contributor: string; readonly certificate: Fingerprint };
  /** Admins who have signed already. */
  readonly signed: readonly string[];
  readonly warnings: readonly Finding[];
}

export interface SignedKeyring {
  readonly signed: readonly string[];
  /** Whose signatures are still missing; empty when the version can be brought into the repository. */
  readonly remaining: readonly Finding[];
}

/** Looks at what the folder holds and whether this signer may sign it (`keyring sign`). Signs nothing. */
export async function reviewSigning(work: KeyringWork, signer: Signer): Promise<Outcome<SigningReview>> {
  const found = await findPredecessor(work);
  if (!found.ok) return found;
  const { state, base } = found.value;
  const { version } = state.keyring;
  const identity = adminWith(signer.fingerprint, found.value);
  if (identity === undefined) return refuse(notAdmin(signer, state));
  const signatures = await signaturesOf(found.value, work.now);
  if (signatures.some(({ certificate }) => certificate === identity.certificate)) {
    const message = `${identity.contributor} has signed version ${version} of the keyring file with ${identity.certificate} already.`;
    return refuse(finding('keyring.nothing-changed', { path: signaturesPath }, message));
  }
  const known = base !== undefined || version === 1;
  return {
    ok: true,
    value: {
      ...found.value,
      difference: known ? differenceOf(base?.keyring, state.keyring) : undefined,
      signer: identity,
      signed: namesIn(signatures),
      warnings: known ? [] : [predecessorMissing(state)],
    },
  };
}

/**
 * Adds the signer's signature over the exact bytes that were reviewed, after checking that it counts. The check
 * needs a clock: the signature is younger than the run.
 */
export async function signReviewed(
  folder: KeyringFolder,
  review: SigningReview,
  signer: Signer,
  clock: () => Seconds,
): Promise<Outcome<SignedKeyring>> {
  const { files } = review.state;
  const made = dearmorSignatures(await signer.sign(files.toml));
  const now = clock();
  if (!made.ok || made.packets.length !== 1) {
    const what = made.ok
      ? `${made.packets.length} signatures`
      : `a signature that can't be read (${made.message})`;
    throw new Fault(
      'signer.failed',
      `${signer.description} made ${what}.`,
      'Try gpg --detach-sign by hand, and look at what it says.',
    );
  }
  const kept = (await signaturesOf(review, now)).map(({ packet }) => packet);
  const signatures = new TextEncoder().encode(armorSignatures([...kept, ...made.packets]));
  const state = { ...review.state, files: { ...files, signatures } };
  const counted = await signaturesOf({ ...review, state }, now);
  if (!counted.some(({ certificate }) => certificate === review.signer.certificate)) {
    return refuse(await uselessSignature({ ...review, state }, signer, now));
  }
  await folder.write(state.files);
  return {
    ok: true,
    value: { signed: namesIn(counted), remaining: await missing({ ...review, state }, now) },
  };
}

/** A signature in the folder that counts for the version or for the one before. */
interface CountedSignature {
  readonly contributor: string;
  readonly certificate: Fingerprint;
  readonly packet: Uint8Array;
}

async function signaturesOf(
  { state, base }: Predecessor,
  now: Seconds,
): Promise<readonly CountedSignature[]> {
  const dearmored = dearmorSignatures(new TextDecoder('latin1').decode(state.files.signatures));
  const packets = dearmored.ok ? dearmored.packets : [];
  const lists = await assessedBy(peopleOf(state, base), state, now);
  return packets.flatMap((packet, index) => {
    const counted = lists
      .map((list) => list[index])
      .find((one) => one?.counts === true && one.contributor.roles.has('admin'));
    if (counted?.counts !== true) return [];
    return [{ contributor: counted.contributor.id, certificate: counted.certificate, packet }];
  });
}

const peopleOf = (state: KeyringState, base: KeyringState | undefined): readonly KeyringState[] =>
  base === undefined ? [state] : [base, state];

const namesIn = (signatures: readonly CountedSignature[]): readonly string[] =>
  [...new Set(signatures.map(({ contributor }) => contributor))].sort();

function adminWith(
  fingerprint: Fingerprint,
  { state, base }: Predecessor,
): SigningReview['signer'] | undefined {
  for (const people of peopleOf(state, base)) {
    for (const { certificate } of people.certificates.withFingerprint(fingerprint)) {
      const holder = people.holderOf(certificate.fingerprint);
      if (holder?.roles.has('admin') === true) {
        return { contributor: holder.id, certificate: certificate.fingerprint };
      }
    }
  }
  return undefined;
}

function notAdmin({ fingerprint, description }: Signer, { keyring }: KeyringState): Finding {
  const admins = [...keyring.contributors.values()]
    .filter(({ roles }) => roles.has('admin'))
    .map(({ id, fingerprints }) => `${id} (${fingerprints.join(', ')})`);
  const message = `${description}: key ${fingerprint} belongs to no admin. The admins of version ${keyring.version} are ${admins.join('; ')}.`;
  return finding('keyring.not-admin', { path: keyringPath }, message);
}

export function predecessorMissing({ keyring }: KeyringState): Finding {
  const message = `Version ${keyring.version} follows ${keyring.previous}, which is not at hand: what it changes can't be shown.`;
  return finding('keyring.predecessor-missing', { path: keyringPath }, message);
}

async function uselessSignature(
  { state, base, signer }: SigningReview,
  { description }: Signer,
  now: Seconds,
): Promise<Finding> {
  const lists = await assessedBy(peopleOf(state, base), state, now);
  const last = lists.map((list) => list.at(-1));
  const reasons = last.flatMap((one) => (one?.counts === false ? [one.why] : []));
  const message = `The signature that ${description} made does not count, and was not kept: ${reasons.join(' ')}`;
  const mend = `If the key is newer than keyring/${signer.certificate}.asc, bring that up to date: opam-signet keyring refresh.`;
  return finding('keyring.signature', { path: signaturesPath }, message, { severity: 'error', mend });
}

/** Which thresholds a version does not meet yet. */
export async function missing({ state, base }: Predecessor, now: Seconds): Promise<readonly Finding[]> {
  const everybody = peopleOf(state, base);
  const lists = await assessedBy(everybody, state, now);
  return everybody.flatMap((people, index) => thresholdFindings(state.keyring, people, lists[index] ?? []));
}

/** What each signature over a version is worth to the one and the other keyring. */
const assessedBy = (
  everybody: readonly KeyringState[],
  state: KeyringState,
  now: Seconds,
): Promise<readonly (readonly Assessment[])[]> =>
  Promise.all(everybody.map((people) => assessSignatures(state, people, { now, position: now })));
