import { type Checkpoint, isLasting, versionsChanged } from '../core/chain/checkpoint.ts';
import type { Ledger, StepEvent } from '../core/chain/history.ts';
import { recordLedger } from '../core/chain/ledger-record.ts';
import type { TagReading } from '../core/chain/tags.ts';
import type { Oid } from '../core/git/oid.ts';
import type { HistoryMemory } from '../core/chain/checkpoint.ts';
import type { Reference, Seconds } from '../core/ports.ts';
import type { Chronicler } from './chronicler.ts';
import { conditionsOf, type ResumeRequest, tagLine, type Way } from './resume.ts';
import type { Tally } from './tally.ts';

/** So many steps are judged between one checkpoint and the next: what is lost if a run is interrupted. */
const stride = 2000;

/**
 * The same for checkpoints with a chronicle, which has some megabytes: to keep one takes less than a hundredth of the time
 * in which so many steps are judged (docs/performance).
 */
const chronicleStride = 10_000;

interface Walk {
  readonly shelves: readonly Shelf[];
  readonly start: Oid;
  readonly now: Seconds;
  readonly surroundings: string;
  readonly tags: readonly Reference[];
  readonly readings: readonly TagReading[];
  /** Where the walk began, if not at the start. */
  readonly before: Checkpoint | undefined;
}

/** Where checkpoints of one kind are kept. */
interface Shelf {
  readonly stride: number;
  keep(checkpoint: Checkpoint): Promise<void>;
}

/** Whoever keeps checkpoints of a walk; undefined where nothing is to be remembered. */
export function recorderFor(
  request: ResumeRequest,
  { found, surroundings, before }: Pick<Way, 'found' | 'surroundings' | 'before'>,
  tags: readonly Reference[],
  readings: readonly TagReading[],
): Recorder | undefined {
  const { memory, now, chronicler } = request;
  const conditions = conditionsOf(request);
  if (memory === undefined || conditions === undefined) return undefined;
  const shelves = shelvesOf(memory, conditions, chronicler);
  return new Recorder({ shelves, start: found.start, now, surroundings, tags, readings, before });
}

function shelvesOf(
  memory: HistoryMemory,
  conditions: string,
  chronicler: Chronicler | undefined,
): readonly Shelf[] {
  const plain: Shelf = { stride, keep: (checkpoint) => memory.keep(conditions, checkpoint) };
  if (chronicler === undefined) return [plain];
  const chronicled: Shelf = {
    stride: chronicleStride,
    keep: (checkpoint) =>
      memory.keepChronicled(conditions, { ...checkpoint, chronicle: chronicler.chronicle }),
  };
  return [plain, chronicled];
}

/** Keeps checkpoints of a walk, as long as later walks would find the same. */
class Recorder {
  readonly #walk: Walk;
  readonly #changed: Set<string>;
  readonly #kept: Map<Shelf, number>;
  #steps: number;
  #head: Oid | undefined;
  #lasting: boolean;

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#changed = new Set(walk.before?.changed);
    this.#steps = walk.before?.steps ?? 0;
    this.#kept = new Map(walk.shelves.map((shelf) => [shelf, this.#steps]));
    this.#lasting = walk.readings.every((one) => one.ok || one.finding.code !== 'object.missing');
  }

  /** Takes note of a step, and keeps a checkpoint of it now and then. */
  async add(event: StepEvent, ledger: Ledger | undefined, tally: Tally): Promise<void> {
    this.#head = event.kind === 'refused' ? event.oid : event.judgement.step.oid;
    this.#steps += 1;
    this.#lasting &&= isLasting(event);
    for (const version of versionsChanged(event)) this.#changed.add(version);
    await this.#keep(ledger, tally, ({ stride }) => stride);
  }

  /** Keeps what is known after the last step, if that is more than was kept already. */
  async finish(ledger: Ledger | undefined, tally: Tally): Promise<void> {
    await this.#keep(ledger, tally, () => 1);
  }

  /** Keeps a checkpoint on every shelf that has not had one for so many steps. */
  async #keep(ledger: Ledger | undefined, tally: Tally, every: (shelf: Shelf) => number): Promise<void> {
    const due = [...this.#kept].filter(([shelf, steps]) => this.#steps - steps >= every(shelf));
    const head = this.#head;
    if (!this.#lasting || ledger === undefined || head === undefined || due.length === 0) return;
    const checkpoint = this.#checkpoint(head, ledger, tally);
    for (const [shelf] of due) {
      this.#kept.set(shelf, this.#steps);
      await shelf.keep(checkpoint);
    }
  }

  #checkpoint(head: Oid, ledger: Ledger, tally: Tally): Checkpoint {
    const { start, now, surroundings, tags } = this.#walk;
    return {
      head,
      start,
      steps: this.#steps,
      now,
      surroundings,
      tags: tags.map(tagLine),
      changed: [...this.#changed],
      ledger: Buffer.from(recordLedger(ledger, head).bytes).toString(),
      sums: tally.sums,
    };
  }
}
