import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoredHistoryMemory } from '../../src/adapters/history-memory.ts';
import { temporaryFolder } from './scratch.ts';

/** A memory in folders of a test's own: `history` and `chronicles` below one, as the program has them. */
export interface OpenedMemory {
  readonly memory: StoredHistoryMemory;
  readonly folder: string;
  readonly repository: string;
  /** What was told of why nothing is remembered. */
  readonly told: readonly string[];
}

export async function openMemory(
  plan: {
    readonly rules?: string;
    readonly folder?: string;
    readonly repository?: string;
    readonly tell?: (why: string) => void;
  } = {},
): Promise<OpenedMemory> {
  const { rules = 'rules', folder = await temporaryFolder(), repository = await temporaryFolder() } = plan;
  const told: string[] = [];
  const { tell = (why: string): void => void told.push(why) } = plan;
  const place = (name: string) => ({
    folder: join(folder, name),
    repository,
    user: process.getuid?.(),
    rules,
    tell,
  });
  return {
    memory: new StoredHistoryMemory(place('history'), place('chronicles')),
    folder,
    repository,
    told,
  };
}

export async function all<T>(recalled: AsyncIterable<T>): Promise<readonly T[]> {
  const values: T[] = [];
  for await (const one of recalled) values.push(one);
  return values;
}

export const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));

/** All that is answered after one file was given other bytes; everything is put back for the next question. */
export async function answersWith(
  folder: string,
  changes: (whole: Buffer) => Iterable<Buffer>,
  ask: () => Promise<unknown>,
): Promise<Set<string>> {
  const files = await filesBelow(folder);
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const results = new Set<string>();
  for (const [index, file] of files.entries()) {
    for (const changed of changes(contents[index] ?? Buffer.alloc(0))) {
      await writeFile(file, changed);
      results.add(JSON.stringify(await ask()));
      for (const [at, other] of files.entries()) {
        await mkdir(dirname(other), { recursive: true });
        await writeFile(other, contents[at] ?? '');
      }
    }
  }
  return results;
}

/** Every beginning of some bytes that is not all of them. */
export function* cutOff(whole: Buffer): Generator<Buffer> {
  for (let length = 0; length < whole.length; length += 1) yield whole.subarray(0, length);
}

/** The same bytes but for one, which is another; for each seventh byte. */
export function* oneByteChanged(whole: Buffer): Generator<Buffer> {
  for (let at = 0; at < whole.length; at += 7)
    yield Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte)));
}
