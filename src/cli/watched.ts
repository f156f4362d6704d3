import type { Progress } from '../core/ports.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';
import { makeProgress } from './progress.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** How long work may take to notice that it was interrupted, in milliseconds. */
const patience = 3000;

/**
 * Long work that only reads, with its progress on a terminal. Ctrl-C ends it where it tells of its progress, so that
 * what it keeps stays whole; where that takes too long, and at the second Ctrl-C, the program ends at once.
 */
export async function watched<T>(context: Context, work: (progress: Progress) => Promise<T>): Promise<T> {
  const progress = new Watch(await makeProgress(context));
  const interrupt = (): void => {
    if (progress.interrupted) leave();
    progress.interrupted = true;
    setTimeout(() => {
      if (!progress.noticed) leave();
    }, patience).unref();
  };
  const leave = (): void => {
    progress.end();
    context.tell(`${progress.farewell}\n`);
    process.exit(exitCodes.interrupted);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    const result = await work(progress);
    // Ctrl-C reaches git too, so that whatever came of it afterwards is worth nothing.
    progress.check();
    return result;
  } catch (error) {
    progress.check();
    throw error;
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupt);
    progress.end();
  }
}

class Watch implements Progress {
  readonly #shown: Progress;
  #stage: { readonly title: string; readonly total: number | undefined } | undefined;
  #done = 0;
  interrupted = false;
  /** Whether the work was told, and is keeping what it has found out so far. */
  noticed = false;

  constructor(shown: Progress) {
    this.#shown = shown;
  }

  get farewell(): string {
    const total = this.#stage?.total;
    const where =
      total === undefined || total === 0
        ? ''
        : ` at ${this.#done.toLocaleString('en')} of ${total.toLocaleString('en')} (${this.#stage?.title.toLowerCase() ?? ''})`;
    return `interrupted${where}: nothing was concluded.`;
  }

  check(): void {
    if (!this.interrupted) return;
    this.noticed = true;
    this.#shown.end();
    throw new Interrupted(this.farewell);
  }

  stage(title: string, total?: number): void {
    this.check();
    this.#stage = { title, total };
    this.#done = 0;
    this.#shown.stage(title, total);
  }

  advance(by = 1): void {
    this.check();
    this.#done += by;
    this.#shown.advance(by);
  }

  remark(text: string): void {
    this.#shown.remark?.(text);
  }

  end(): void {
    this.#shown.end();
  }
}
