import type { Seconds } from '../ports.ts';

/** A moment as ISO 8601 in UTC, to the second; objects may claim times that no calendar has. */
export function isoTime(time: Seconds): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime())
    ? `second ${time} since 1970`
    : date.toISOString().replace(/\.\d+Z$/, 'Z');
}
