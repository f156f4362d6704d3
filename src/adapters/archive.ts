import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import {
  type ArchiveLimits,
  archiveLimits,
  type ArchiveReading,
  type SourceFile,
} from '../core/chain/archive-files.ts';
import { readTar } from '../core/chain/tar-reader.ts';
import { Fault } from '../core/fault.ts';
import { showPath } from '../core/opam/path-rules.ts';
import type { RepositoryPath, Seconds } from '../core/ports.ts';
import { type Finding, finding } from '../core/report/report.ts';
import { bunzip2, type Unpacking } from './bzip2.ts';

/**
 * Reads a source archive in memory: tar, plain or packed with gzip or bzip2, told by its first bytes and not by its
 * name. `name` (its URL or file name) is for messages. Whatever the bytes are, the answer is a value.
 */
export async function readArchive(
  bytes: Uint8Array,
  name: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<ArchiveReading> {
  const maximum = Math.min(limits.bytes, Math.max(alwaysAllowed, bytes.length * limits.ratio));
  const refused = (code: Finding['code'], why: string): ArchiveReading => {
    return { ok: false, finding: finding(code, { file: name }, `${name} ${why}.`) };
  };
  const kind = kindOf(bytes);
  if (kind !== 'tar' && kind !== 'gzip' && kind !== 'bzip2')
    return refused('archive.unsupported', `is ${kind}`);
  const unpacked = await unpack(kind, bytes, maximum);
  if (unpacked.ok) return readTar(unpacked.bytes, name, limits);
  return unpacked.reason === 'too-large'
    ? refused('limit.archive', `unpacks from ${bytes.length} bytes to more than ${maximum}`)
    : refused('archive.malformed', `is damaged: it cannot be unpacked with ${kind}`);
}

/** Up to this many bytes an archive may be packed as tightly as it likes. */
const alwaysAllowed = 64 * 1024 * 1024;

/**
 * `tar`, `gzip` or `bzip2`, or in words what else the first bytes tell. What opam would hand to another program comes
 * first: bytes that begin like gzip can be a whole tar besides, with other files in it.
 */
function kindOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const packed = magics.find(([magic]) => head.startsWith(magic))?.[1];
  if (packed !== undefined) return packed;
  return head.startsWith('ustar', 257) ? 'tar' : 'no archive of a kind that is known';
}

/** The first two bytes, by which opam tells archives apart (OpamSystem), and zstd. */
const magics: readonly (readonly [magic: string, kind: string])[] = [
  ['\x1f\x8b', 'gzip'],
  ['BZ', 'bzip2'],
  ['\xfd7', 'packed with xz'],
  [']\0', 'packed with lzma'],
  ['LZ', 'packed with lzip'],
  ['PK', 'a zip archive'],
  ['\x28\xb5\x2f\xfd', 'packed with zstd'],
];

async function unpack(
  kind: 'tar' | 'gzip' | 'bzip2',
  bytes: Uint8Array,
  maximum: number,
): Promise<Unpacking> {
  switch (kind) {
    case 'tar':
      return bytes.length > maximum ? { ok: false, reason: 'too-large' } : { ok: true, bytes };
    case 'gzip':
      return inflate(bytes, maximum);
    case 'bzip2':
      return bunzip2(bytes, maximum);
    default:
      return kind satisfies never;
  }
}

async function inflate(bytes: Uint8Array, maximum: number): Promise<Unpacking> {
  try {
    return { ok: true, bytes: await promisify(gunzip)(bytes, { maxOutputLength: maximum }) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { ok: false, reason: 'too-large' };
    if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR') return { ok: false, reason: 'malformed' };
    throw new Fault(
      'archive.unreadable',
      'The archive could not be unpacked on this machine.',
      'Free some memory and try again.',
      error,
    );
  }
}

export type ArchiveWriting =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly finding: Finding };

/**
 * Packs the files of a tree as .tar.gz below one folder, the same bytes whenever and for whomever: sorted, one time
 * (the tag's or commit's) for all, owner 0, modes 0644 and 0755. Submodules are left out, as git archive does. The
 * gzip bytes depend on the version of zlib; the tar inside does not.
 */
export async function writeArchive(
  files: ReadonlyMap<RepositoryPath, SourceFile>,
  folder: string,
  time: Seconds,
): Promise<ArchiveWriting> {
  const archive = pack();
  const common = { mtime: new Date(time * 1000), uid: 0, gid: 0 };
  for (const [path, file] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const name = utf8(`${folder}/${path}`);
    const linkname = file.kind === 'link' ? utf8(Buffer.from(file.bytes).toString('latin1')) : '';
    if (name === undefined || linkname === undefined) {
      const why = `${showPath(path)} has a name or target that is not UTF-8 and cannot stand in a portable archive.`;
      return {
        ok: false,
        finding: finding('archive.malformed', { path }, why, { mend: 'Rename the file or link.' }),
      };
    }
    if (file.kind === 'link') archive.entry({ ...common, name, linkname, type: 'symlink', mode: 0o777 });
    else if (file.kind !== 'submodule') {
      archive.entry(
        { ...common, name, mode: file.kind === 'executable' ? 0o755 : 0o644 },
        Buffer.from(file.bytes),
      );
    }
  }
  archive.finalize();
  return { ok: true, bytes: await deflate(await collect(archive)) };
}

/** The text of a path that has one character a byte; undefined if the bytes are no UTF-8. */
function utf8(path: string): string | undefined {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The header of gzip has no time; it names the system it was made on, which is set to "unknown" (RFC 1952). */
async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const packed = await promisify(gzip)(bytes, { level: 9 });
  packed[9] = 255;
  return packed;
}
