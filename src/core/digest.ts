import { createHash } from 'node:crypto';
import type { RepositoryPath } from './ports.ts';

/** The digest of a package directory that does not exist (trust model, section 6). */
export const NO_DIRECTORY = 'none';

/**
 * Stands for the digest of files that cannot be digested, or not without ambiguity. No statement can hold it, so
 * that comparing it with what was signed always fails.
 */
export const UNDIGESTIBLE = 'undigestible';

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const sha512Hex = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex');

/**
 * Go's `dirhash.Hash1` over the files of one directory: SHA-256 over the lines `<sha256 hex>  <path>\n`, sorted
 * by path, written `h1:<base64>`. Paths are relative to the directory and have one character for each byte, so
 * sorting them sorts bytes. A path with a line feed, which could make two different directories give the same
 * lines and which Go refuses, makes the result equal to no digest at all.
 *
 * @example
 * // coreutils say the same, inside the directory:
 * // find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | head -c 64 |
 * //   tr a-f A-F | basenc --base16 -d | base64
 */
export function dirhash(files: ReadonlyMap<string, Uint8Array>): string {
  return dirhashOf(new Map([...files].map(([path, bytes]) => [path, sha256Hex(bytes)])));
}

/** {@link dirhash} from the SHA-256 of each file in hexadecimal. */
export function dirhashOf(digests: ReadonlyMap<string, string>): string {
  const whole = createHash('sha256');
  for (const [path, digest] of [...digests].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (!/^[^\n\u0100-\uffff]+$/.test(path)) return UNDIGESTIBLE;
    whole.update(`${digest}  ${path}\n`, 'latin1');
  }
  return `h1:${whole.digest('base64')}`;
}

/** The digest of a package directory from its files; git keeps no empty directory (trust model, section 6). */
export function packageDigest(files: ReadonlyMap<string, Uint8Array>): string {
  return files.size === 0 ? NO_DIRECTORY : dirhash(files);
}

/**
 * The digest of a whole repository: {@link dirhash} over all files of `packages/` and `keyring/`, and `repo` and
 * `version`, with their paths from the root (trust model, section 6).
 */
export function stateDigest(files: ReadonlyMap<RepositoryPath, Uint8Array>): string {
  return dirhash(new Map([...files].filter(([path]) => belongsToState(path))));
}

/** Whether the state digest covers the path. */
export function belongsToState(path: RepositoryPath): boolean {
  return path.startsWith('packages/') || path.startsWith('keyring/') || path === 'repo' || path === 'version';
}
