import type { RepositoryPath } from '../ports.ts';
import type { Finding } from '../report/report.ts';

/** A file of a source tree or of an archive, as far as the two can be compared. */
export interface SourceFile {
  readonly kind: 'file' | 'executable' | 'link' | 'submodule';
  /** The content; of a link its target, of a submodule nothing. */
  readonly bytes: Uint8Array;
}

/** What git calls the kinds of {@link SourceFile}: the mode of a tree entry that is no folder. */
export function fileKind(mode: string): SourceFile['kind'] | undefined {
  switch (mode) {
    case '120000':
      return 'link';
    case '160000':
      return 'submodule';
    default:
      if (!/^100[0-7]{3}$/.test(mode)) return undefined;
      return (parseInt(mode, 8) & 0o100) === 0 ? 'file' : 'executable';
  }
}

/** The files of an archive, or why it was refused. Nothing of it was ever written anywhere. */
export type ArchiveReading =
  | {
      readonly ok: true;
      /** The one folder that everything stands in, or empty; the paths of the files are below it. */
      readonly folder: string;
      readonly files: ReadonlyMap<RepositoryPath, SourceFile>;
    }
  | { readonly ok: false; readonly finding: Finding };

/** Bounds on what one archive may cost, whoever made it. */
export interface ArchiveLimits {
  /** Of the unpacked archive. */
  readonly bytes: number;
  /** How many times larger the unpacked archive may be than the packed one, once it has 64 MiB. */
  readonly ratio: number;
  readonly entries: number;
}

/** Far above what sources of packages need, far below what exhausts memory. */
export const archiveLimits: ArchiveLimits = { bytes: 512 * 1024 * 1024, ratio: 100, entries: 100_000 };
