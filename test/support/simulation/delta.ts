/**
 * The difference between two contents as git packs it (gitformat-pack, deltified representation): what they begin and
 * end with is copied, what lies between is written out.
 */
export function deltaBetween(before: Buffer, after: Buffer): Buffer {
  const shorter = Math.min(before.length, after.length);
  const start = commonStart(before, after, shorter);
  const end = commonEnd(before, after, shorter - start);
  return Buffer.concat([
    varint(before.length),
    varint(after.length),
    copies(0, start),
    literals(after.subarray(start, after.length - end)),
    copies(before.length - end, end),
  ]);
}

/** Long stretches are compared at once, the one in which they differ byte by byte. */
const stretch = 1024;

function commonStart(one: Buffer, other: Buffer, most: number): number {
  let at = 0;
  while (at + stretch <= most && one.compare(other, at, at + stretch, at, at + stretch) === 0) at += stretch;
  while (at < most && one[at] === other[at]) at += 1;
  return at;
}

function commonEnd(one: Buffer, other: Buffer, most: number): number {
  const [a, b] = [one.length, other.length];
  let at = 0;
  while (
    at + stretch <= most &&
    one.compare(other, b - at - stretch, b - at, a - at - stretch, a - at) === 0
  ) {
    at += stretch;
  }
  while (at < most && one[a - at - 1] === other[b - at - 1]) at += 1;
  return at;
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest & 127) | 128);
  out.push(rest);
  return Buffer.from(out);
}

/** One instruction copies at most 0xffff bytes here, which every version of git reads. */
function copies(offset: number, length: number): Buffer {
  const out: number[] = [];
  for (let at = offset; at < offset + length; at += 0xffff) {
    const size = Math.min(0xffff, offset + length - at);
    out.push(0xbf, at & 255, (at >> 8) & 255, (at >> 16) & 255, at >>> 24, size & 255, size >> 8);
  }
  return Buffer.from(out);
}

function literals(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 127) {
    const part = bytes.subarray(at, at + 127);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat(parts);
}
