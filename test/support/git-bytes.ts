import type { TreeEntry } from '../../src/core/ports.ts';

/** A commit from its header lines and its message, nothing added or checked. */
export function commitBytes(headers: readonly (string | Uint8Array)[], message: Uint8Array): Uint8Array {
  const lines = headers.flatMap((header) => [Buffer.from(header), Buffer.from('\n')]);
  return Buffer.concat([...lines, Buffer.from('\n'), message]);
}

/** A header of several lines as git writes it: each further line starts with a space (git commit.c). */
export function folded(name: string, value: string | Uint8Array): Uint8Array {
  const lines = Buffer.from(value).toString('latin1').replace(/\n$/, '').replaceAll('\n', '\n ');
  return Buffer.from(`${name} ${lines}`, 'latin1');
}

/** A tree in git's order: by bytes, a folder's name counting as if it ended with a slash. */
export function treeBytes(entries: ReadonlyMap<string, TreeEntry>): Uint8Array {
  // Names hold one character for each byte, so that comparing text compares bytes.
  const keyed = [...entries].map(
    ([name, entry]) => [entry.mode === '40000' ? `${name}/` : name, name, entry] as const,
  );
  const sorted = keyed.sort(([one], [other]) => (one < other ? -1 : 1));
  const encoded = sorted.flatMap(([, name, { mode, oid }]) => [
    Buffer.from(`${mode} ${name}\0`, 'latin1'),
    Buffer.from(oid, 'hex'),
  ]);
  return Buffer.concat(encoded);
}
