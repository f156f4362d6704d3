import type { SourceFile } from '../../src/core/chain/archive-files.ts';
import { readTar } from '../../src/core/chain/tar-reader.ts';
import { realSlice } from './repository.ts';

let files: Promise<ReadonlyMap<string, SourceFile>> | undefined;

/** Every file of the newest state of the real opam-repository, read once for a test file. */
export function opamSliceFiles(): Promise<ReadonlyMap<string, SourceFile>> {
  files ??= readSlice();
  return files;
}

async function readSlice(): Promise<ReadonlyMap<string, SourceFile>> {
  const repository = await realSlice();
  if (repository === undefined) return new Map();
  const { stdout, stderr } = await repository.tryGit(['archive', 'master']);
  const reading = readTar(stdout, 'opam-repository');
  if (!reading.ok) throw new Error(`${reading.finding.message} ${stderr}`);
  return reading.files;
}
