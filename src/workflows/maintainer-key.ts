import { Fault } from '../core/fault.ts';
import type { Progress, Seconds, Signer } from '../core/ports.ts';
import type { PublishPlan } from '../core/publish/plan.ts';
import { type KeyringState, loadKeyring } from '../core/trust/keyring-state.ts';
import { Answers } from './answers.ts';
import { openSigning, type SigningMeans } from './open-signing.ts';
import type { VerifyPrRequest } from './verify-pr.ts';

interface MaintainerKeyRequest {
  readonly key: string | undefined;
  readonly dryRun: boolean;
  readonly openSigner: (key: string | undefined) => Promise<Signer>;
  /** By which the signature will be judged. */
  readonly keyring: KeyringState;
  readonly progress: Progress;
  readonly clock: () => Seconds;
}

/** Opens a key whose signatures count as a maintainer's. A dry run signs nothing, and goes on without one. */
export async function openMaintainerKey(request: MaintainerKeyRequest): Promise<SigningMeans | undefined> {
  const { key, dryRun, openSigner, keyring, progress, clock } = request;
  const signing = await openSigning({
    options: { key, dryRun },
    openSigner,
    answers: new Answers(undefined),
    note: (_, what, mend) => {
      if (!dryRun) throw new Fault('signer.failed', what, mend);
    },
    progress,
    clock,
  });
  if (signing === undefined) return undefined;
  const { fingerprint } = signing.certificate;
  const holder = keyring.holderOf(fingerprint);
  if (holder?.roles.has('maintainer') === true) return signing;
  throw new Fault(
    'signer.failed',
    holder === undefined
      ? `The keyring file does not know your certificate ${fingerprint}.`
      : `The keyring file knows your certificate ${fingerprint} as ${holder.id}'s, who is no maintainer.`,
    'Sign with the key of a maintainer: --key FINGERPRINT. opam-signet keyring show lists who is one.',
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
