import { armorFormat, signatureStarts, type SignatureFormat } from './armor.ts';
import {
  malformed,
  renderHeader,
  type Header,
  type Malformation,
  type Parsed,
  type Refused,
} from './headers.ts';
import { parseCommit, parseTag, type Commit } from './object.ts';
import { formatOf, type ObjectFormat } from './oid.ts';

/** What a commit or tag carries as a signature, by the strict profile (trust model, section 2.2). */
export type SignedObject =
  | { readonly kind: 'unsigned' }
  | {
      readonly kind: 'signed';
      readonly format: SignatureFormat;
      /** The signed bytes, exactly what git feeds to gpg. */
      readonly payload: Uint8Array;
      /** The armored block with its BEGIN and END lines. */
      readonly signature: Uint8Array;
    }
  | { readonly kind: 'malformed'; readonly malformation: Malformation };

/** Headers that a signed commit may have beside those that every commit has. The signature covers them. */
const companions: readonly string[] = ['encoding', 'mergetag', 'change-id'];

/** Takes a commit apart into payload and signature, or says what makes that uncertain. */
export function signedCommit(content: Uint8Array, format: ObjectFormat): SignedObject {
  const commit = parseCommit(content, format);
  return commit.ok ? signatureOn(commit.value) : refused(commit);
}

/** The same of a commit that has been read already. */
export function signatureOn(commit: Commit): SignedObject {
  const { content } = commit;
  const found = findSignatureHeader(commit, formatOf(commit.oid));
  if (!found.ok) return refused(found);
  const header = found.value;
  if (header === undefined) return { kind: 'unsigned' };
  // The header's own line feed is not in its value: GitHub's empty line after END is the one that may stand there.
  const armor = armorFormat(header.value);
  if (armor === undefined) return refused(badArmor(header.start));
  const payload = Buffer.concat([content.subarray(0, header.start), content.subarray(header.end)]);
  const signature = Buffer.concat([header.value, Buffer.from('\n')]);
  return { kind: 'signed', format: armor, payload, signature };
}

/** Takes a tag apart into payload and signature, or says what makes that uncertain. */
export function signedTag(content: Uint8Array, format: ObjectFormat): SignedObject {
  const tag = parseTag(content, format);
  if (!tag.ok) return refused(tag);
  const others = tag.value.headers.filter(({ name }) => !['object', 'type', 'tag', 'tagger'].includes(name));
  const lookAlike = others.find(isLookAlike);
  if (lookAlike !== undefined) return refused(unlikeGit(lookAlike));
  const [start, second] = signatureStarts(content);
  if (start === undefined) return { kind: 'unsigned' };
  if (second !== undefined) {
    return refused(
      malformed('signature-doubled', second, 'It holds more than one signature; git would check the last.'),
    );
  }
  const [other] = others;
  if (other !== undefined) return refused(unknownBeside(other));
  const signature = content.subarray(start);
  const armor = armorFormat(signature);
  if (armor === undefined) return refused(badArmor(start));
  if (tag.value.tagger === undefined) {
    return refused(
      malformed('signature-without-tagger', start, 'It is signed by nobody at no time: it has no tagger.'),
    );
  }
  return { kind: 'signed', format: armor, payload: content.subarray(0, start), signature };
}

/**
 * The one signature header, if there is any. It stands directly after `committer`, where GitHub and JGit put it,
 * or last, where git puts it; anywhere else it hides what follows from parsers that count lines.
 */
function findSignatureHeader(
  { headers, messageStart }: Commit,
  format: ObjectFormat,
): Parsed<Header | undefined> {
  const name = signatureHeader(format);
  const [signature, second] = headers.filter((header) => header.name === name);
  if (second !== undefined) {
    return malformed(
      'signature-doubled',
      second.start,
      `It has more than one ${name} header; git would join them.`,
    );
  }
  const lookAlike = headers.find((header) => header !== signature && isLookAlike(header));
  if (lookAlike !== undefined) return unlikeGit(lookAlike);
  if (signature === undefined) return { ok: true, value: undefined };

  const extra = headers.slice(headers.findIndex((header) => header.name === 'committer') + 1);
  if (extra[0] !== signature && extra.at(-1) !== signature) {
    return malformed(
      'signature-position',
      signature.start,
      `Its ${name} header is not directly after committer, nor last.`,
    );
  }
  const unknown = extra.find((header) => header !== signature && !companions.includes(header.name));
  if (unknown !== undefined) return unknownBeside(unknown);
  if (headers.at(-1)?.end === messageStart) {
    return malformed(
      'signature-without-blank-line',
      messageStart,
      'No empty line divides its headers from its message.',
    );
  }
  return { ok: true, value: signature };
}

/** Git drops every header from the payload whose name starts so: anybody can add one (git commit.c). */
const isLookAlike = (header: Header): boolean => header.name.startsWith('gpgsig');

