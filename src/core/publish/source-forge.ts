/** The kinds of forges whose tarballs we know where to find. */
export const sourceForgeKinds = ['github', 'gitlab', 'forgejo', 'sourcehut', 'bitbucket'] as const;

export type SourceForgeKind = (typeof sourceForgeKinds)[number];

/** A repository at a forge. */
export interface SourceForge {
  readonly kind: SourceForgeKind;
  /** Where people look at it, which is also where anybody clones it from: `https://github.com/alice/foo`. */
  readonly url: string;
  /** Scheme, host and port: `https://github.com`. */
  readonly site: string;
  /** Everything but the last part of its path: `alice`, `~alice`, `group/subgroup`. */
  readonly owner: string;
  readonly name: string;
}

/** For people. */
export const forgeTitles: Readonly<Record<SourceForgeKind, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  forgejo: 'Forgejo',
  sourcehut: 'sourcehut',
  bitbucket: 'Bitbucket',
};

const publicForges: ReadonlyMap<string, SourceForgeKind> = new Map([
  ['github.com', 'github'],
  ['gitlab.com', 'gitlab'],
  ['gitlab.inria.fr', 'gitlab'],
  ['codeberg.org', 'forgejo'],
  ['git.sr.ht', 'sourcehut'],
  ['bitbucket.org', 'bitbucket'],
]);

/** A host and a path out of whatever git takes as the address of a remote. */
interface Address {
  /** `http:` only where the address says so; every other transport has its pages at https. */
  readonly scheme: 'https' | 'http';
  /** With a port only where that belongs to the pages. */
  readonly host: string;
  readonly path: string;
}

/**
 * The forge that a remote is at, from its address in any of git's forms (git-fetch(1), GIT URLS). `kind` says it of
 * hosts that nobody knows by their name. Undefined: it is at none.
 */
export function sourceForge(address: string, kind?: SourceForgeKind): SourceForge | undefined {
  const parts = parseAddress(address);
  const found = kind ?? publicForges.get(parts?.host ?? '');
  if (parts === undefined || found === undefined) return undefined;
  const segments = parts.path.split('/');
  const name = segments.at(-1) ?? '';
  const owner = segments.slice(0, -1).join('/');
  const plain = segments.every((one) => /^[\w.~+-]+$/.test(one) && one !== '.' && one !== '..');
  if (owner === '' || name === '' || !plain) return undefined;
  const site = `${parts.scheme}://${parts.host}`;
  return { kind: found, url: `${site}/${parts.path}`, site, owner, name };
}

function parseAddress(address: string): Address | undefined {
  const [, scheme = '', authority = '', rest = ''] =
    /^(?:git\+)?(https?|ssh|git):\/\/(?:[^/@]*@)?([\w.:-]+)\/(.+)$/i.exec(address) ?? [];
  if (scheme !== '') {
    const web = /^https?$/i.test(scheme);
    return {
      scheme: /^http$/i.test(scheme) ? 'http' : 'https',
      host: hostName(web ? authority : authority.replace(/:\d+$/, '')),
      path: pathOf(rest),
    };
  }
  // Where a slash stands before the colon, git takes it for a path.
  const [, host, path] = /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/.exec(address) ?? [];
  if (host === undefined || path === undefined) return undefined;
  return { scheme: 'https', host: hostName(host), path: pathOf(path) };
}

/** GitHub answers SSH at a second name too, for networks that block port 22. */
const hostName = (host: string): string => host.toLowerCase().replace(/^ssh\.github\.com$/, 'github.com');

const pathOf = (path: string): string =>
  path
    .replace(/[?#].*$/s, '')
    .replaceAll(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');

/** Where the forge makes a tarball of a tag. */
export function tarballUrl({ kind, url, name }: SourceForge, tag: string): string {
  const spelled = tag.split('/').map(encodeURIComponent).join('/');
  switch (kind) {
    case 'github':
      return `${url}/archive/refs/tags/${spelled}.tar.gz`;
    case 'gitlab':
      return `${url}/-/archive/${spelled}/${name}-${tag.replaceAll('/', '-')}.tar.gz`;
    case 'forgejo':
    case 'sourcehut':
      return `${url}/archive/${spelled}.tar.gz`;
    case 'bitbucket':
      return `${url}/get/${spelled}.tar.gz`;
    default:
      return kind satisfies never;
  }
}

/** Whether two addresses mean the same repository, however they are spelled; undefined where one can't be told. */
export function sameRepository(one: string, other: string): boolean | undefined {
  const [first, second] = [parseAddress(one), parseAddress(other)];
  if (first === undefined || second === undefined) return undefined;
  return first.host === second.host && first.path.toLowerCase() === second.path.toLowerCase();
}
