import type { Certificate } from '../core/openpgp/certificate.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import { finding, type Finding } from '../core/report/report.ts';
import { authorityOver } from '../core/trust/authority.ts';
import type { CertificateDirectory } from '../core/trust/certificate-directory.ts';
import { printMoment } from '../core/trust/keyring-rules.ts';
import {
  certificatePath,
  keyringPath,
  type KeyringFiles,
  type KeyringState,
} from '../core/trust/keyring-state.ts';
import { openFiles, type KeyringWork } from './change-keyring-draft.ts';
import type { TrustSource } from './establish-trust.ts';
import { refreshFrom } from './refresh-keyring.ts';
import { verifyRepo } from './verify-repo.ts';

/**
 * What other places know of the listed certificates and the keyring does not (`keyring check --from`): a revocation
 * above all. Nothing is written.
 */
export async function findingsElsewhere(
  work: Pick<KeyringWork, 'folder' | 'inForce'>,
  directories: readonly CertificateDirectory[],
  progress: Progress,
): Promise<readonly Finding[]> {
  const refreshed = await refreshFrom(work, { directories, ids: [], copies: [] }, progress);
  if (!refreshed.ok) return refreshed.findings;
  const { files, certificates, left } = refreshed.value;
  const before = await stateBefore(work);
  const after = openFiles(files);
  if (before === undefined || !after.ok) return left;
  const grown = certificates.filter(({ added }) => added > 0);
  const newer = grown.flatMap(({ fingerprint, contributor }) => {
    const [old, now] = [before, after.value].map(({ certificates: all }) => all.find(fingerprint));
    return old === undefined || now === undefined ? [] : [newerFinding(contributor, old, now)];
  });
  return [...left, ...newer];
}

async function stateBefore({
  folder,
  inForce,
}: Pick<KeyringWork, 'folder' | 'inForce'>): Promise<KeyringState | undefined> {
  const files: KeyringFiles | undefined = (await folder.read()) ?? inForce;
  const opened = files && openFiles(files);
  return opened?.ok === true ? opened.value : undefined;
}

function newerFinding(contributor: string, old: Certificate, now: Certificate): Finding {
  const at = { path: certificatePath(now.fingerprint) };
  const revoked = now.keys.filter((key) => {
    const before = old.keys.find(({ fingerprint }) => fingerprint === key.fingerprint);
    return (
      (key.hardRevocation !== undefined && before?.hardRevocation === undefined) ||
      (key.softRevocation !== undefined && before?.softRevocation === undefined)
    );
  });
  if (revoked.length === 0) {
    const message = `A newer copy of certificate ${now.fingerprint} of ${contributor} stands elsewhere.`;
    return finding('keyring.newer-elsewhere', at, message);
  }
  const keys = revoked
    .map(
      ({ fingerprint, hardRevocation, softRevocation }) =>
        `${fingerprint} (${(hardRevocation ?? softRevocation)?.reason ?? ''})`,
    )
    .join(', ');
  const message = `Certificate ${now.fingerprint} of ${contributor} is revoked elsewhere and not here: ${keys}.`;
  return finding('keyring.revoked-elsewhere', at, message);
}

export interface ActivityRequest {
  readonly store: ObjectStore;
  readonly head: Oid;
  readonly trust: TrustSource;
  readonly now: Seconds;
  readonly progress: Progress;
  /** Whoever has signed nothing for so long is told. */
  readonly inactive: Seconds;
}

/** What history says about people: who has signed nothing lately, and which names nobody who is left owns. */
export async function findingsInHistory(
  { keyring }: KeyringState,
  { inactive, ...history }: ActivityRequest,
): Promise<readonly Finding[]> {
  const last = new Map<string, Seconds>();
  const { ledger } = await verifyRepo({
    ...history,
    onStep: (event) => {
      if (event.kind === 'refused') return;
      const time = event.judgement.step.commit?.committer.time ?? 0;
      for (const { contributor } of event.judgement.attributions) {
        if (contributor !== undefined) last.set(contributor, Math.max(time, last.get(contributor) ?? 0));
      }
    },
  });
  const idle = [...keyring.contributors.values()]
    .filter(({ roles }) => roles.has('contributor') || roles.has('maintainer'))
    .filter(({ id }) => (last.get(id) ?? 0) < history.now - inactive)
    .map(({ id }) => {
      const time = last.get(id);
      const when =
        time === undefined ? 'nothing since signed history began' : `nothing since ${printMoment(time)}`;
      return finding('keyring.inactive', { path: keyringPath, reference: id }, `${id} has signed ${when}.`);
    });
  const orphaned = [...(ledger?.ownership.claims ?? [])].flatMap(([name, claimant]) => {
    if (keyring.contributors.has(claimant)) return [];
    const authority = authorityOver(
      `packages/${name}/x`,
      keyring,
      ledger?.ownership.claims ?? new Map(),
      false,
    );
    const left =
      authority.kind === 'package' ? authority.owners.filter((id) => keyring.contributors.has(id)) : [];
    if (left.length > 0) return [];
    const message = `Package ${name} belongs to ${claimant}, who has left the keyring; maintainers alone can change it.`;
    return [finding('keyring.orphaned-name', { path: keyringPath, reference: name }, message)];
  });
  return [...idle, ...orphaned];
}
