import type { TreeEntry } from '../ports.ts';
import { malformed, type Parsed, type Refused } from './headers.ts';
import { oidBytes, oidFromBytes, type ObjectFormat } from './oid.ts';

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

/** So many bytes are compared at once: that is far faster than byte by byte. */
const chunk = 4096;

/**
 * A tree's bytes with the places of its entries: every name once and in git's order. The folder of all packages
 * has thousands of entries and is looked at for every step, so nothing is made of them until it is asked for.
 */
export class TreeView {
  /** The tree without entries. */
  static readonly empty = new TreeView(new Uint8Array(0), 0, [0]);

  readonly content: Uint8Array;
  private readonly idBytes: number;
  /** Where each entry starts (mode, space, name, NUL, id), and the end of the last. */
  private readonly starts: readonly number[];

  private constructor(content: Uint8Array, idBytes: number, starts: readonly number[]) {
    this.content = content;
    this.idBytes = idBytes;
    this.starts = starts;
  }

  /**
   * Finds the entries, or what makes the tree malformed (git fsck.c). Names such as `..` and `.git` are left to
   * the rules for paths.
   */
  static of(content: Uint8Array, format: ObjectFormat): Parsed<TreeView> {
    const idBytes = oidBytes(format);
    const starts: number[] = [0];
    const view = new TreeView(content, idBytes, starts);
    const files = new Set<string>();
    let start = 0;
    while (start < content.length) {
      const mode = modes.find(({ bytes }) => startsAt(content, start, bytes));
      if (mode === undefined) {
        return malformed('bad-mode', start, 'It has an entry of a mode that git does not write.');
      }
      const end = nulAfter(content, start + mode.bytes.length) + 1 + idBytes;
      if (end > content.length) return malformed('truncated-entry', start, 'Its last entry is cut off.');
      starts.push(end);
      const problem = view.problemOfLast(files);
      if (problem !== undefined) return problem;
      start = end;
    }
    return { ok: true, value: view };
  }

  get size(): number {
    return this.starts.length - 1;
  }

  name(index: number): string {
    const bytes = this.content.subarray(this.nameStart(index), this.nameEnd(index));
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  entry(index: number): TreeEntry {
    const start = this.start(index);
    const mode = modes.find(({ bytes }) => startsAt(this.content, start, bytes))?.mode ?? '';
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

  /** Whether mode, name and id are the same as those of an entry of another tree. */
  equals(index: number, other: TreeView, otherIndex: number): boolean {
    const [start, otherStart] = [this.start(index), other.start(otherIndex)];
    const length = this.start(index + 1) - start;
    if (other.start(otherIndex + 1) - otherStart !== length) return false;
    let at = 0;
    while (at < length && this.content[start + at] === other.content[otherStart + at]) at += 1;
    return at === length;
  }

  /** How many entries at the start are the same as those of another tree. */
  sameAtStart(other: TreeView): number {
    const end = firstDifference(this.content, other.content);
    let [low, high] = [0, Math.min(this.size, other.size)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.start(middle) <= end) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private isFolder(index: number): boolean {
    return this.content[this.start(index)] === folderDigit;
  }

  private start(index: number): number {
    return this.starts[index] ?? this.content.length;
  }

  private nameStart(index: number): number {
    return this.start(index) + (this.isFolder(index) ? 6 : 7);
  }

  private nameEnd(index: number): number {
    return this.start(index + 1) - this.idBytes - 1;
  }

  /** The byte of a name at a place not beyond its end, where a file has a 0 and a folder a slash. */
  private nameByte(index: number, at: number): number {
    const place = this.nameStart(index) + at;
    if (place < this.nameEnd(index)) return this.content[place] ?? 0;
    return this.isFolder(index) ? slash : 0;
  }

  /** `files` has the names of all entries so far that are no folders, and gets the last one's. */
  private problemOfLast(files: Set<string>): Refused | undefined {
    const last = this.size - 1;
    const offset = this.start(last);
    const named = (): string => `entry named ${JSON.stringify(this.name(last))}`;
    if (!this.hasGoodName(last)) return malformed('bad-entry-name', offset, `It has an ${named()}.`);
    const step = last === 0 ? 1 : this.comparePlace(last, this, last - 1);
    const isFolder = this.isFolder(last);
    // A file and a folder of one name are no neighbours: the file comes first.
    if (step === 0 || (isFolder && files.size > 0 && files.has(this.name(last)))) {
      return malformed('duplicate-entry', offset, `It has more than one ${named()}.`);
    }
    if (step < 0) return malformed('entry-order', offset, `It has an ${named()} where git would not put it.`);
    if (!isFolder) files.add(this.name(last));
    return undefined;
  }

  private hasGoodName(index: number): boolean {
    const end = this.nameEnd(index);
    let at = this.nameStart(index);
    if (at === end) return false;
    while (at < end && this.content[at] !== slash) at += 1;
    return at === end;
  }
}

function startsAt(content: Uint8Array, start: number, bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && content[start + at] === bytes[at]) at += 1;
  return at === bytes.length;
}

/** Where the next NUL is; behind the end if there is none. */
function nulAfter(content: Uint8Array, start: number): number {
  let at = start;
  while (at < content.length && content[at] !== 0) at += 1;
  return at;
}

/** The first place where two byte strings differ, or the end of the shorter one. */
function firstDifference(one: Uint8Array, other: Uint8Array): number {
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (
    at + chunk <= shorter &&
    Buffer.compare(one.subarray(at, at + chunk), other.subarray(at, at + chunk)) === 0
  )
    at += chunk;
  while (at < shorter && one[at] === other[at]) at += 1;
  return at;
}
