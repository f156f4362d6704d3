import * as v from 'valibot';
import type { Oid } from '../core/git/oid.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import { keyIdOf } from '../core/openpgp/key-packet.ts';
import type { CertificateOutline } from '../core/trust/certificate-file.ts';
import type { CertificateMemory } from '../core/trust/certificate-memory.ts';
import { KeptEntries, type MemoryPlace } from './kept-entries.ts';

/** Of so many repositories the certificates are kept. */
const mostRepositories = 16;

/** What certificate files hold, among the {@link KeptEntries}: one entry for each repository. */
export class StoredCertificateMemory implements CertificateMemory {
  private readonly kept: KeptEntries;
  private readonly conditions: string;

  constructor(place: MemoryPlace) {
    this.kept = new KeptEntries(place, mostRepositories);
    this.conditions = `certificates ${place.repository}`;
  }

  async recall(): Promise<ReadonlyMap<Oid, CertificateOutline>> {
    for await (const { files } of this.kept.recall(this.conditions, schema)) return new Map(files.map(read));
    return new Map();
  }

  keep(outlines: ReadonlyMap<Oid, CertificateOutline>): Promise<void> {
    return this.kept.keep(this.conditions, 'keyring', { files: [...outlines].map(print) });
  }
}

const line = /^(?:[0-9a-f]{40}|[0-9a-f]{64}) [0-9a-f]{64} \d{1,7}(?: (?:[0-9A-F]{40}|[0-9A-F]{64})){1,257}$/;

const schema = v.strictObject({ files: v.array(v.pipe(v.string(), v.regex(line))) });

/** Blob id, digest, bytes and fingerprints in one line: thousands of them are read in a moment. */
const print = ([oid, { digest, bytes, keys }]: readonly [Oid, CertificateOutline]): string =>
  [oid, digest, bytes, ...keys.map(({ fingerprint }) => fingerprint)].join(' ');

function read(text: string): readonly [Oid, CertificateOutline] {
  const [oid = '', digest = '', bytes, ...fingerprints] = text.split(' ');
  const keys = fingerprints.map((one) => ({ fingerprint: one as Fingerprint, keyId: keyIdOf(one) }));
  return [oid as Oid, { digest, bytes: Number(bytes), keys }];
}
