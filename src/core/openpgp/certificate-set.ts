import type { Certificate, CertificateKey, Fingerprint } from './certificate.ts';

/** One key of one certificate. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly key: CertificateKey;
}

/** Certificates with an index of their keys. A primary key should come once: parts of one certificate are read together. */
export class CertificateSet {
  readonly certificates: readonly Certificate[];
  readonly #byPrimary = new Map<Fingerprint, Certificate>();
  readonly #byFingerprint = new Map<string, Candidate[]>();
  readonly #byKeyId = new Map<string, Candidate[]>();

  constructor(certificates: Iterable<Certificate>) {
    this.certificates = [...certificates];
    for (const certificate of this.certificates) {
      this.#byPrimary.set(certificate.fingerprint, certificate);
      for (const key of certificate.keys) {
        append(this.#byFingerprint, key.fingerprint, { certificate, key });
        append(this.#byKeyId, key.keyId, { certificate, key });
      }
    }
  }

  /** The certificate with this primary key. */
  find(primary: Fingerprint): Certificate | undefined {
    return this.#byPrimary.get(primary);
  }

  /** Every key with this whole fingerprint; several certificates may have the same subkey. */
  withFingerprint(fingerprint: string): readonly Candidate[] {
    return this.#byFingerprint.get(fingerprint) ?? [];
  }

  /** Every key with this key id, which two different keys can share. */
  withKeyId(keyId: string): readonly Candidate[] {
    return this.#byKeyId.get(keyId) ?? [];
  }
}

function append(index: Map<string, Candidate[]>, name: string, candidate: Candidate): void {
  const candidates = index.get(name);
  if (candidates === undefined) index.set(name, [candidate]);
  else candidates.push(candidate);
}
