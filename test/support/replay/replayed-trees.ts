import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../../../src/core/git/oid.ts';
import { gitText } from './git-run.ts';
import type { Source, SourceChange } from './replayed-source.ts';

/** A commit that is to come, as far as trees go. */
export interface Planned {
  /** The commit that it starts from: one of the same pass, by its place, or one that stands. */
  readonly from: number | Oid | undefined;
  readonly changes: readonly SourceChange[];
}

/**
 * Makes the trees of one pass: git fast-import puts the changes on top of each other. The commits that it needs for
 * that are left over, in a pack of their own.
 */
export async function replayTrees(
  repository: string,
  planned: readonly Planned[],
  blobs: Source['blobs'],
  pass: number,
): Promise<readonly Oid[]> {
  const marks = join(repository, 'replay-marks');
  const stream = Buffer.concat(planned.flatMap((one, place) => importedCommit(one, place, blobs, pass)));
  const always = ['-c', 'fastimport.unpackLimit=1'];
  await gitText(repository, [...always, 'fast-import', '--quiet', `--export-marks=${marks}`], stream);
  const commits = lines(await readFile(marks, 'latin1')).map((line) => line.slice(1).split(' '));
  await rm(marks);
  const inOrder = commits.toSorted(([one], [other]) => Number(one) - Number(other));
  const asked = inOrder.map(([, oid = '']) => `${oid}^{tree}\n`).join('');
  return lines(await gitText(repository, ['cat-file', '--batch-check=%(objectname)'], asked)) as Oid[];
}

const lines = (text: string): string[] => text.trimEnd().split('\n');

function importedCommit(
  { from, changes }: Planned,
  place: number,
  blobs: Source['blobs'],
  pass: number,
): readonly Uint8Array[] {
  const begin = `commit refs/replay\nmark :${place + 1}\ncommitter replay <> 0 +0000\ndata 0\n`;
  const base = from === undefined ? '' : `from ${typeof from === 'number' ? `:${from + 1}` : from}\n`;
  const gone = changes.filter(({ file }) => file === undefined).map(({ path }) => `D ${path}\n`);
  return [
    Buffer.from(`${begin}${base}${gone.join('')}`, 'latin1'),
    ...changes.flatMap((change) => importedFile(change, blobs, pass)),
    Buffer.from('\n'),
  ];
}

function importedFile(
  { path, file }: SourceChange,
  blobs: Source['blobs'],
  pass: number,
): readonly Uint8Array[] {
  if (file === undefined) return [];
  const blob = blobs.get(file.oid);
  if (blob === undefined) return [Buffer.from(`M ${file.mode} ${file.oid} ${path}\n`, 'latin1')];
  const content = file.mode === '120000' ? blob : textOfPass(blob, pass);
  return [
    Buffer.from(`M ${file.mode} inline ${path}\ndata ${content.length}\n`, 'latin1'),
    content,
    Buffer.from('\n'),
  ];
}

/** What a file holds in one pass, it holds in no other; in the first, numbered 0, it is the real one. */
function textOfPass(content: Uint8Array, pass: number): Uint8Array {
  if (pass === 0) return content;
  const end = content.length === 0 || content.at(-1) === 0x0a ? '' : '\n';
  return Buffer.concat([content, Buffer.from(`${end}# Replayed: ${pass}\n`)]);
}
