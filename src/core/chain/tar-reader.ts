import type { RepositoryPath } from '../ports.ts';
import { showPath } from '../opam/path-rules.ts';
import { finding } from '../report/report.ts';
import { type ArchiveLimits, type ArchiveReading, archiveLimits, type SourceFile } from './archive-files.ts';
import {
  type ArchiveContent,
  type ArchiveFlaw,
  commonFolder,
  contradiction,
  plainPath,
  topPath,
} from './archive-paths.ts';
import { blockSize, type PaxRecords, readHeader, readPax, type TarHeader } from './tar-header.ts';

/**
 * Reads a tar archive in memory and refuses what leads outside, is no file, or is read differently by the programs
 * that unpack it: libraries for tar pass over too much of that. `archive` names it in messages.
 */
export function readTar(
  bytes: Uint8Array,
  archive: string,
  limits: ArchiveLimits = archiveLimits,
): ArchiveReading {
  const content = new TarReader(bytes, limits.entries).content();
  if ('code' in content) return refused(archive, content);
  const flaw = contradiction(content);
  if (flaw !== undefined) return refused(archive, flaw);
  const folder = commonFolder(content);
  const skip = folder === '' ? 0 : folder.length + 1;
  return {
    ok: true,
    folder,
    files: new Map([...content.files].map(([path, file]) => [path.slice(skip), file])),
  };
}

function refused(archive: string, { code, why, path }: ArchiveFlaw): ArchiveReading {
  const at = { file: archive, ...(path === undefined ? {} : { path }) };
  const subject = path === undefined ? 'The archive' : showPath(path);
  return { ok: false, finding: finding(code, at, `${archive}: ${subject} ${why}.`) };
}

const malformed = (why: string): ArchiveFlaw => ({ code: 'archive.malformed', why });

/** Extended headers and GNU's long names, which are about the next entry. */
interface Pending {
  readonly pax?: PaxRecords;
  readonly longName?: string;
  readonly longLink?: string;
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

class TarReader {
  readonly #bytes: Uint8Array;
  readonly #maximumEntries: number;
  readonly #files = new Map<RepositoryPath, SourceFile>();
  readonly #folders = new Set<RepositoryPath>();
  #at = 0;

  constructor(bytes: Uint8Array, maximumEntries: number) {
    this.#bytes = bytes;
    this.#maximumEntries = maximumEntries;
  }

  content(): ArchiveContent | ArchiveFlaw {
    let pending: Pending = {};
    for (let count = 0; count <= this.#maximumEntries; count++) {
      const block = this.#take(blockSize);
      if (block === undefined) return malformed('ends without the mark of an end');
      if (isZero(block)) return this.#end(pending) ?? { files: this.#files, folders: this.#folders };
      const header = readHeader(block);
      if (typeof header === 'string') return malformed(header);
      const next = this.#entry(header, pending);
      if ('code' in next) return next;
      pending = next;
    }
    return { code: 'limit.archive', why: `has more than ${this.#maximumEntries} entries` };
  }

  #take(length: number): Uint8Array | undefined {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken.length === length ? taken : undefined;
  }

  /** After the end there is nothing but zeros; anything else some programs would read. */
  #end(pending: Pending): ArchiveFlaw | undefined {
    if (!isEmpty(pending)) return malformed('ends after an extended header');
    return isZero(this.#bytes.subarray(this.#at)) ? undefined : malformed('has data after its end');
  }

  /** Reads what one header is about; returns what it says of the next entry. */
  #entry(header: TarHeader, pending: Pending): Pending | ArchiveFlaw {
    const { size } = header;
    if ((pending.pax?.size ?? size) !== size)
      return malformed('has another size than its extended header says');
    const data = this.#take(size);
    const padding = this.#take((blockSize - (size % blockSize)) % blockSize);
    if (data === undefined || padding === undefined) return malformed('is cut off');
    if (/[xgLK]/.test(header.type) && size > maximumExtension)
      return malformed('has an extended header without measure');
    switch (header.type) {
      case 'x':
        return withPax(pending, readPax(data));
      case 'g':
        return isEmpty(pending) ? (globalFlaw(data) ?? {}) : twice;
      case 'L':
        return withLong(pending, 'longName', data);
      case 'K':
        return withLong(pending, 'longLink', data);
      default:
        return this.#place(header, pending, data) ?? {};
    }
  }

  /** Puts the entry where it says. */
  #place(header: TarHeader, { pax, longName, longLink }: Pending, data: Uint8Array): ArchiveFlaw | undefined {
    const written = pax?.path ?? longName ?? header.name;
    const folder = header.type === '5' || (header.type === '0' && written.endsWith('/'));
    const link = pax?.linkpath ?? longLink ?? header.linkName;
    if (isTooLong(written) || link.length > maximumPath)
      return { code: 'limit.archive', why: 'has a path that is longer or deeper than is read' };
    const path = plainPath(written);
    if (path === undefined || (path === topPath && !folder)) {
      return { code: 'archive.escape', path: written, why: 'leads outside the folder it is unpacked in' };
    }
    if (data.length > 0 && (folder || header.type === '2'))
      return malformed('has a folder or link with content');
    if (folder) {
      this.#folders.add(path);
      return undefined;
    }
    const file = header.type === '2' ? linkTo(link) : ordinary(header, data);
    if (typeof file === 'string') return { code: 'archive.entry', path, why: file };
    if (this.#files.has(path)) return { code: 'archive.duplicate', path, why: 'stands there twice' };
    this.#files.set(path, file);
    return undefined;
  }
}

/** Bounds on what one entry says of itself; names of real sources come nowhere near. */
const maximumExtension = 64 * 1024;
const maximumPath = 1024;
const maximumDepth = 100;

const isTooLong = (path: string): boolean =>
  path.length > maximumPath || path.split('/').length > maximumDepth;

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

const twice = malformed('has two extended headers that speak of one thing');

function withPax(pending: Pending, pax: PaxRecords | string): Pending | ArchiveFlaw {
  if (typeof pax === 'string') return malformed(pax);
  return isEmpty(pending) ? { pax } : twice;
}

function withLong(pending: Pending, key: 'longName' | 'longLink', data: Uint8Array): Pending | ArchiveFlaw {
  const [name = ''] = Buffer.from(data).toString('latin1').split('\0', 1);
  return 'pax' in pending || key in pending ? twice : { ...pending, [key]: name };
}

/** A global header speaks of all entries; git archive writes one with the commit's id as a comment. */
function globalFlaw(data: Uint8Array): ArchiveFlaw | undefined {
  const records = readPax(data);
  if (typeof records === 'string') return malformed(records);
  return isEmpty(records) ? undefined : malformed('has a global header about paths or sizes');
}

const linkTo = (target: string): SourceFile => ({ kind: 'link', bytes: Buffer.from(target, 'latin1') });

/** A file and whether it is executable; a string says why it is none. */
function ordinary({ type, mode }: TarHeader, data: Uint8Array): SourceFile | string {
  if (type !== '0') return `is ${otherTypes.get(type) ?? `an entry of type ${JSON.stringify(type)}`}`;
  if ((mode & 0o7000) !== 0) return 'has a set-user-id, set-group-id or sticky bit';
  return { kind: (mode & 0o100) === 0 ? 'file' : 'executable', bytes: data };
}

const otherTypes = new Map([
  ['1', 'a hard link'],
  ['3', 'a device'],
  ['4', 'a device'],
  ['6', 'a pipe'],
]);
