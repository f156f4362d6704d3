import { readTag } from '../core/chain/tags.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Certificate } from '../core/openpgp/certificate.ts';
import type { ObjectStore, Progress, ReleaseSources, Seconds } from '../core/ports.ts';
import { type Conclusion, conclude } from '../core/report/report.ts';
import type { SelfCheck } from '../core/publish/outcome.ts';
import { auditKeyring } from '../core/trust/audit-keyring.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { type PrReport, verifyPr } from './verify-pr.ts';

export interface SelfCheckRequest {
  readonly store: ObjectStore;
  readonly base: Oid;
  readonly head: Oid;
  readonly tag: { readonly name: string; readonly oid: Oid };
  /** The signer's own certificate. */
  readonly certificate: Certificate;
  /** What the statement names as its repository. */
  readonly repository: string;
  /** The keyring that stands in the package repository; undefined where there is none that can be read. */
  readonly keyring: KeyringState | undefined;
  /** The release as others will find it. */
  readonly sources: ReleaseSources;
  readonly now: Seconds;
  readonly progress: Progress;
}

/**
 * Verifies what was just signed, by the path that verify-pr takes (architecture: self-check): once with the signer
 * as the only maintainer, so that nothing but the objects decides, and once with the repository's keyring.
 */
export async function checkOwnWork(request: SelfCheckRequest): Promise<SelfCheck> {
  const { certificate, repository, keyring } = request;
  const own = await judge(request, soleMaintainer(certificate, repository));
  const byKeyring = keyring && (await judge(request, keyring));
  const decisive = own.conclusion === 'verified' ? byKeyring : own;
  return {
    own: signedBoth(own, request) ? concludeOwn(own) : 'rejected',
    byKeyring: byKeyring?.conclusion,
    findings: (decisive?.findings ?? [])
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message),
  };
}

async function judge(request: SelfCheckRequest, keyring: KeyringState): Promise<PrReport> {
  const { store, base, head, tag, sources, now, progress } = request;
  const reading = await readTag(store, { name: `refs/tags/${tag.name}`, oid: tag.oid });
  const trust = { kind: 'fixed', keyring, from: undefined } as const;
  return verifyPr({ store, base, head, tag: reading, trust, sources, now, progress });
}

/**
 * What an archive holds beyond the tree because the tree says so (a submodule, text that git fills in) was shown to
 * the author; it is left to the maintainers and does not keep a release from being submitted.
 */
function concludeOwn({ conclusion, required, claims }: PrReport): Conclusion {
  return conclusion === 'rejected'
    ? conclusion
    : conclude(
        required.filter((id) => id !== 'release.archive'),
        claims,
      );
}

/** The step may rest on either of the two signatures; here both must be good and by this certificate. */
function signedBoth({ signatures }: PrReport, { head, tag, certificate }: SelfCheckRequest): boolean {
  return [head, tag.oid].every((object) =>
    signatures.some(
      (one) =>
        one.object === object &&
        one.verdict.verdict === 'good' &&
        one.verdict.certificate === certificate.fingerprint,
    ),
  );
}

function soleMaintainer(certificate: Certificate, repository: string): KeyringState {
  const audit = auditKeyring([certificate]);
  const known = audit.holderOf(certificate.fingerprint);
  const holder = known && { ...known, roles: new Set(['maintainer', 'contributor'] as const) };
  return { ...audit, keyring: { ...audit.keyring, repository }, holderOf: () => holder };
}
