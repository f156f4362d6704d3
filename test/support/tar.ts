import { gzipSync } from 'node:zlib';

/** One entry of a tar archive as it is to stand there, right or wrong. Strings are one character a byte. */
export interface TarEntry {
  readonly name: string;
  /** `0` a file (the default), `5` a folder, `2` a link, `x` an extended header, … */
  readonly type?: string;
  readonly data?: string | Uint8Array;
  readonly mode?: number;
  readonly link?: string;
  readonly prefix?: string;
  /** What the header says, instead of the length of the data. */
  readonly size?: number | string;
  /** By default POSIX: `ustar`, NUL, `00`. */
  readonly magic?: string;
}

/** The end of an archive: two blocks of zeros. */
export const tarEnd: Uint8Array = Buffer.alloc(1024);

/** An archive with its end. */
export const tarOf = (...entries: readonly TarEntry[]): Uint8Array =>
  Buffer.concat([...entries.map(tarEntry), tarEnd]);

export function tarEntry({
  name,
  type = '0',
  data = '',
  mode = 0o644,
  link = '',
  prefix = '',
  ...rest
}: TarEntry): Uint8Array {
  const content = Buffer.from(data instanceof Uint8Array ? data : Buffer.from(data, 'latin1'));
  const { size = content.length, magic = 'ustar\x0000' } = rest;
  const header = Buffer.alloc(512);
  const put = (text: string, at: number) => header.write(text, at, 'latin1');
  put(name, 0);
  put(`${octal(mode, 7)}\0`, 100);
  put(`${octal(0, 7)}\0${octal(0, 7)}\0`, 108);
  put(typeof size === 'number' ? `${octal(size, 11)}\0` : size, 124);
  put(`${octal(1_700_000_000, 11)}\0`, 136);
  put(type, 156);
  put(link, 157);
  put(magic, 257);
  if (prefix !== '') put(prefix, 345);
  return Buffer.concat([sealed(header), content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** The header with its checksum. */
export function sealed(header: Uint8Array): Uint8Array {
  const copy = Buffer.from(header);
  copy.write('        ', 148, 'latin1');
  const sum = copy.reduce((total, byte) => total + byte, 0);
  copy.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return copy;
}

/**
 * One file that is two archives: to tar the entries of `tar`, with a global header before and after them that only
 * comments, and to gzip a packed `other`. Each passes over what belongs to the other.
 */
export function twoFaced(tar: Uint8Array, other: Uint8Array): Uint8Array {
  const deflated = Buffer.from(gzipSync(other)).subarray(gzipHeader);
  const entries = tar.subarray(0, tar.length - tarEnd.length);
  const closing = Buffer.from(tarEntry({ ...pax({ comment: '' }), type: 'g' }));
  const lastMember = closing.length - 256;
  closing.set(Buffer.from(gzipSync('')).subarray(gzipHeader), lastMember);
  const build = (first: number, second: number): Buffer => {
    const value = Buffer.concat([deflated, skipping(second)]).toString('latin1');
    const opening = { ...pax({ comment: value }), type: 'g', name: skipping(first).toString('latin1') };
    return Buffer.concat([tarEntry(opening), entries, closing, tarEnd]);
  };
  const outline = build(0, 0);
  const first = outline.indexOf('comment=') + 'comment='.length;
  const last = outline.length - tarEnd.length - closing.length + lastMember;
  return build(first - skippingHeader, last - first - deflated.length - skippingHeader);
}

/** The length of a header of gzip that says nothing. */
const gzipHeader = 10;

const skippingHeader = 12;

/** A header of gzip with a field of that length behind it, which is passed over (RFC 1952, FEXTRA). */
const skipping = (length: number): Buffer =>
  Buffer.from([0x1f, 0x8b, 8, 4, 1, 1, 1, 1, 2, 255, length & 255, length >> 8]);

const octal = (number: number, digits: number): string => number.toString(8).padStart(digits, '0');

/** Records of an extended header, with their lengths. */
export function pax(records: Readonly<Record<string, string>>): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) length++;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeader', type: 'x', data: lines.join('') };
}
