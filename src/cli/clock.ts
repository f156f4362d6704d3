import { Fault } from '../core/fault.ts';
import type { Seconds } from '../core/ports.ts';

/** A signature is judged after it was made, so that the run's one now would be too early. */
export const clock = (): Seconds => Math.floor(Date.now() / 1000);

/** The number of days that `--expires-in` gives. */
export function requireDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Fault(
    'usage.argument',
    `--expires-in is a number of days, not "${text}".`,
    'Give one from 1 to 9999.',
  );
}

/** The zone of this machine's clock, as git writes it: `+0200`. */
export function localZone(): string {
  const minutes = -new Date().getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = [hours, rest].map((part) => String(part).padStart(2, '0')).join('');
  return `${minutes < 0 ? '-' : '+'}${digits}`;
}
