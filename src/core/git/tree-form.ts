import { malformed, type Parsed, type Refused } from './headers.ts';
import { oidBytes, type ObjectFormat } from './oid.ts';
import type { TreeEntry } from '../ports.ts';
import { folderMode, modeAt, TreeView } from './tree-view.ts';

export interface NamedEntry extends TreeEntry {
  /** One character for each byte (latin1), never empty and without a slash. */
  readonly name: string;
}

/**
 * Finds the entries of a tree, or what makes it malformed (git fsck.c): modes that git writes, whole entries, good
 * names, each once and in git's order. Names such as `..` and `.git` are left to the rules for paths.
 *
 * The answer never depends on `similar`, which is any tree whose form is good: stretches of entries that both have
 * are taken over, since what makes them good stands in these bytes. Where they meet others is looked at.
 */
export function viewTree(
  content: Uint8Array,
  format: ObjectFormat,
  similar: TreeView = TreeView.empty,
): Parsed<TreeView> {
  const view = new TreeView(content, oidBytes(format));
  // A file and a folder of one name need not be neighbours, so that no stretch beside a file is good by itself.
  const known = similar.hasFoldersOnly ? similar : TreeView.empty;
  const files = new Set<string>();
  let knownAt = 0;
  while (view.end < content.length) {
    const first = view.size;
    knownAt = view.appendSameFolders(known, knownAt);
    const taken = view.size > first;
    const problem = taken ? problemOfPlace(view, first) : takeEntry(view, files);
    if (problem !== undefined) return problem;
    if (taken || known.size === 0) continue;
    if (!view.isFolder(first)) return viewTree(content, format);
    while (knownAt < known.size && known.comparePlace(knownAt, view, first) <= 0) knownAt += 1;
  }
  return { ok: true, value: view };
}

/** Reads the next entry. `files` has the names of all before that are no folders, and gets this one's. */
function takeEntry(view: TreeView, files: Set<string>): Refused | undefined {
  const { content, end: start, size: index } = view;
  const mode = modeAt(content, start);
  if (mode === undefined) {
    return malformed('bad-mode', start, 'It has an entry of a mode that git does not write.');
  }
  const nul = content.indexOf(0, start + mode.bytes.length);
  const end = nul + 1 + view.idBytes;
  if (nul === -1 || end > content.length) {
    return malformed('truncated-entry', start, 'Its last entry is cut off.');
  }
  view.append(end);
  const isFolder = view.isFolder(index);
  if (!view.hasGoodName(index)) {
    return malformed('bad-entry-name', start, `It has an ${named(view, index)}.`);
  }
  // A file and a folder of one name are no neighbours: the file comes first.
  if (isFolder && files.size > 0 && files.has(view.name(index))) return duplicate(view, index);
  if (!isFolder) files.add(view.name(index));
  return problemOfPlace(view, index);
}

/** Whether an entry stands where git would put it: behind the one before. */
function problemOfPlace(view: TreeView, index: number): Refused | undefined {
  const step = index === 0 ? 1 : view.comparePlace(index, view, index - 1);
  if (step > 0) return undefined;
  if (step === 0) return duplicate(view, index);
  const message = `It has an ${named(view, index)} where git would not put it.`;
  return malformed('entry-order', view.start(index), message);
}

const duplicate = (view: TreeView, index: number): Refused =>
  malformed('duplicate-entry', view.start(index), `It has more than one ${named(view, index)}.`);

const named = (view: TreeView, index: number): string => `entry named ${JSON.stringify(view.name(index))}`;

/** The bytes of a tree with these entries, in git's order. */
export function renderTree(entries: readonly NamedEntry[]): Uint8Array {
  const keyed = entries.map((entry) => ({ entry, key: sortKey(entry.name, entry.mode) }));
  const sorted = keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
  const parts = sorted.flatMap(({ entry: { mode, name, oid } }) => [
    Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`, 'latin1'),
    Buffer.from(oid, 'hex'),
  ]);
  return Buffer.concat(parts);
}

/** Git sorts a folder as if its name ended with a slash (git tree.c, base_name_compare). */
function sortKey(name: string, mode: string): string {
  return mode === folderMode ? `${name}/` : name;
}
