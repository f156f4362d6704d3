/** Rules that every commit, tag and tree must keep, signed or not; what breaks them can't be read one way only. */
type StructureRule =
  | 'nul-byte'
  | 'orphan-continuation'
  | 'missing-header'
  | 'duplicate-header'
  | 'header-order'
  | 'too-many-headers'
  | 'folded-header'
  | 'bad-object-id'
  | 'bad-object-type'
  | 'bad-identity'
  | 'bad-tag-name'
  | 'truncated-entry'
  | 'bad-mode'
  | 'bad-entry-name'
  | 'entry-order'
  | 'duplicate-entry';

/** Rules of the strict profile for whatever carries a signature (trust model, section 2.2). */
type SignatureRule =
  | 'signature-doubled'
  | 'signature-look-alike'
  | 'signature-position'
  | 'signature-beside-unknown-header'
  | 'signature-without-blank-line'
  | 'signature-without-tagger'
  | 'signature-armor';

/** Where and how an object breaks the form that git objects must have. */
export interface Malformation {
  /** A stable id. The rules of the strict signature profile, and only they, start with `signature-`. */
  readonly rule: StructureRule | SignatureRule;
  /** One sentence for people, without the object's id. */
  readonly message: string;
  /** The byte of the object's content that the rule is broken at. */
  readonly offset: number;
}

export interface Refused {
  readonly ok: false;
  readonly malformation: Malformation;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | Refused;

/** Refuses an object for what stands at `offset`. */
export function malformed(rule: Malformation['rule'], offset: number, message: string): Refused {
  return { ok: false, malformation: { rule, offset, message } };
}

/** One header of a commit or tag. */
export interface Header {
  /** One character for each byte (latin1). */
  readonly name: string;
  /** The value unfolded: lines joined by LF, without the space that continues a line and without the final LF. */
  readonly value: Uint8Array;
  /** The bytes `[start, end)` of the object: name, continuation lines and final LF included. */
  readonly start: number;
  readonly end: number;
  /** Whether the value has continuation lines. */
  readonly folded: boolean;
}

/** A commit or tag cut into headers and message, nothing interpreted yet. */
export interface Sections {
  readonly headers: readonly Header[];
  /** Where the message starts, after the blank line; the object's length where there is no blank line. */
  readonly messageStart: number;
}

const lineFeed = 0x0a;
const space = 0x20;

/** Far more than any real commit has, with the parents of the largest octopus. */
const maximumHeaders = 1000;

/** How often each of the headers may stand that must lead an object, in their order. */
export type LeadingHeaders = Readonly<Record<string, 'one' | 'optional' | 'any'>>;

/**
 * Cuts a commit or tag at its line feeds. The headers end at the first empty line or, where there is none, at the
 * end of the object.
 */
export function readSections(content: Uint8Array, leading: LeadingHeaders): Parsed<Sections> {
  const sections = cut(content);
  if (!sections.ok) return sections;
  const order = checkOrder(sections.value.headers, leading);
  return order.ok ? sections : order;
}

function cut(content: Uint8Array): Parsed<Sections> {
  const nul = content.indexOf(0);
  if (nul >= 0) {
    return malformed('nul-byte', nul, 'It holds a NUL byte: git shows only what stands before it.');
  }
  const headers: Header[] = [];
  let offset = 0;
  while (offset < content.length) {
    if (content[offset] === lineFeed) {
      return { ok: true, value: { headers, messageStart: offset + 1 } };
    }
    if (content[offset] === space) {
      return malformed('orphan-continuation', offset, 'Its first line continues a header that is not there.');
    }
    if (headers.length === maximumHeaders) {
      return malformed('too-many-headers', offset, `It has more than ${maximumHeaders} headers.`);
    }
    const header = headerAt(content, offset);
    headers.push(header);
    offset = header.end;
  }
  return { ok: true, value: { headers, messageStart: content.length } };
}

function headerAt(content: Uint8Array, start: number): Header {
  const firstEnd = lineEnd(content, start);
  let end = firstEnd;
  while (content[end] === space) end = lineEnd(content, end);
  const firstLine = content.subarray(start, withoutLineFeed(content, firstEnd));
  const gap = firstLine.indexOf(space);
  const nameLength = gap < 0 ? firstLine.length : gap;
  const folded = end > firstEnd;
  const value = content.subarray(
    Math.min(start + nameLength + 1, start + firstLine.length),
    withoutLineFeed(content, end),
  );
  return {
    name: Buffer.from(firstLine.subarray(0, nameLength)).toString('latin1'),
    value: folded ? unfold(value) : value,
    start,
    end,
    folded,
  };
}

/** The offset after the line that starts here. */
function lineEnd(content: Uint8Array, start: number): number {
  const end = content.indexOf(lineFeed, start);
  return end < 0 ? content.length : end + 1;
}

function withoutLineFeed(content: Uint8Array, end: number): number {
  return content[end - 1] === lineFeed ? end - 1 : end;
}

/** Drops the one space after each line feed (git commit.c, the inverse of add_extra_header). */
function unfold(value: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(value).toString('latin1').replaceAll('\n ', '\n'), 'latin1');
}

/**
 * Whether the headers start with these, in this order and on one line each, and have none of them later: git's
 * parsers stop at the first line that they don't expect, others search for it (git commit.c, tag.c).
 */
function checkOrder(headers: readonly Header[], leading: LeadingHeaders): Parsed<readonly Header[]> {
  const names = Object.keys(leading);
  const known = headers.filter(({ name }) => names.includes(name));
  for (const name of names) {
    const [first, second] = known.filter((header) => header.name === name);
    if (first === undefined && leading[name] === 'one') {
      return malformed('missing-header', 0, `It has no ${name} header.`);
    }
    if (second !== undefined && leading[name] !== 'any') {
      return malformed('duplicate-header', second.start, `It has more than one ${name} header.`);
    }
  }
  for (const [index, header] of known.entries()) {
    const before = known[index - 1];
    const late = before !== undefined && names.indexOf(header.name) < names.indexOf(before.name);
    if (late || header !== headers[index]) {
      return malformed('header-order', header.start, `Its ${header.name} header is not where it belongs.`);
    }
    if (header.folded) {
      return malformed(
        'folded-header',
        header.start,
        `Its ${header.name} header goes on over several lines.`,
      );
    }
  }
  return { ok: true, value: headers };
}

/** The bytes of a header, further lines folded; a final line feed of the value is the header's own. */
export function renderHeader(name: string, value: string | Uint8Array): Uint8Array {
  const text = Buffer.from(value).toString('latin1');
  const lines = text.endsWith('\n') ? text.slice(0, -1) : text;
  return Buffer.from(`${name} ${lines.replaceAll('\n', '\n ')}\n`, 'latin1');
}
