import * as v from 'valibot';
import type { CertificateFacts, KeyFacts, Sha1Bindings } from '../core/openpgp/certificate.ts';
import type { FactsMemory } from '../core/trust/certificate-memory.ts';
import { count, fingerprint } from './history-schema.ts';
import { KeptEntries, type MemoryPlace } from './kept-entries.ts';

/** Of so many repositories what the certificates say is kept. */
const mostRepositories = 8;

/** What certificates say, among the {@link KeptEntries}: one entry for each repository and setting. */
export class StoredFactsMemory implements FactsMemory {
  private readonly kept: KeptEntries;
  private readonly repository: string;

  constructor(place: MemoryPlace) {
    this.kept = new KeptEntries(place, mostRepositories);
    this.repository = place.repository;
  }

  async recall(sha1Bindings: Sha1Bindings): Promise<ReadonlyMap<string, CertificateFacts>> {
    const conditions = this.conditionsOf(sha1Bindings);
    for await (const { certificates } of this.kept.recall(conditions, schema)) return new Map(certificates);
    return new Map();
  }

  keep(sha1Bindings: Sha1Bindings, facts: ReadonlyMap<string, CertificateFacts>): Promise<void> {
    return this.kept.keep(this.conditionsOf(sha1Bindings), 'keyring', { certificates: [...facts] });
  }

  private conditionsOf(sha1Bindings: Sha1Bindings): string {
    return `facts ${sha1Bindings} ${this.repository}`;
  }
}

/** JSON writes Infinity as null, and leaves out what is undefined. */
const until = v.pipe(
  v.nullable(count),
  v.transform((end) => end ?? Infinity),
);
const intervals = v.array(v.strictObject({ from: count, until }));
const absent = () => undefined;
const revocation = v.optional(v.strictObject({ at: count, reason: v.string() }), absent);

const key: v.GenericSchema<unknown, KeyFacts> = v.strictObject({
  version: v.picklist([4, 6]),
  fingerprint,
  keyId: v.string(),
  primary: v.boolean(),
  created: count,
  algorithmId: count,
  algorithm: v.string(),
  supported: v.boolean(),
  weakness: v.optional(v.string(), absent),
  bound: v.boolean(),
  unexpired: intervals,
  signing: intervals,
  hardRevocation: revocation,
  softRevocation: revocation,
});

const problem = v.strictObject({
  code: v.picklist([
    'packet.unreadable',
    'packet.ignored',
    'certificate.secret-key',
    'certificate.too-large',
    'self-signature.invalid',
    'self-signature.sha1',
  ]),
  message: v.string(),
});

const certificate = v.strictObject({
  fingerprint,
  userIds: v.array(v.string()),
  keys: v.array(key),
  problems: v.array(problem),
});

const schema = v.strictObject({ certificates: v.array(v.strictTuple([v.string(), certificate])) });
