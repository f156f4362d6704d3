import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oidOf, type Oid } from '../../src/core/git/oid.ts';
import type { TestRepository } from './repository.ts';

/** The id of something that no test stores. */
export const absent = oidOf('blob', Buffer.from('nobody stores this'), 'sha1');

/** The file of a loose object. */
export const loosePath = (repository: TestRepository, oid: Oid): string =>
  join(repository.gitFolder, 'objects', oid.slice(0, 2), oid.slice(2));

/** Changes a file's bytes, although git made it read-only. */
export async function damage(path: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  const bytes = await readFile(path);
  await chmod(path, 0o644);
  await writeFile(path, change(bytes));
}

/** Text that does not shrink much when packed, always the same for a number. */
export function randomText(seed: number): string {
  const parts = Array.from({ length: 40 }, (_, index) =>
    oidOf('blob', Buffer.from(`${seed}/${index}`), 'sha1'),
  );
  return parts.join('\n');
}
