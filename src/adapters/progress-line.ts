/** How far a stretch of work is. */
export interface Stretch {
  readonly title: string;
  /** Undefined or 0: not known. */
  readonly total: number | undefined;
  readonly done: number;
  /** What has come of it so far. */
  readonly remark: string | undefined;
}

/** In the first seconds a rate says nothing of the hours to come. */
const settling = 2;

/** One line: how much is done, how fast, how long it will take, and what was found. `seconds` since the beginning. */
export function progressLine({ title, total = 0, done, remark }: Stretch, seconds: number): string {
  const rate = seconds < settling || done === 0 ? undefined : done / seconds;
  const known = total > 0;
  const parts = [
    known
      ? `${grouped(done)} of ${grouped(total)} (${Math.min(100, Math.floor((100 * done) / total))} %)`
      : grouped(done),
    ...(rate === undefined ? [] : [`${grouped(Math.max(1, Math.round(rate)))} a second`]),
    ...(rate === undefined || !known || done >= total ? [] : [`${duration((total - done) / rate)} left`]),
    ...(remark === undefined ? [] : [remark]),
  ];
  return `${title}: ${parts.join(', ')}`;
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
