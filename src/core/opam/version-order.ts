/**
 * Which of two versions is newer, as opam orders them (OpamVersionCompare; Debian policy, section 5.6.12):
 * texts and numbers in turn, `~` before the end of a text, letters before everything else. Negative: the first is older.
 *
 * @example ['1.10', '1.2', '1.2~rc1'].sort(compareVersions) // ['1.2~rc1', '1.2', '1.10']
 */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [parts(one), parts(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a, b] = [left[index] ?? '', right[index] ?? ''];
    // A text stands at every even place and a number at every odd one.
    const order = index % 2 === 0 ? compareTexts(a, b) : compareNumbers(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

const parts = (version: string): readonly string[] => version.split(/(\d+)/);

function compareTexts(one: string, other: string): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const order = weight(one[index]) - weight(other[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return (character.codePointAt(0) ?? 0) + (/[A-Za-z]/.test(character) ? 0 : 256);
}

/** By length without leading zeros, then by digits: a version may hold more digits than a number. */
function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Of some versions the newest that is older than this one, or else the newest of all; undefined if there are none. */
export function predecessorOf(version: string, versions: readonly string[]): string | undefined {
  const sorted = [...versions].sort(compareVersions);
  return sorted.findLast((one) => compareVersions(one, version) < 0) ?? sorted.at(-1);
}