const unlikeGit = ({ name, start }: Header): Refused =>
  malformed(
    'signature-look-alike',
    start,
    `It has a header ${JSON.stringify(name)}, which no signature would cover.`,
  );

const unknownBeside = ({ name, start }: Header): Refused =>
  malformed(
    'signature-beside-unknown-header',
    start,
    `It is signed and has an unknown header ${JSON.stringify(name)}.`,
  );

const badArmor = (start: number): Refused =>
  malformed(
    'signature-armor',
    start,
    'Its signature is not one armored block from BEGIN to END and nothing else.',
  );

const refused = ({ malformation }: Refused): SignedObject => ({
  kind: 'malformed',
  malformation,
});

/** The bytes of each tag that a merge commit embeds, as they hash to the tag's id. */
export function mergetags(commit: Commit): readonly Uint8Array[] {
  const embedded = commit.headers.filter(({ name }) => name === 'mergetag');
  return embedded.map(({ value }) => Buffer.concat([value, Buffer.from('\n')]));
}

/** Puts a signature into a commit where git puts it: as the last header. */
export function embedCommitSignature(payload: Uint8Array, armored: string, format: ObjectFormat): Uint8Array {
  return insertHeader(payload, renderHeader(signatureHeader(format), armored));
}

/** Puts a tag into an unsigned merge commit, as the last header. */
export function embedMergetag(payload: Uint8Array, tag: Uint8Array): Uint8Array {
  return insertHeader(payload, renderHeader('mergetag', tag));
}

/** Puts a signature at the end of a tag that ends with a line feed. */
export function appendTagSignature(payload: Uint8Array, armored: string): Uint8Array {
  return Buffer.concat([payload, Buffer.from(armored)]);
}

/** The header that holds a commit's signature: the one over the commit in this hash function. */
const signatureHeader = (format: ObjectFormat): string => (format === 'sha1' ? 'gpgsig' : 'gpgsig-sha256');

function insertHeader(content: Uint8Array, header: Uint8Array): Uint8Array {
  const end = Buffer.from(content.buffer, content.byteOffset, content.byteLength).indexOf('\n\n') + 1;
  return Buffer.concat([content.subarray(0, end), header, content.subarray(end)]);
}

/** A signed object as git takes it apart, without any strictness. */
export interface GitPayload {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The bytes that git itself feeds to gpg, for oracles and for showing; undefined if git sees no signature. Nothing
 * may be judged by it: git reads malformed objects in ways that hide text from people (trust model, section 2.2).
 */
export function gitPayload(
  type: 'commit' | 'tag',
  content: Uint8Array,
  format: ObjectFormat,
): GitPayload | undefined {
  if (type === 'commit') return gitCommitPayload(content, format);
  const start = signatureStarts(content).at(-1);
  if (start === undefined) return undefined;
  const signature = content.subarray(start);
  return { payload: withoutSignatureHeaders(content.subarray(0, start)), signature };
}

/** As parse_buffer_signed_by_header() in git's commit.c does it, line by line. */
function gitCommitPayload(content: Uint8Array, format: ObjectFormat): GitPayload | undefined {
  const own = `${signatureHeader(format)} `;
  const payload: Uint8Array[] = [];
  const signature: Uint8Array[] = [];
  let inside: 'own' | 'other' | undefined;
  for (const { line, text } of linesOfHeaders(content)) {
    if (inside === 'own' && text.startsWith(' ')) {
      signature.push(line.subarray(1));
    } else if (text.startsWith(own)) {
      inside = 'own';
      signature.push(line.subarray(own.length));
    } else if (text.startsWith('gpgsig')) {
      inside = 'other';
    } else if (!(inside === 'other' && text.startsWith(' '))) {
      inside = undefined;
      payload.push(line);
    }
  }
  if (signature.length === 0) return undefined;
  return { payload: Buffer.concat(payload), signature: Buffer.concat(signature) };
}

/** As remove_signature() in git's commit.c does it for tags: signatures over the tag in either hash function. */
function withoutSignatureHeaders(content: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let inside = false;
  for (const { line, text } of linesOfHeaders(content)) {
    inside = /^gpgsig(?:-sha256)? /.test(text) || (inside && text.startsWith(' '));
    if (!inside) kept.push(line);
  }
  return Buffer.concat(kept);
}

/** The lines up to the first empty one, which brings all the rest with it. */
function* linesOfHeaders(content: Uint8Array): Iterable<{ line: Uint8Array; text: string }> {
  for (let start = 0; start < content.length;) {
    const lineFeed = content.indexOf(0x0a, start);
    const end = lineFeed < 0 || lineFeed === start ? content.length : lineFeed + 1;
    const line = content.subarray(start, end);
    yield { line, text: Buffer.from(line.subarray(0, 'gpgsig-sha256 '.length)).toString('latin1') };
    start = end;
  }
}
