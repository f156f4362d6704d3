import type { Oid } from '../git/oid.ts';
import type { CertificateFacts, Sha1Bindings } from '../openpgp/certificate.ts';
import type { CertificateOutline } from './certificate-file.ts';

/** What earlier runs found in certificate files, by their blob ids. Nothing here ever fails. */
export interface CertificateMemory {
  recall(): Promise<ReadonlyMap<Oid, CertificateOutline>>;
  /** Keeps what the files of one folder hold. */
  keep(outlines: ReadonlyMap<Oid, CertificateOutline>): Promise<void>;
}

/**
 * What earlier runs found certificates to say, by the SHA-256 of their files. It depends on no clock; who may sign at a
 * moment is worked out from it each time, and no signature is ever verified by it. Nothing here ever fails.
 */
export interface FactsMemory {
  recall(sha1Bindings: Sha1Bindings): Promise<ReadonlyMap<string, CertificateFacts>>;
  keep(sha1Bindings: Sha1Bindings, facts: ReadonlyMap<string, CertificateFacts>): Promise<void>;
}
