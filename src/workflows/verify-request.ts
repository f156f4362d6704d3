import type { Position } from '../core/chain/evidence.ts';
import {
  personClaim,
  possessionClaim,
  requestedCertificates,
  type RequestedCertificate,
} from '../core/chain/keyring-request.ts';
import { isKeyringPath, type Step } from '../core/chain/step.ts';
import { Fault } from '../core/fault.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type Claim, finding, settle } from '../core/report/report.ts';
import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { loadKeyring } from '../core/trust/load-keyring.ts';
import { certificatesAt } from './find-certificates.ts';

/**
 * What is shown, and what is not, about the people whom a pull request would bring into the keyring. Nothing of it is
 * required: whether they come in is for the admins to sign (trust model, section 3.10).
 */
export async function requestClaims(
  step: Step,
  before: KeyringState,
  store: ObjectStore,
  at: Position,
  accounts: CertificateDirectory | undefined,
): Promise<readonly Claim[]> {
  const head = step.side?.side.head;
  if (head === undefined || !step.changes.some(({ path }) => isKeyringPath(path))) return [];
  const opened = await loadKeyring(store, head);
  if (!opened.ok) return [];
  const claims: Claim[] = [];
  for (const one of await requestedCertificates(step, before, opened.state, at)) {
    claims.push(possessionClaim(one), ...(await accountClaims(one, accounts)), personClaim(one));
  }
  return claims;
}

/** Whether the account that was named lists the certificate. Whoever has the account could have put it there. */
async function accountClaims(
  { contributor, fingerprint, account }: RequestedCertificate,
  accounts: CertificateDirectory | undefined,
): Promise<readonly Claim[]> {
  if (account === undefined) return [];
  const title = `The GitHub account ${account}, which ${contributor} claims, lists certificate ${fingerprint}.`;
  const at = { reference: account };
  const mend = `Run opam-signet verify-pr with the network at hand, or look at https://github.com/${encodeURIComponent(account)}.gpg.`;
  const unchecked = (why: string): readonly Claim[] => [
    settle('request.account', title, false, [finding('request.account-unchecked', at, why, { mend })]),
  ];
  if (accounts === undefined) return unchecked(`The keys of account ${account} were not looked up.`);
  try {
    const found = await certificatesAt(accounts, account);
    if ('code' in found) return [settle('request.account', title, false, [found])];
    const listed = found.some(({ parts }) => parts.fingerprint === fingerprint);
    const message = `Account ${account} does not list certificate ${fingerprint}.`;
    return listed
      ? [settle('request.account', title, true, [], [`the account's list of GPG keys, as it is now`])]
      : [settle('request.account', title, false, [finding('request.account', at, message)])];
  } catch (error) {
    if (error instanceof Fault) return unchecked(error.message);
    throw error;
  }
}
