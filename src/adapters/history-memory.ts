import * as v from 'valibot';
import type { Checkpoint, HistoryMemory } from '../core/chain/checkpoint.ts';
import { count, historySums, oid } from './history-schema.ts';
import { KeptEntries, type MemoryPlace } from './kept-entries.ts';

/** So many checkpoints are kept. */
const mostCheckpoints = 24;

/** Checkpoints among the {@link KeptEntries}. */
export class StoredHistoryMemory implements HistoryMemory {
  private readonly kept: KeptEntries;

  constructor(place: MemoryPlace) {
    this.kept = new KeptEntries(place, mostCheckpoints);
  }

  recall(conditions: string): AsyncGenerator<Checkpoint> {
    return this.kept.recall(conditions, checkpointSchema);
  }

  keep(conditions: string, checkpoint: Checkpoint): Promise<void> {
    return this.kept.keep(conditions, checkpoint.head, checkpoint);
  }
}

const checkpointSchema = v.strictObject({
  head: oid,
  start: oid,
  steps: count,
  now: count,
  surroundings: v.string(),
  tags: v.array(v.string()),
  changed: v.array(v.string()),
  ledger: v.string(),
  sums: historySums,
});
