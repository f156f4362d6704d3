import {
  keyStanding,
  type CertificateFacts,
  type Fingerprint,
  type KeyStanding,
} from '../openpgp/certificate.ts';
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

/** The people with these ids, or everybody, in the order of their ids. */
export const peopleIn = ({ contributors }: Keyring, ids: readonly string[] = []): readonly Contributor[] =>
  [...contributors.values()]
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .sort((one, other) => (one.id < other.id ? -1 : 1));

/** Describes a keyring as it stands, with some people or all. Whether to trust it is not said. */
export async function overviewOf(
  state: KeyringState,
  now: Seconds,
  people = peopleIn(state.keyring),
  certificates: CertificateLookup = state.certificates,
): Promise<KeyringOverview> {
  return {
    keyring: state.keyring,
    people: people.map((contributor) => ({
      contributor,
      certificates: certificatesOf(contributor, certificates).map((one) => certificateOverview(one, now)),
    })),
    signatures: await signatureOverviews(state, now),
  };
}

/** Where certificates are found by their primary keys. */
export interface CertificateLookup {
  find(primary: Fingerprint): CertificateFacts | undefined;
}

export const certificatesOf = (
  { fingerprints }: Contributor,
  certificates: CertificateLookup,
): readonly CertificateFacts[] => fingerprints.flatMap((fingerprint) => certificates.find(fingerprint) ?? []);

const certificateOverview = (
  { fingerprint, userIds, keys }: CertificateFacts,
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

async function signatureOverviews(state: KeyringState, now: Seconds): Promise<readonly SignatureOverview[]> {
  const times = { now, position: state.keyring.created };
  const assessments = await assessSignatures(state, state, times);
  return assessments.map((one) => {
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
