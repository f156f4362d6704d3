import type { TreeEntry } from '../ports.ts';
import { oidBytes, type ObjectFormat } from './oid.ts';
import { folderMode, isMode, type TreeView } from './tree-view.ts';

/** What differs at one place of a folder: both are folders or neither is. */
export interface EntryChange {
  /** One character for each byte (latin1). */
  readonly name: string;
  readonly before: TreeEntry | undefined;
  readonly after: TreeEntry | undefined;
}

/**
 * The bytes of a tree after some changes, in git's order; undefined if they don't stand in that order, change nothing, or
 * the tree does not have what they start from. Whether the result is a good tree is not looked at.
 */
export function editedTree(
  tree: TreeView,
  changes: readonly EntryChange[],
  format: ObjectFormat,
): Buffer | undefined {
  const places: number[] = [];
  let size = tree.content.length;
  let next = 0;
  for (const change of changes) {
    const { before, after } = change;
    const place = tree.placeOf(change.name, (after ?? before)?.mode === folderMode);
    if (place < next || !isApplicable(tree, place, change)) return undefined;
    if (before !== undefined) size -= tree.start(place + 1) - tree.start(place);
    if (after !== undefined) size += entrySize(change.name, after, format);
    places.push(place);
    next = before === undefined ? place : place + 1;
  }
  return write(tree, changes, places, Buffer.allocUnsafe(size));
}

function isApplicable(tree: TreeView, place: number, { name, before, after }: EntryChange): boolean {
  if (after !== undefined && !isMode(after.mode)) return false;
  if (before === undefined) return after !== undefined;
  if (place === tree.size || tree.name(place) !== name) return false;
  const { mode, oid } = tree.entry(place);
  if (mode !== before.mode || oid !== before.oid) return false;
  return mode !== after?.mode || oid !== after.oid;
}

function write(
  tree: TreeView,
  changes: readonly EntryChange[],
  places: readonly number[],
  into: Buffer,
): Buffer {
  let [from, at] = [0, 0];
  for (const [index, { name, before, after }] of changes.entries()) {
    const place = places[index] ?? tree.size;
    at += tree.content.copy(into, at, tree.start(from), tree.start(place));
    if (after !== undefined) {
      at += into.write(`${storedMode(after)} ${name}\0`, at, 'latin1');
      at += into.write(after.oid, at, 'hex');
    }
    from = before === undefined ? place : place + 1;
  }
  tree.content.copy(into, at, tree.start(from));
  return into;
}

const entrySize = (name: string, entry: TreeEntry, format: ObjectFormat): number =>
  storedMode(entry).length + 1 + name.length + 1 + oidBytes(format);

/** In a tree a folder's mode stands without the zero. */
const storedMode = ({ mode }: TreeEntry): string => mode.replace(/^0/, '');
