import * as v from 'valibot';
import type { Checkpoint, ChronicledCheckpoint, HistoryMemory } from '../core/chain/checkpoint.ts';
import type { GrowingChronicle } from '../core/report/chronicle.ts';
import { chronicleSchema } from './chronicle-schema.ts';
import { count, historySums, oid } from './history-schema.ts';
import { KeptEntries, type MemoryPlace } from './kept-entries.ts';

/** So many checkpoints are kept. */
const mostCheckpoints = 24;

/** So many with a chronicle, which is a few megabytes. */
const mostChronicles = 8;

/** Checkpoints among the {@link KeptEntries}. */
export class StoredHistoryMemory implements HistoryMemory {
  private readonly kept: KeptEntries;
  private readonly chronicled: KeptEntries;

  constructor(place: MemoryPlace, chronicles: MemoryPlace) {
    this.kept = new KeptEntries(place, mostCheckpoints);
    this.chronicled = new KeptEntries(chronicles, mostChronicles);
  }

  recall(conditions: string): AsyncGenerator<Checkpoint> {
    return this.kept.recall(conditions, checkpointSchema);
  }

  keep(conditions: string, checkpoint: Checkpoint): Promise<void> {
    return this.kept.keep(conditions, checkpoint.head, checkpoint);
  }

  recallChronicled(conditions: string): AsyncGenerator<ChronicledCheckpoint<GrowingChronicle>> {
    return this.chronicled.recall(conditions, chronicledSchema);
  }

  keepChronicled(conditions: string, checkpoint: ChronicledCheckpoint): Promise<void> {
    return this.chronicled.keep(conditions, checkpoint.head, checkpoint);
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

const chronicledSchema = v.pipe(
  v.strictObject({ ...checkpointSchema.entries, chronicle: chronicleSchema }),
  v.check((checkpoint) => isChronicleOf(checkpoint)),
);

/** Whether a chronicle tells of the steps up to its checkpoint, and of no time after that was made. */
function isChronicleOf({ head, steps, now, chronicle }: ChronicledCheckpoint): boolean {
  const { oid: listed, time } = chronicle.steps;
  const lastMonth = Date.UTC(1970, chronicle.months.at(-1)?.month ?? 0) / 1000;
  return (
    chronicle.forgotten + listed.length === steps &&
    listed.at(-1) === head &&
    (time.at(-1) ?? 0) <= now &&
    lastMonth <= now
  );
}
