import { type Block, readBlock } from './bzip2-block.ts';
import { BitReader } from './bit-reader.ts';

/** The unpacked bytes, or why there are none. */
export type Unpacking =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'malformed' | 'too-large' };

/**
 * Unpacks bzip2 (several streams one after the other too) in memory, up to a number of bytes. Node's zlib has no
 * bzip2, and nearly half of the archives in opam-repository are packed with it.
 */
export function bunzip2(packed: Uint8Array, maximum: number): Unpacking {
  const reader = new BitReader(packed);
  const output = new Output(Math.min(maximum, packed.length * 8 + 1), maximum);
  do {
    if (!readStream(reader, output)) return { ok: false, reason: output.full ? 'too-large' : 'malformed' };
    reader.align();
  } while (!reader.atEnd());
  return { ok: true, bytes: output.bytes() };
}

const blockMark = 0x314159265359;
const endMark = 0x177245385090;

function readStream(reader: BitReader, output: Output): boolean {
  const magic = reader.bits(24);
  const level = reader.bits(8) - 0x30;
  if (magic !== 0x425a68 || level < 1 || level > 9) return false;
  for (let combined = 0; ;) {
    const mark = reader.bits(24) * 0x1000000 + reader.bits(24);
    const sum = reader.bits(16) * 0x10000 + reader.bits(16);
    if (mark === endMark) return sum === combined && !reader.exhausted;
    const block = mark === blockMark ? readBlock(reader, level * 100_000) : undefined;
    if (block === undefined || writeBlock(block, output) !== sum) return false;
    combined = (((combined << 1) | (combined >>> 31)) ^ sum) >>> 0;
  }
}

/** Undoes the transform and the runs of a block; returns its checksum, undefined if the output is full. */
function writeBlock({ transformed, origin }: Block, output: Output): number | undefined {
  const links = linked(transformed);
  const chunk = new Uint8Array(chunkSize + 255);
  let filled = 0;
  let sum = 0xffffffff;
  let alike = 0;
  let last = -1;
  let at = (links[origin] ?? 0) >>> 8;
  for (let rest = transformed.length; rest > 0; rest--) {
    const link = links[at] ?? 0;
    const byte = link & 0xff;
    at = link >>> 8;
    if (alike === 4) {
      chunk.fill(last, filled, filled + byte);
      filled += byte;
      alike = 0;
      last = -1;
    } else {
      alike = byte === last ? alike + 1 : 1;
      last = byte;
      chunk[filled++] = byte;
    }
    if (filled < chunkSize && rest > 1) continue;
    const bytes = chunk.subarray(0, filled);
    if (!output.append(bytes)) return undefined;
    sum = checksum(sum, bytes);
    filled = 0;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const chunkSize = 0x10000;

/**
 * For every place in the sorted block its byte, in the low eight bits, and above them the place of the byte that
 * follows in the original (Burrows and Wheeler, 1994). Together, because reading them is what takes the time.
 */
function linked(transformed: Uint8Array): Uint32Array {
  const ranks = new Uint32Array(257);
  for (const byte of transformed) ranks[byte + 1] = (ranks[byte + 1] ?? 0) + 1;
  for (let byte = 1; byte <= 256; byte++) ranks[byte] = (ranks[byte] ?? 0) + (ranks[byte - 1] ?? 0);
  const links = Uint32Array.from(transformed);
  for (let place = 0; place < transformed.length; place++) {
    const byte = transformed[place] ?? 0;
    const rank = ranks[byte] ?? 0;
    ranks[byte] = rank + 1;
    links[rank] = (links[rank] ?? 0) + place * 256;
  }
  return links;
}

/** CRC-32 as bzip2 has it: the polynomial of Ethernet, most significant bit first. */
const sums = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = sum < 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  return sum >>> 0;
});

function checksum(sum: number, bytes: Uint8Array): number {
  let result = sum;
  for (const byte of bytes) result = (result << 8) ^ (sums[((result >>> 24) ^ byte) & 0xff] ?? 0);
  return result;
}

class Output {
  full = false;
  readonly #maximum: number;
  #buffer: Uint8Array;
  #length = 0;

  constructor(expected: number, maximum: number) {
    this.#maximum = maximum;
    this.#buffer = new Uint8Array(expected);
  }

  append(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length;
    this.full = length > this.#maximum;
    if (this.full) return false;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#maximum, length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
    return true;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
