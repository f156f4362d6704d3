/** So many bytes are compared first; then twice as many, as long as they are the same. */
const firstStretch = 64;
const longestStretch = 64 * 1024;

/** How many bytes are the same in two byte strings, from a place in each on. */
export function commonLength(one: Buffer, at: number, other: Buffer, otherAt: number): number {
  const longest = Math.min(one.length - at, other.length - otherAt);
  const sameNext = (from: number, length: number): boolean =>
    one.compare(other, otherAt + from, otherAt + from + length, at + from, at + from + length) === 0;
  let same = 0;
  let stretch = Math.min(firstStretch, longest);
  while (stretch > 0 && sameNext(same, stretch)) {
    same += stretch;
    stretch = Math.min(stretch * 2, longestStretch, longest - same);
  }
  // The first difference, if there is one, is among the next `stretch` bytes.
  while (stretch > firstStretch) {
    stretch = Math.ceil(stretch / 2);
    if (sameNext(same, Math.min(stretch, longest - same))) same += Math.min(stretch, longest - same);
  }
  while (same < longest && one[at + same] === other[otherAt + same]) same += 1;
  return same;
}
