import type { Context } from './context.ts';
import { exitCodes } from './exit-code.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Lets the first Ctrl-C end a run before its next act, so that the journal stays whole. The second ends the program
 * at once; the journal then says what was begun.
 */
export async function interruptible<T>(
  context: Pick<Context, 'tell'>,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => {
    for (const signal of signals) process.removeListener(signal, interrupt);
    abort.abort(interruptedByUser);
    context.tell('Interrupted: what is being done comes to its end, and nothing else is begun.\n');
    context.tell('Ctrl-C again ends at once; the journal says what was begun.\n');
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await run(abort.signal);
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}

/** Work that has done nothing to the world outside yet: Ctrl-C ends it at once, after what it made here is removed. */
export async function abandonable<T>(remove: () => void, work: () => Promise<T>): Promise<T> {
  const leave = (): void => {
    remove();
    process.exit(exitCodes.interrupted);
  };
  for (const signal of signals) process.on(signal, leave);
  try {
    return await work();
  } finally {
    for (const signal of signals) process.removeListener(signal, leave);
  }
}

/** Why an interrupted run ended. */
export const interruptedByUser = 'It was interrupted.';
