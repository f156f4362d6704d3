/** A package repository as forges name them. */
export interface ForgePlace {
  /** Of the web site, with its port where there is one: `github.com`. */
  readonly host: string;
  /** Below the host, without `.git`: `ocaml/opam-repository`. */
  readonly path: string;
}

/** A pull request as people name it; `place` is undefined for a number alone. */
export interface PullRequestName {
  readonly number: number;
  readonly place: ForgePlace | undefined;
}

const number = String.raw`([1-9]\d{0,8})`;
const numberAlone = new RegExp(`^#?${number}$`);
const webAddress = new RegExp(
  String.raw`^https?://([\w.-]+(?::\d+)?)/([\w.~/-]+?)/(?:-/merge_requests|pulls?)/${number}(?:[/?#].*)?$`,
);

/** Reads `123`, `#123`, or the address of a pull request's page at GitHub, GitLab or Forgejo; undefined for all else. */
export function parsePullRequestName(text: string): PullRequestName | undefined {
  const [, alone] = numberAlone.exec(text) ?? [];
  if (alone !== undefined) return { number: Number(alone), place: undefined };
  const [, host, path, digits] = webAddress.exec(text) ?? [];
  if (host === undefined || path === undefined || digits === undefined) return undefined;
  return { number: Number(digits), place: { host: host.toLowerCase(), path } };
}

/** `https://host/path.git`, `ssh://git@host/path`, `git@host:path` */
const gitAddress =
  /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?([\w.-]+(?::\d+)?)\/|(?:[\w.-]+@)?([\w-]+\.[\w.-]+):(?!\/\/))([\w.~/-]+?)(?:\.git)?\/?$/i;

/** The place of a remote at a forge; undefined for an address that names no host: a path, or `owner/name`. */
export function parseForgePlace(address: string): ForgePlace | undefined {
  const [, byUrl, bySsh, path] = gitAddress.exec(address) ?? [];
  const host = byUrl ?? bySsh;
  return host === undefined || path === undefined ? undefined : { host: host.toLowerCase(), path };
}
