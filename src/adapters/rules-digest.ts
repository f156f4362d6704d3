import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Stands for the rules by which history is judged: a digest of the very files that judge, so that no change of a rule
 * can be overlooked, and of what names the libraries below them.
 */
export async function rulesDigest(
  folders: readonly string[],
  manifest: string,
  platform: string,
): Promise<string> {
  const paths = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder, { recursive: true });
      return names.filter((name) => /\.[jt]s$/.test(name)).map((name) => join(folder, name));
    }),
  );
  const files = [manifest, ...paths.flat().sort()];
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256').update(platform);
  for (const content of contents) hash.update(`\0${content.length}\0`).update(content);
  return hash.digest('hex');
}
