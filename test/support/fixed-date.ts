import { afterEach, beforeEach, vi } from 'vitest';
import type { Seconds } from '../../src/core/ports.ts';

/**
 * In each test of a file it is this moment: for verbs that look at the clock after something was signed, and people
 * whose keyring would have expired by the day on which the test is run. Timers run as ever.
 */
export function fixDate(moment: Seconds): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: moment * 1000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
