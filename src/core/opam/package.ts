import type { RepositoryPath } from '../ports.ts';

/** Where a file of a package stands (trust model, section 9): `packages/<name>/<name>.<version>/<rest>`. */
export interface PackagePath {
  readonly name: string;
  readonly version: string;
  /** `<name>.<version>`, as directories, tags and statements write it. */
  readonly nameVersion: string;
  /** `opam`, or `files/` and the name of one file. */
  readonly rest: string;
}

/** A bound on names and versions, since each is a part of a file name: most file systems stop at 255 bytes. */
const longest = 120;

/** Whether opam takes the text for the name of a package: letters, digits, `-`, `_`, `+`, at least one letter (OpamPackage.Name). */
export function isPackageName(text: string): boolean {
  return text.length <= longest && /^[A-Za-z0-9_+-]+$/.test(text) && /[A-Za-z]/.test(text);
}

/** Whether opam takes the text for a version: letters, digits, `-`, `_`, `+`, `.`, `~` (OpamPackage.Version). */
export function isVersion(text: string): boolean {
  return text.length <= longest && /^[A-Za-z0-9_+.~-]+$/.test(text);
}

/** Splits `<name>.<version>` at the first dot, as opam does; undefined unless both are what opam takes for such. */
export function splitNameVersion(
  text: string,
): { readonly name: string; readonly version: string } | undefined {
  const dot = text.indexOf('.');
  const name = text.slice(0, Math.max(dot, 0));
  const version = text.slice(dot + 1);
  return dot !== -1 && isPackageName(name) && isVersion(version) ? { name, version } : undefined;
}

/**
 * Reads the path of a package's file. Undefined for any other path, and for one that opam would read although
 * it stands in the wrong place: `packages/foo/opam`, a deeper copy, a name that is not its folder's.
 *
 * @example parsePackagePath('packages/foo/foo.1.0/opam') // { name: 'foo', version: '1.0', nameVersion: 'foo.1.0', rest: 'opam' }
 */
export function parsePackagePath(path: RepositoryPath): PackagePath | undefined {
  const known = lately.get(path);
  if (known !== undefined) return known.parsed;
  const parsed = readPackagePath(path);
  if (lately.size === mostLately) lately.clear();
  lately.set(path, { parsed });
  return parsed;
}

/** What was read lately: one step asks for each of its paths many times. */
const lately = new Map<RepositoryPath, { readonly parsed: PackagePath | undefined }>();
const mostLately = 1024;

function readPackagePath(path: RepositoryPath): PackagePath | undefined {
  const [root, folder, nameVersion = '', ...rest] = path.split('/');
  const parts = splitNameVersion(nameVersion);
  if (root !== 'packages' || parts === undefined || parts.name !== folder || !isPackageFile(rest))
    return undefined;
  return { ...parts, nameVersion, rest: rest.join('/') };
}

function isPackageFile([first, second, ...more]: readonly string[]): boolean {
  if (first === 'opam') return second === undefined;
  return first === 'files' && second !== undefined && second !== '' && more.length === 0;
}

/**
 * What a name looks like at a glance. Names with the same likeness are mistaken for each other: they differ only by
 * case, by `-` and `_` (opam-repo-ci refuses those), or by characters that many fonts draw alike.
 */
export function likeness(name: string): string {
  return name
    .toLowerCase()
    .replace(/[-_]/g, '')
    .replace(/[1i]/g, 'l')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/**
 * The standing names that a new one collides with (trust model, section 4); the name itself is not among them.
 * To ask about many names, keep the standing ones by their {@link likeness}.
 */
export function similarNames(name: string, standing: Iterable<string>): readonly string[] {
  const look = likeness(name);
  return [...standing].filter((other) => other !== name && likeness(other) === look);
}
