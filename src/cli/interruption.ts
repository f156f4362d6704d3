const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Lets the first Ctrl-C end a run before its next act, so that the journal stays whole. The second ends the program
 * at once; the journal then says what was begun.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => {
    for (const signal of signals) process.removeListener(signal, interrupt);
    abort.abort(interruptedByUser);
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await run(abort.signal);
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}

/** Why an interrupted run ended. */
export const interruptedByUser = 'It was interrupted.';
