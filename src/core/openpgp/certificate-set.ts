import type { Certificate, CertificateKey, Fingerprint } from './certificate.ts';
import type { KeyNames } from './key-packet.ts';

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
  /** The certificate evaluated; undefined if it can't be used at all (trust model, section 2.4). */
  evaluated(): Certificate | undefined;
}

/**
 * Certificates with an index of their keys. The index is taken from the bytes of every certificate, so that it can't
 * miss one; verifying what a certificate says about itself, which is the dear part, waits until it is asked for. A
 * primary key should come once: parts of one certificate are read together.
 */
export class CertificateSet {
  readonly #all: readonly CertificateOnDemand[];
  readonly #byPrimary = new Map<Fingerprint, CertificateOnDemand>();
  readonly #byName = new Map<string, CertificateOnDemand[]>();

  constructor(certificates: Iterable<Certificate | CertificateOnDemand>) {
    this.#all = [...certificates].map((one) => ('evaluated' in one ? one : alreadyEvaluated(one)));
    for (const one of this.#all) {
      this.#byPrimary.set(one.fingerprint, one);
      for (const name of new Set(one.keys.flatMap(({ fingerprint, keyId }) => [fingerprint, keyId]))) {
        const others = this.#byName.get(name);
        if (others === undefined) this.#byName.set(name, [one]);
        else others.push(one);
      }
    }
  }

  /** Every certificate that can be used, all of them evaluated. */
  get certificates(): readonly Certificate[] {
    return this.#all.flatMap((one) => one.evaluated() ?? []);
  }

  /** Whether there is a certificate with this primary key, usable or not. */
  has(primary: Fingerprint): boolean {
    return this.#byPrimary.has(primary);
  }

  /** The certificate with this primary key. */
  find(primary: Fingerprint): Certificate | undefined {
    return this.#byPrimary.get(primary)?.evaluated();
  }

  /** Every key with this whole fingerprint; several certificates may have the same subkey. */
  withFingerprint(fingerprint: string): readonly Candidate[] {
    return this.#candidates(fingerprint, (key) => key.fingerprint);
  }

  /** Every key with this key id, which two different keys can share. */
  withKeyId(keyId: string): readonly Candidate[] {
    return this.#candidates(keyId, (key) => key.keyId);
  }

  #candidates(name: string, of: (key: CertificateKey) => string): readonly Candidate[] {
    return (this.#byName.get(name) ?? []).flatMap((one) => {
      const certificate = one.evaluated();
      if (certificate === undefined) return [];
      return certificate.keys.filter((key) => of(key) === name).map((key) => ({ certificate, key }));
    });
  }
}

const alreadyEvaluated = (certificate: Certificate): CertificateOnDemand => ({
  fingerprint: certificate.fingerprint,
  keys: certificate.keys,
  evaluated: () => certificate,
});
