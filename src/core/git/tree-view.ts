import type { TreeEntry } from '../ports.ts';
import { oidFromBytes } from './oid.ts';
import { commonLength } from './stretches.ts';

/** The mode of a folder. In a tree it stands without the zero. */
export const folderMode = '040000';

/** The modes that git writes. It takes others for one of these, so that different trees would look the same. */
const modes = [folderMode, '100644', '100755', '120000', '160000'].map((mode) => ({
  mode,
  bytes: Buffer.from(`${mode.replace(/^0/, '')} `),
}));

/** Only a folder's mode starts with a 4. */
const folderDigit = 0x34;
const slash = 0x2f;

/** Mode, space, a name of one byte, NUL: what the shortest entry has beside its id. */
const shortestEntry = 8;

/**
 * A tree's bytes with the places of its entries. The folder of all packages has thousands of entries and is looked
 * at for every step, so nothing is made of them until it is asked for. Whoever makes one appends the entries, and
 * answers for their form (`viewTree`).
 */
export class TreeView {
  /** The tree without entries. */
  static readonly empty = new TreeView(new Uint8Array(0), 0);

  readonly content: Buffer;
  readonly idBytes: number;
  /** Where each entry starts (mode, space, name, NUL, id), and the end of the last. */
  private readonly starts: Int32Array;
  private entries = 0;
  private folders = 0;

  constructor(content: Uint8Array, idBytes: number) {
    this.content = Buffer.isBuffer(content)
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    this.idBytes = idBytes;
    this.starts = new Int32Array(Math.floor(content.length / (shortestEntry + idBytes)) + 2);
  }

  get size(): number {
    return this.entries;
  }

  /** Whether all entries are folders. */
  get hasFoldersOnly(): boolean {
    return this.folders === this.entries;
  }

  /** The end of the last entry. */
  get end(): number {
    return this.start(this.entries);
  }

  /** Makes an entry of the bytes from the end of the last one up to a place. */
  append(end: number): void {
    if (this.isFolder(this.entries)) this.folders += 1;
    this.entries += 1;
    this.starts[this.entries] = end;
  }

  /**
   * Appends the next entries if another tree, which has folders only, has the same from an index on, in mode, name and id;
   * returns the index behind them there.
   */
  appendSameFolders(other: TreeView, from: number): number {
    const upTo = from + other.sameFrom(from, this, this.entries);
    if (upTo === from) return from;
    const shift = this.end - other.start(from);
    const ends = this.starts.subarray(this.entries + 1, this.entries + 1 + upTo - from);
    ends.set(other.starts.subarray(from + 1, upTo + 1));
    if (shift !== 0)
      for (let index = 0; index < ends.length; index += 1) ends[index] = (ends[index] ?? 0) + shift;
    this.entries += ends.length;
    this.folders += ends.length;
    return upTo;
  }

  /** The index of the first entry that does not stand before where git would put one of this name. */
  placeOf(name: string, isFolder: boolean): number {
    let [low, high] = [0, this.entries];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.standsBefore(middle, name, isFolder)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  name(index: number): string {
    return this.content.toString('latin1', this.nameStart(index), this.nameEnd(index));
  }

  entry(index: number): TreeEntry {
    const mode = modeAt(this.content, this.start(index))?.mode ?? '';
    return { mode, oid: oidFromBytes(this.content.subarray(this.nameEnd(index) + 1, this.start(index + 1))) };
  }

  /** The index of the entry with this name. */
  find(name: string): number | undefined {
    for (let index = 0; index < this.size; index += 1) {
      const length = this.nameEnd(index) - this.nameStart(index);
      if (length === name.length && this.name(index) === name) return index;
    }
    return undefined;
  }

  isFolder(index: number): boolean {
    return this.content[this.start(index)] === folderDigit;
  }

  /** Whether the name is not empty and without a slash. */
  hasGoodName(index: number): boolean {
    const [start, end] = [this.nameStart(index), this.nameEnd(index)];
    const at = this.content.indexOf(slash, start);
    return start < end && (at === -1 || at >= end);
  }

  /**
   * Where an entry stands in git's order, compared with one of the same or another tree: negative, zero or
   * positive. A folder is sorted as if its name ended with a slash (git tree.c, base_name_compare).
   */
  comparePlace(index: number, other: TreeView, otherIndex: number): number {
    const [start, otherStart] = [this.nameStart(index), other.nameStart(otherIndex)];
    const shorter = Math.min(this.nameEnd(index) - start, other.nameEnd(otherIndex) - otherStart);
    let at = 0;
    while (at < shorter && this.content[start + at] === other.content[otherStart + at]) at += 1;
    return this.nameByte(index, at) - other.nameByte(otherIndex, at);
  }

  /** How many entries from one index on are the same, in mode, name and id, as what another tree has from another on. */
  sameFrom(index: number, other: TreeView, otherIndex: number): number {
    if (index === this.entries) return 0;
    const start = this.start(index);
    const same = commonLength(this.content, start, other.content, other.start(otherIndex));
    return same <= shortestEntry ? 0 : this.lastStartUpTo(start + same) - index;
  }

  /** Where an entry begins; the end of the tree behind the last one. */
  start(index: number): number {
    return this.starts[index] ?? this.content.length;
  }

  private nameStart(index: number): number {
    return this.start(index) + (this.isFolder(index) ? 6 : 7);
  }

  private nameEnd(index: number): number {
    return this.start(index + 1) - this.idBytes - 1;
  }

  private standsBefore(index: number, name: string, isFolder: boolean): boolean {
    const start = this.nameStart(index);
    const shorter = Math.min(this.nameEnd(index) - start, name.length);
    let at = 0;
    while (at < shorter && this.content[start + at] === name.charCodeAt(at)) at += 1;
    const other = at < name.length ? name.charCodeAt(at) : isFolder ? slash : 0;
    return this.nameByte(index, at) < other;
  }

  /** The byte of a name at a place not beyond its end, where a file has a 0 and a folder a slash. */
  private nameByte(index: number, at: number): number {
    const place = this.nameStart(index) + at;
    if (place < this.nameEnd(index)) return this.content[place] ?? 0;
    return this.isFolder(index) ? slash : 0;
  }

  /** The last index whose entry starts at this place or before it. */
  private lastStartUpTo(place: number): number {
    let [low, high] = [0, this.entries];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.start(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Whether git writes this mode. */
export const isMode = (text: string): boolean => modes.some(({ mode }) => mode === text);

/** The mode, with the space behind it, that stands at a place of a tree; undefined for any that git does not write. */
export const modeAt = (content: Buffer, start: number): (typeof modes)[number] | undefined =>
  modes.find(({ bytes }) => startsAt(content, start, bytes));

function startsAt(content: Buffer, start: number, bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && content[start + at] === bytes[at]) at += 1;
  return at === bytes.length;
}
