import * as v from 'valibot';
import type { ComparedRelease, ReleaseMemory } from '../core/chain/compared-release.ts';
import { count, findings, oid } from './history-schema.ts';
import { KeptEntries, type MemoryPlace } from './kept-entries.ts';

/** So many releases are kept: more than there are open pull requests. */
const mostReleases = 512;

/** Releases that were compared, among the {@link KeptEntries}. */
export class StoredReleaseMemory implements ReleaseMemory {
  private readonly kept: KeptEntries;

  constructor(place: MemoryPlace) {
    this.kept = new KeptEntries(place, mostReleases);
  }

  async recall(conditions: string): Promise<ComparedRelease | undefined> {
    for await (const release of this.kept.recall(conditions, releaseSchema)) return release;
    return undefined;
  }

  keep(conditions: string, release: ComparedRelease): Promise<void> {
    return this.kept.keep(conditions, 'release', release);
  }
}

/** Nothing but what held is kept, so that nothing else is believed. */
const upheld = v.strictObject({
  id: v.string(),
  title: v.string(),
  status: v.literal('upheld'),
  evidence: v.array(v.string()),
  findings,
});

const releaseSchema = v.strictObject({
  at: count,
  source: upheld,
  tag: v.strictObject({
    name: v.string(),
    oid,
    content: v.exactOptional(v.pipe(v.string(), v.base64())),
  }),
  compared: v.array(upheld),
});
