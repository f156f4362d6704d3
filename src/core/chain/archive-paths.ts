import type { RepositoryPath } from '../ports.ts';
import { showPath } from '../opam/path-rules.ts';
import type { Finding } from '../report/report.ts';
import type { SourceFile } from './archive-files.ts';

/** Why an archive is refused; `why` ends a sentence that starts with the archive and the path. */
export interface ArchiveFlaw {
  readonly code: Finding['code'];
  readonly why: string;
  readonly path?: RepositoryPath;
}

/** What an archive holds, with the paths as it has them but for `./` before and `/` after. */
export interface ArchiveContent {
  readonly files: ReadonlyMap<RepositoryPath, SourceFile>;
  readonly folders: ReadonlySet<RepositoryPath>;
}

/** The archive's own top is `.`. */
export const topPath = '.';

/** A path as an archive writes it, made plain; undefined if it leads, or on some system leads, elsewhere. */
export function plainPath(written: string): RepositoryPath | undefined {
  if (/^\.\/?$/.test(written)) return topPath;
  const path = written.replace(/^(?:\.\/)+/, '').replace(/\/$/, '');
  const stray = path.split(/[/\\]/).some((part) => part === '' || part === '.' || part === '..');
  return stray || /^[A-Za-z]:/.test(path) ? undefined : path;
}

/** The one folder that everything stands in, empty if there is none; opam takes its content for the source. */
export function commonFolder({ files, folders }: ArchiveContent): string {
  const tops = new Set([...files.keys(), ...folders].map((path) => path.split('/', 1)[0] ?? ''));
  tops.delete(topPath);
  const [top = ''] = tops;
  return tops.size === 1 && !files.has(top) ? top : '';
}

/** What only all entries together show: something below a file or link, and links that lead outside. */
export function contradiction(content: ArchiveContent): ArchiveFlaw | undefined {
  const { files, folders } = content;
  const outer = commonFolder(content) === '' ? 0 : 1;
  for (const path of [...files.keys(), ...folders]) {
    const above = foldersOf(path).find((folder) => files.has(folder));
    if (above !== undefined)
      return { code: 'archive.escape', path, why: `stands below ${showPath(above)}, which is no folder` };
  }
  for (const [path, { kind, bytes }] of files) {
    if (folders.has(path)) return { code: 'archive.duplicate', path, why: 'is a folder and a file' };
    if (kind === 'link' && !staysInside(bytes, foldersOf(path).length - outer)) {
      return { code: 'archive.escape', path, why: 'is a link that leads outside' };
    }
  }
  return undefined;
}

function foldersOf(path: RepositoryPath): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * Whether the target of a link that many folders deep stays inside. `..` is allowed only where it starts: after a name it
 * could step back out of where another link leads.
 */
function staysInside(target: Uint8Array, depth: number): boolean {
  const text = Buffer.from(target).toString('latin1');
  if (text === '' || /^\/|[\\\0]|^[A-Za-z]:/.test(text)) return false;
  const parts = text.split('/');
  const named = parts.findIndex((part) => part !== '..');
  const up = named === -1 ? parts.length : named;
  return up <= depth && !parts.slice(up).includes('..');
}
