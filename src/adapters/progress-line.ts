/** How far a stretch of work is. */
export interface Stretch {
  readonly title: string;
  /** Undefined or 0: not known. */
  readonly total: number | undefined;
  readonly done: number;
  /** What is counted; things, unless told. */
  readonly unit?: 'bytes' | undefined;
  /** What has come of it so far. */
  readonly remark: string | undefined;
}

/** In the first seconds a rate says nothing of the hours to come. */
const settling = 2;

/** One line: how much is done, how fast, how long it will take, and what was found. `seconds` since the beginning. */
export function progressLine({ title, total = 0, done, unit, remark }: Stretch, seconds: number): string {
  const spell = unit === 'bytes' ? bytes : grouped;
  const rate = seconds < settling || done === 0 ? undefined : done / seconds;
  const known = total > 0;
  const parts = [
    known
      ? `${spell(done)} of ${spell(total)} (${Math.min(100, Math.floor((100 * done) / total))} %)`
      : spell(done),
    ...(rate === undefined ? [] : [`${spell(Math.max(1, Math.round(rate)))} a second`]),
    ...(rate === undefined || !known || done >= total ? [] : [`${duration((total - done) / rate)} left`]),
    ...(remark === undefined ? [] : [remark]),
  ];
  return `${title}: ${parts.join(', ')}`;
}

/** Decimal units, as downloads are usually told. */
function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

const grouped = (count: number): string => count.toLocaleString('en');

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
