import { Fault } from '../core/fault.ts';
import type { Progress, Seconds, Signer } from '../core/ports.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import type { Contributor } from '../core/trust/keyring.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import { Answers } from './answers.ts';
import { openSigning, type SigningMeans } from './open-signing.ts';
import type { VerifyPrRequest } from './verify-pr.ts';

interface KeyRequest {
  readonly key: string | undefined;
  readonly dryRun: boolean;
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  /** By which the signature will be judged. */
  readonly keyring: KeyringState;
  readonly progress: Progress;
  readonly clock: () => Seconds;
}

/** Whose key will do. */
interface Suitable {
  readonly fits: (holder: Contributor) => boolean;
  /** What is said of a holder whom it does not fit: `who is no maintainer`. */
  readonly lacking: string;
  readonly mend: string;
}

/** Opens a key whose signatures count as a maintainer's. A dry run signs nothing, and goes on without one. */
export const openMaintainerKey = (request: KeyRequest): Promise<SigningMeans | undefined> =>
  openSuitableKey(request, {
    fits: ({ roles }) => roles.has('maintainer'),
    lacking: 'who is no maintainer',
    mend: 'Sign with the key of a maintainer: --key FINGERPRINT. opam-signet keyring show lists who is one.',
  });

/** Opens a key of one contributor. A dry run signs nothing, and goes on without one. */
export const openKeyOf = (request: KeyRequest, contributor: string): Promise<SigningMeans | undefined> =>
  openSuitableKey(request, {
    fits: ({ id }) => id === contributor,
    lacking: `and the submission was signed by ${contributor}`,
    mend: `Sign with a key of ${contributor}: --key FINGERPRINT. A maintainer answers for the change of somebody else with opam-signet endorse.`,
  });

async function openSuitableKey(
  { key, dryRun, openSigner, keyring, progress, clock }: KeyRequest,
  { fits, lacking, mend }: Suitable,
): Promise<SigningMeans | undefined> {
  const signing = await openSigning({
    options: { key, dryRun },
    openSigner,
    answers: new Answers(undefined),
    note: (_, what, remedy) => {
      if (!dryRun) throw new Fault('signer.failed', what, remedy);
    },
    progress,
    clock,
  });
  if (signing === undefined) return undefined;
  const { fingerprint } = signing.certificate;
  const holder = keyring.holderOf(fingerprint);
  if (holder !== undefined && fits(holder)) return signing;
  throw new Fault(
    'signer.failed',
    holder === undefined
      ? `The keyring file does not know your certificate ${fingerprint}.`
      : `The keyring file knows your certificate ${fingerprint} as ${holder.id}'s, ${lacking}.`,
    mend,
  );
}

/** The key as a plan shows it. */
export const keyOf = ({ signer, certificate }: SigningMeans, keyring: KeyringState): PublishPlan['key'] => ({
  description: signer.description,
  certificate: certificate.fingerprint,
  holder: keyring.holderOf(certificate.fingerprint)?.id,
});

/** The keyring that a pull request is judged by: the one at its base, or the one that was given. */
export async function requireBaseKeyring({
  trust,
  store,
  base,
}: Pick<VerifyPrRequest, 'trust' | 'store' | 'base'>): Promise<KeyringState> {
  if (trust.kind === 'fixed') return trust.keyring;
  const loaded = await loadKeyring(store, base);
  if (loaded.ok) return loaded.state;
  throw new Fault(
    'keyring.unreadable',
    `The base has no keyring file that can be used. ${loaded.findings.map(({ message }) => message).join(' ')}`,
    'See what is wrong with it: opam-signet keyring check.',
  );
}
