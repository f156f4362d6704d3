import { signatureStarts } from './armor.ts';
import { malformed, readSections, type Header, type Parsed, type Refused } from './headers.ts';
import { parseIdentity, parseIdentityLeniently, renderIdentity, type Identity } from './identity.ts';
import { oidOf, parseOid, type ObjectFormat, type ObjectType, type Oid } from './oid.ts';
import { decodeText } from './text.ts';

export type { Malformation, Parsed } from './headers.ts';
export type { Identity } from './identity.ts';

export interface Commit {
  /** Recomputed from the bytes: whoever asked for another id was handed something else. */
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Identity;
  readonly committer: Identity;
  /** All headers in their order, those above included. */
  readonly headers: readonly Header[];
  readonly message: string;
  readonly messageStart: number;
  readonly content: Uint8Array;
}

export interface Tag {
  /** Recomputed from the bytes. */
  readonly oid: Oid;
  readonly object: Oid;
  readonly objectType: ObjectType;
  readonly name: string;
  /** Missing in tags of git's first months. */
  readonly tagger: Identity | undefined;
  readonly headers: readonly Header[];
  /** Without the signature. */
  readonly message: string;
  readonly content: Uint8Array;
}

const commitHeaders = { tree: 'one', parent: 'any', author: 'one', committer: 'one' } as const;
const tagHeaders = { object: 'one', type: 'one', tag: 'one', tagger: 'optional' } as const;

/**
 * Reads a commit's stored bytes. Tree, parents, author and committer must lead in this order and stand nowhere
 * else, so that no two programs see different parents; headers that git doesn't know may follow.
 */
export function parseCommit(content: Uint8Array, format: ObjectFormat): Parsed<Commit> {
  const sections = readSections(content, commitHeaders);
  if (!sections.ok) return sections;
  const { headers, messageStart } = sections.value;

  const named = (name: keyof typeof commitHeaders): Header[] =>
    headers.filter((header) => header.name === name);
  const oids = readOids([...named('tree'), ...named('parent')], format);
  if (!oids.ok) return oids;
  const [tree, ...parents] = oids.value;
  const [author] = named('author').map(parseIdentityLeniently);
  const [committer] = named('committer').flatMap((header) => parseIdentity(header) ?? []);
  if (tree === undefined || author === undefined || committer === undefined) {
    return unreadableIdentity(named('committer'));
  }
  const message = decodeText(content.subarray(messageStart));
  const oid = oidOf('commit', content, format);
  return {
    ok: true,
    value: { oid, tree, parents, author, committer, headers, message, messageStart, content },
  };
}

/** Reads an annotated tag's stored bytes, by the same rules as {@link parseCommit}. */
export function parseTag(content: Uint8Array, format: ObjectFormat): Parsed<Tag> {
  const sections = readSections(content, tagHeaders);
  if (!sections.ok) return sections;
  const { headers, messageStart } = sections.value;

  const named = (name: keyof typeof tagHeaders): Header[] => headers.filter((header) => header.name === name);
  const oids = readOids(named('object'), format);
  if (!oids.ok) return oids;
  const [object] = oids.value;
  const [typeHeader] = named('type');
  const objectType = objectTypes.find((type) => type === decodeText(typeHeader?.value ?? nothing));
  if (object === undefined || objectType === undefined) {
    return malformed('bad-object-type', typeHeader?.start ?? 0, 'Its type is not commit, tree, blob or tag.');
  }
  const [nameHeader] = named('tag');
  const name = decodeText(nameHeader?.value ?? nothing);
  if (name === '' || name.includes('\uFFFD')) {
    return malformed('bad-tag-name', nameHeader?.start ?? 0, 'Its tag name is empty or not UTF-8.');
  }
  const [tagger] = named('tagger').flatMap((header) => parseIdentity(header) ?? []);
  if (tagger === undefined && named('tagger').length > 0) return unreadableIdentity(named('tagger'));
  const message = decodeText(content.subarray(messageStart, signatureStarts(content).at(-1)));
  const oid = oidOf('tag', content, format);
  return { ok: true, value: { oid, object, objectType, name, tagger, headers, message, content } };
}

/** The bytes of a commit without a signature: what gets signed. A merge tag or signature is put in afterwards. */
export function renderCommit(
  commit: Pick<Commit, 'tree' | 'parents' | 'author' | 'committer' | 'message'>,
): Uint8Array {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${renderIdentity(commit.author)}`,
    `committer ${renderIdentity(commit.committer)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message}`);
}

/**
 * The bytes of a tag without a signature. The message gets a final line feed where it has none: a signature is
 * only found at the start of a line.
 */
export function renderTag(
  tag: Pick<Tag, 'object' | 'objectType' | 'name' | 'message'> & { readonly tagger: Identity },
): Uint8Array {
  const lines = [
    `object ${tag.object}`,
    `type ${tag.objectType}`,
    `tag ${tag.name}`,
    `tagger ${renderIdentity(tag.tagger)}`,
  ];
  const end = tag.message === '' || tag.message.endsWith('\n') ? '' : '\n';
  return Buffer.from(`${lines.join('\n')}\n\n${tag.message}${end}`);
}

const objectTypes: readonly ObjectType[] = ['commit', 'tree', 'blob', 'tag'];
const nothing = new Uint8Array(0);

function readOids(headers: readonly Header[], format: ObjectFormat): Parsed<readonly Oid[]> {
  const oids: Oid[] = [];
  for (const header of headers) {
    const oid = parseOid(decodeText(header.value), format);
    if (oid === undefined) {
      return malformed(
        'bad-object-id',
        header.start,
        `Its ${header.name} header holds no whole lower-case ${format} id.`,
      );
    }
    oids.push(oid);
  }
  return { ok: true, value: oids };
}

function unreadableIdentity([header]: readonly Header[]): Refused {
  const message = `Its ${header?.name ?? 'committer'} line is not "Name <email> seconds zone", so that its time is uncertain.`;
  return malformed('bad-identity', header?.start ?? 0, message);
}
