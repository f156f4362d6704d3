/** One header block of a tar archive (POSIX.1-1988 ustar, GNU), as it stands there. */
export interface TarHeader {
  /** `0` for a file, `5` for a folder, `2` for a symbolic link, …; NUL, which old tars write for a file, becomes `0`. */
  readonly type: string;
  /** One character a byte, as are all strings here. */
  readonly name: string;
  readonly linkName: string;
  readonly mode: number;
  readonly size: number;
}

export const blockSize = 512;

/** Reads a header block; a string says what is wrong with it. */
export function readHeader(block: Uint8Array): TarHeader | string {
  const text = Buffer.from(block).toString('latin1');
  const dialect = dialects.get(text.slice(257, 265));
  if (dialect === undefined) return 'a header is of no dialect of tar that is known';
  if (number(text.slice(148, 156)) !== checksum(block)) return 'the checksum of a header is wrong';
  // Busybox and Python take what stands where ustar has its prefix for one in every dialect.
  if (/[^\0]/.test(text.slice(dialect === 'ustar' ? 500 : 345)))
    return 'a header uses bytes that its dialect leaves empty';
  const mode = number(text.slice(100, 108));
  const size = number(text.slice(124, 136));
  if (mode === undefined || size === undefined) return 'a header has a mode or size that is no octal number';
  const prefix = dialect === 'ustar' ? word(text.slice(345, 500)) : '';
  const name = word(text.slice(0, 100));
  return {
    type: text.charAt(156) === '\0' ? '0' : text.charAt(156),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: word(text.slice(157, 257)),
    mode,
    size,
  };
}

/** By magic and version. What has neither is a tar of Unix version 7. */
const dialects = new Map([
  ['ustar\x0000', 'ustar'],
  ['ustar  \0', 'gnu'],
  ['\0\0\0\0\0\0\0\0', 'v7'],
]);

/** Up to the first NUL, or all. */
const word = (field: string): string => field.split('\0', 1)[0] ?? '';

/** Octal digits, ended by NULs or spaces. GNU's binary numbers are for sizes that no source archive has. */
function number(field: string): number | undefined {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(field) ?? [];
  return digits === undefined ? undefined : parseInt(digits, 8);
}

/** The sum of the bytes, the checksum's own field counting as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (const byte of block.subarray(0, 148)) sum += byte;
  for (const byte of block.subarray(156)) sum += byte;
  return sum;
}

/** Records that change nothing of what is compared: times, owners, comments and attributes of other systems. */
const harmless =
  /^(?:[acm]time|[ug]id|[ug]name|comment|(?:LIBARCHIVE|SCHILY)\.(?:xattr\..*|creationtime|fflags|dev|ino|nlink))$/;

/** What an extended header says of the next entry. */
export interface PaxRecords {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

/**
 * Reads the records `<length> <key>=<value>\n` of a pax extended header (POSIX.1-2001); a string says what is wrong.
 * A key that is not known may change what an entry is (GNU.sparse.name does), so it is refused.
 */
export function readPax(data: Uint8Array): PaxRecords | string {
  const text = Buffer.from(data).toString('latin1');
  const records = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const [, length = '', key = ''] = /^([1-9]\d{0,8}) ([^=\n]+)=/.exec(text.slice(at, at + 300)) ?? [];
    const end = at + Number(length);
    const start = at + length.length + key.length + 2;
    if (length === '' || start >= end || end > text.length || text.charAt(end - 1) !== '\n')
      return 'an extended header is malformed';
    if (!harmless.test(key)) {
      if (records.has(key)) return `an extended header repeats ${key}`;
      records.set(key, text.slice(start, end - 1));
    }
    at = end;
  }
  return paxRecords(records);
}

function paxRecords(records: Map<string, string>): PaxRecords | string {
  const [path, linkpath, size] = ['path', 'linkpath', 'size'].map((key) => {
    const value = records.get(key);
    records.delete(key);
    return value;
  });
  const [unknown] = records.keys();
  if (unknown !== undefined) return `an extended header says ${JSON.stringify(unknown)}, which is not known`;
  if (path?.includes('\0') === true || linkpath?.includes('\0') === true)
    return 'an extended header has a NUL in a path';
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    return 'an extended header has a size that is no number';
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size: Number(size) }),
  };
}
