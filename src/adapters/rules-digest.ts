import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Stands for the rules by which history is judged: a digest of the program's own files, so that no change of a rule can be
 * overlooked, and of the manifest, which names the libraries that are in none of them.
 */
export async function rulesDigest(program: string, manifest: URL, platform: string): Promise<string> {
  const names = await readdir(program, { recursive: true });
  const files = names.filter((name) => /\.[jt]s$/.test(name)).sort();
  const contents = await Promise.all(
    [manifest, ...files.map((name) => join(program, name))].map((file) => readFile(file)),
  );
  const hash = createHash('sha256').update(platform);
  for (const content of contents) hash.update(`\0${content.length}\0`).update(content);
  return hash.digest('hex');
}
