import { keyStanding, type Certificate, type Fingerprint, type KeyStanding } from '../openpgp/certificate.ts';
import type { Seconds } from '../ports.ts';
import { assessSignatures } from './approval.ts';
import type { Contributor, Keyring } from './keyring.ts';
import type { KeyringState } from './keyring-state.ts';

/** A keyring with everything that people ask about it. */
export interface KeyringOverview {
  readonly keyring: Keyring;
  /** In the order of their ids. */
  readonly people: readonly PersonOverview[];
  readonly signatures: readonly SignatureOverview[];
}

export interface PersonOverview {
  readonly contributor: Contributor;
  readonly certificates: readonly CertificateOverview[];
}

export interface CertificateOverview {
  readonly fingerprint: Fingerprint;
  readonly userIds: readonly string[];
  readonly keys: readonly KeyOverview[];
}

export interface KeyOverview {
  readonly fingerprint: Fingerprint;
  readonly algorithm: string;
  readonly created: Seconds;
  /** Until when it may sign; undefined where nothing ends it, and for a key that never may. */
  readonly expires: Seconds | undefined;
  readonly standing: KeyStanding;
}

/** One signature on the keyring file, judged by the people of this same version. */
export interface SignatureOverview {
  readonly contributor: string | undefined;
  readonly certificate: Fingerprint | undefined;
  /** Why it does not count; undefined if it does. */
  readonly objection: string | undefined;
}

/** Describes a keyring as it stands; of people, those with these ids, or everybody. Whether to trust it is not said. */
export function overviewOf(state: KeyringState, now: Seconds, ids: readonly string[] = []): KeyringOverview {
  const people = [...state.keyring.contributors.values()]
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    keyring: state.keyring,
    people: people.map((contributor) => ({
      contributor,
      certificates: certificatesOf(contributor, state).map((one) => certificateOverview(one, now)),
    })),
    signatures: signatureOverviews(state, now),
  };
}

export const certificatesOf = (
  { fingerprints }: Contributor,
  { certificates }: KeyringState,
): readonly Certificate[] => fingerprints.flatMap((fingerprint) => certificates.find(fingerprint) ?? []);

const certificateOverview = (
  { fingerprint, userIds, keys }: Certificate,
  now: Seconds,
): CertificateOverview => ({
  fingerprint,
  userIds,
  keys: keys.map((key) => {
    const until = key.signing.at(-1)?.until;
    return {
      fingerprint: key.fingerprint,
      algorithm: key.algorithm,
      created: key.created,
      expires: until === Infinity ? undefined : until,
      standing: keyStanding(key, now),
    };
  }),
});

function signatureOverviews(state: KeyringState, now: Seconds): readonly SignatureOverview[] {
  const times = { now, position: state.keyring.created };
  return assessSignatures(state, state, times).map((one) => {
    if (!one.counts) {
      const { certificate } = one.verdict;
      const contributor = certificate === undefined ? undefined : state.holderOf(certificate)?.id;
      return { contributor, certificate, objection: one.why };
    }
    const { contributor, certificate } = one;
    const objection = contributor.roles.has('admin') ? undefined : `${contributor.id} is not an admin.`;
    return { contributor: contributor.id, certificate, objection };
  });
}
