import type { Certificate, CertificateKey, Fingerprint } from './certificate.ts';
import { keyIdOf, type KeyNames } from './key-packet.ts';

/** One key of one certificate. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly key: CertificateKey;
}

/** A certificate whose keys are known by name; nothing in it is verified until it is asked for. */
export interface CertificateOnDemand {
  /** Of the primary key. */
  readonly fingerprint: Fingerprint;
  /** All keys in it, bound or not, so that none is ever overlooked. */
  readonly keys: readonly KeyNames[];
  /** Reads it, if it is not at hand yet. */
  load?(): Promise<void>;
  /** The certificate evaluated; undefined if it can't be used at all (trust model, section 2.4). */
  evaluated(): Certificate | undefined;
}

/**
 * Certificates with an index of their keys. The index has the keys of every certificate, so that it can't miss one;
 * reading a certificate and verifying what it says about itself, which is the dear part, wait until it is asked for. A
 * primary key should come once: parts of one certificate are read together.
 */
export class CertificateSet {
  readonly #byPrimary = new Map<Fingerprint, CertificateOnDemand>();
  readonly #byKeyId = new Map<string, CertificateOnDemand[]>();
  #isAtHand = true;

  constructor(certificates: Iterable<Certificate | CertificateOnDemand>) {
    for (const given of certificates) {
      const one = 'evaluated' in given ? given : alreadyEvaluated(given);
      this.#byPrimary.set(one.fingerprint, one);
      this.#isAtHand &&= one.load === undefined;
      for (const { keyId } of one.keys) {
        const others = this.#byKeyId.get(keyId);
        if (others === undefined) this.#byKeyId.set(keyId, [one]);
        else if (others.at(-1) !== one) others.push(one);
      }
    }
  }

  /** Whether no certificate has to be made ready. */
  get isAtHand(): boolean {
    return this.#isAtHand;
  }

  /**
   * Makes ready what has a key of one of these names, whole fingerprints or key ids. Where certificates are not all at
   * hand this comes before any question about them; asking for one that was not made ready is an error.
   */
  async load(names: Iterable<string>): Promise<void> {
    for (const name of names) for (const one of this.#named(name)) await one.load?.();
  }

  /** Whether there is a certificate with this primary key, usable or not. */
  has(primary: Fingerprint): boolean {
    return this.#byPrimary.has(primary);
  }

  /** Whether a certificate has this key, usable or not. */
  hasKey(fingerprint: Fingerprint): boolean {
    return this.#named(fingerprint).some(({ keys }) => keys.some((key) => key.fingerprint === fingerprint));
  }

  /** The certificate with this primary key. */
  find(primary: Fingerprint): Certificate | undefined {
    return this.#byPrimary.get(primary)?.evaluated();
  }

  /** Every key with this whole fingerprint; several certificates may have the same subkey. */
  withFingerprint(fingerprint: string): readonly Candidate[] {
    return this.#candidates(fingerprint, (key) => key.fingerprint === fingerprint);
  }

  /** Every key with this key id, which two different keys can share. */
  withKeyId(keyId: string): readonly Candidate[] {
    return this.#candidates(keyId, (key) => key.keyId === keyId);
  }

  #candidates(name: string, fits: (key: KeyNames) => boolean): readonly Candidate[] {
    return this.#named(name).flatMap((one) => {
      const certificate = one.keys.some(fits) ? one.evaluated() : undefined;
      return certificate?.keys.filter(fits).map((key) => ({ certificate, key })) ?? [];
    });
  }

  #named(name: string): readonly CertificateOnDemand[] {
    return this.#byKeyId.get(name.length === keyIdDigits ? name : keyIdOf(name)) ?? [];
  }
}

const keyIdDigits = 16;

const alreadyEvaluated = (certificate: Certificate): CertificateOnDemand => ({
  fingerprint: certificate.fingerprint,
  keys: certificate.keys,
  evaluated: () => certificate,
});
