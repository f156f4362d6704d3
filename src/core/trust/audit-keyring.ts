import type { Certificate } from '../openpgp/certificate.ts';
import { CertificateSet } from '../openpgp/certificate-set.ts';
import type { Contributor, Keyring } from './keyring.ts';
import type { KeyringState } from './keyring-state.ts';

/** The repository id of a keyring that is for no repository in particular; no keyring file can bear it. */
export const anyRepository = '';

/** The digest of a keyring that is made of certificates alone, without any file. */
export const noDigest = 'none';

/**
 * A keyring for audits, made of certificates alone: their holders are known signers without authority, nobody
 * owns anything, and what nobody signed is allowed (docs/cli, `--keyring`).
 */
export function auditKeyring(certificates: readonly Certificate[]): KeyringState {
  const holders = new Map(
    certificates.map((certificate) => [certificate.fingerprint, holderOf(certificate)]),
  );
  const keyring: Keyring = {
    repository: anyRepository,
    version: 1,
    previous: 'none',
    created: 0,
    expires: Number.POSITIVE_INFINITY,
    threshold: 1,
    policy: {
      'new-packages': 'claim',
      unsigned: 'allow',
      merges: 'any',
      'source-tag': 'report',
      'sha1-bindings': 'note',
    },
    contributors: new Map([...holders.values()].map((holder) => [holder.id, holder])),
    packages: new Map(),
    compromised: [],
    reattested: [],
    digest: noDigest,
  };
  const none = new Uint8Array(0);
  return {
    files: { toml: none, signatures: none },
    certificateFiles: new Map(),
    keyring,
    certificates: new CertificateSet(certificates),
    holderOf: (fingerprint) => holders.get(fingerprint),
  };
}

/** The address in the user ids of the keys by which GitHub itself signs. They stand for no person. */
const webFlow = 'noreply@github.com';

/**
 * The same keyring as it would be if whoever it lists had signed up: holders of bare certificates are contributors,
 * but for the forge itself, and changes that nobody signed are refused.
 */
export function rehearsalOf(state: KeyringState): KeyringState {
  const { keyring } = state;
  const bare = keyring.repository === anyRepository;
  const contributors = new Map(
    [...keyring.contributors].map(([id, one]) => {
      const roles = bare && !one.name.includes(webFlow) ? new Set(['contributor'] as const) : one.roles;
      return [id, { ...one, roles }] as const;
    }),
  );
  const policy = { ...keyring.policy, unsigned: 'refuse' } as const;
  return {
    ...state,
    keyring: { ...keyring, contributors, policy },
    holderOf: (fingerprint) => contributors.get(state.holderOf(fingerprint)?.id ?? ''),
  };
}

function holderOf({ fingerprint, userIds }: Certificate): Contributor {
  const [name = fingerprint] = userIds;
  return { id: fingerprint, name, roles: new Set(), packages: [], fingerprints: [fingerprint] };
}
