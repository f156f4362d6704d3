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

/** Letters, digits, `-`, `_`, `+`, at least one letter (OpamPackage.Name). */
const nameText = `(?=[^/]*[A-Za-z])[A-Za-z0-9_+-]{1,${longest}}`;

/** Letters, digits, `-`, `_`, `+`, `.`, `~` (OpamPackage.Version). */
const versionText = `[A-Za-z0-9_+.~-]{1,${longest}}`;

const nameForm = new RegExp(`^${nameText}$`);
const versionForm = new RegExp(`^${versionText}$`);
const pathForm = new RegExp(`^packages/(${nameText})/(\\1\\.(${versionText}))/(opam|files/[^/]+)$`);

/** Whether opam takes the text for the name of a package. */
export const isPackageName = (text: string): boolean => nameForm.test(text);

/** Whether opam takes the text for a version. */
export const isVersion = (text: string): boolean => versionForm.test(text);

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
  const [, name, nameVersion, version, rest] = pathForm.exec(path) ?? [];
  if (name === undefined || nameVersion === undefined || version === undefined || rest === undefined)
    return undefined;
  return { name, version, nameVersion, rest };
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
