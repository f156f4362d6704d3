import type { CertificateFacts, Fingerprint, KeyFacts } from '../core/openpgp/certificate.ts';
import type { Progress } from '../core/ports.ts';
import type { FactsMemory } from '../core/trust/certificate-memory.ts';
import type { CertificateLookup } from '../core/trust/keyring-overview.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';

/** What helps where many certificates are wanted. */
export interface FactsRequest {
  readonly memory?: FactsMemory | undefined;
  readonly progress?: Progress;
}

/** Fewer certificates are verified sooner than all that is remembered is read. */
const worthRemembering = 64;

/** What the certificates with these primary keys say: as it was found before, or verified now. */
export async function certificateFacts(
  { keyring, certificateFiles, certificates }: KeyringState,
  wanted: readonly Fingerprint[],
  { memory, progress }: FactsRequest = {},
): Promise<CertificateLookup> {
  const worth = wanted.length >= worthRemembering ? memory : undefined;
  const sha1Bindings = keyring.policy['sha1-bindings'];
  const known = (await worth?.recall(sha1Bindings)) ?? new Map<string, CertificateFacts>();
  const facts = new Map<Fingerprint, CertificateFacts>();
  const found = new Map<string, CertificateFacts>();
  let fresh = 0;
  progress?.stage('Verifying certificates', wanted.length);
  for (const fingerprint of wanted) {
    const digest = certificateFiles.get(fingerprint)?.outline.digest;
    if (digest === undefined) continue;
    const before = known.get(digest);
    if (before === undefined) {
      await certificates.load([fingerprint]);
      fresh += 1;
    }
    const now = before ?? withoutKeys(certificates.find(fingerprint));
    if (now !== undefined) {
      facts.set(fingerprint, now);
      found.set(digest, now);
    }
    progress?.advance();
  }
  progress?.end();
  if (fresh >= worthRemembering) await worth?.keep(sha1Bindings, found);
  return { find: (primary) => facts.get(primary) };
}

/** Keys that could verify signatures are left out: what is remembered must not be able to. */
function withoutKeys(certificate: CertificateFacts | undefined): CertificateFacts | undefined {
  if (certificate === undefined) return undefined;
  const { fingerprint, userIds, keys, problems } = certificate;
  return { fingerprint, userIds, keys: keys.map(factsOf), problems };
}

function factsOf(key: KeyFacts): KeyFacts {
  const { version, fingerprint, keyId, primary, created, algorithmId, algorithm, supported } = key;
  const { weakness, bound, unexpired, signing, hardRevocation, softRevocation } = key;
  return {
    version,
    fingerprint,
    keyId,
    primary,
    created,
    algorithmId,
    algorithm,
    supported,
    weakness,
    bound,
    unexpired,
    signing,
    hardRevocation,
    softRevocation,
  };
}
