import { type Checkpoint, isLasting, versionsChanged } from '../core/chain/checkpoint.ts';
import type { Ledger, StepEvent } from '../core/chain/history.ts';
import { recordLedger } from '../core/chain/ledger-record.ts';
import type { TagReading } from '../core/chain/tags.ts';
import type { Oid } from '../core/git/oid.ts';
import type { HistoryMemory } from '../core/chain/checkpoint.ts';
import type { Reference, Seconds } from '../core/ports.ts';
import { conditionsOf, tagLine, type Way } from './resume.ts';
import type { Tally } from './tally.ts';

/** So many steps are judged between one checkpoint and the next: what is lost if a run is interrupted. */
const stride = 2000;

interface Walk {
  readonly memory: HistoryMemory;
  readonly conditions: string;
  readonly start: Oid;
  readonly now: Seconds;
  readonly surroundings: string;
  readonly tags: readonly Reference[];
  readonly readings: readonly TagReading[];
  /** Where the walk began, if not at the start. */
  readonly before: Checkpoint | undefined;
}

/** Whoever keeps checkpoints of a walk; undefined where nothing is to be remembered. */
export function recorderFor(
  request: Parameters<typeof conditionsOf>[0],
  { found, surroundings, before }: Way,
  tags: readonly Reference[],
  readings: readonly TagReading[],
): Recorder | undefined {
  const { memory, now } = request;
  const conditions = conditionsOf(request);
  if (memory === undefined || conditions === undefined) return undefined;
  return new Recorder({ memory, conditions, start: found.start, now, surroundings, tags, readings, before });
}

/** Keeps checkpoints of a walk, as long as later walks would find the same. */
class Recorder {
  readonly #walk: Walk;
  readonly #changed: Set<string>;
  #steps: number;
  #kept: number;
  #head: Oid | undefined;
  #lasting: boolean;

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#changed = new Set(walk.before?.changed);
    this.#steps = walk.before?.steps ?? 0;
    this.#kept = this.#steps;
    this.#lasting = walk.readings.every((one) => one.ok || one.finding.code !== 'object.missing');
  }

  /** Takes note of a step, and keeps a checkpoint of it now and then. */
  async add(event: StepEvent, ledger: Ledger | undefined, tally: Tally): Promise<void> {
    this.#head = event.kind === 'refused' ? event.oid : event.judgement.step.oid;
    this.#steps += 1;
    this.#lasting &&= isLasting(event);
    for (const version of versionsChanged(event)) this.#changed.add(version);
    if (this.#steps - this.#kept >= stride) await this.finish(ledger, tally);
  }

  /** Keeps what is known after the last step, if that is more than was kept already. */
  async finish(ledger: Ledger | undefined, tally: Tally): Promise<void> {
    const head = this.#head;
    if (!this.#lasting || ledger === undefined || head === undefined || this.#steps === this.#kept) return;
    this.#kept = this.#steps;
    const { memory, conditions, start, now, surroundings, tags } = this.#walk;
    await memory.keep(conditions, {
      head,
      start,
      steps: this.#steps,
      now,
      surroundings,
      tags: tags.map(tagLine),
      changed: [...this.#changed],
      ledger: Buffer.from(recordLedger(ledger, head).bytes).toString(),
      sums: tally.sums,
    });
  }
}
