import fc, { type Arbitrary } from 'fast-check';
import { emptyTree, oidOf, type ObjectFormat, type ObjectType, type Oid } from '../../../src/core/git/oid.ts';
import type { Identity } from '../../../src/core/git/object.ts';

/** Something that depends on the hash function of its repository. */
export function inAnyFormat<T>(
  any: (format: ObjectFormat) => Arbitrary<T>,
): Arbitrary<{ format: ObjectFormat; object: T }> {
  const formats = fc.constantFrom<ObjectFormat>('sha1', 'sha256');
  return formats.chain((format) => any(format).map((object) => ({ format, object })));
}

fc.configureGlobal({ seed: 20260101 });

export const anyBytes = fc.uint8Array({ maxLength: 200 });

const anyOid = (format: ObjectFormat): Arbitrary<Oid> =>
  fc.uint8Array({ maxLength: 4 }).map((content) => oidOf('blob', content, format));

/** Names as git keeps them: no angle brackets or line ends, no space at the ends. */
const anyName = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((name) => name.replaceAll(/[<>\n\0]/g, '').trim());

const anyIdentity: Arbitrary<Identity> = fc.record({
  name: anyName,
  email: anyName,
  time: fc.integer({ min: 0, max: 2 ** 40 }),
  zone: fc.constantFrom('+0000', '-0730', '+1245'),
});

/** Text in which what matters to parsers is frequent: line ends, empty lines, headers, signature blocks. */
const anyMessage = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        ' ',
        'gpgsig x',
        'tree y',
        '-----BEGIN PGP SIGNATURE-----',
        '\ufeff',
        'é',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

interface PlainCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
}

export const anyCommit = (format: ObjectFormat): Arbitrary<PlainCommit> =>
  fc.record({
    tree: fc.constant(emptyTree(format)),
    parents: fc.array(anyOid(format), { maxLength: 3 }),
    author: anyIdentity,
    committer: anyIdentity,
    message: anyMessage,
  });

interface PlainTag {
  readonly object: Oid;
  readonly objectType: ObjectType;
  readonly name: string;
  readonly tagger: Identity;
  readonly message: string;
}

export const anyTag = (format: ObjectFormat): Arbitrary<PlainTag> =>
  fc.record({
    object: anyOid(format),
    objectType: fc.constantFrom<ObjectType>('commit', 'tree', 'blob', 'tag'),
    name: fc.constantFrom('v1', 'signet/foo.1.0', 'signet/endorse/é'),
    tagger: anyIdentity,
    message: anyMessage.map((message) => `${message}\n`),
  });

/** An armored block with any inside. */
export const anyArmor = fc
  .array(fc.constantFrom('', 'wsBcBAABCAAQ', '=abcd', 'Version: 1', ' '), { maxLength: 6 })
  .map((lines) => ['-----BEGIN PGP SIGNATURE-----', ...lines, '-----END PGP SIGNATURE-----', ''].join('\n'));

/** The bytes with a few of them changed, dropped or doubled. */
export function mutated(content: Uint8Array): Arbitrary<Uint8Array> {
  const change = fc.record({
    at: fc.nat({ max: Math.max(0, content.length - 1) }),
    byte: fc.constantFrom(0x00, 0x0a, 0x0d, 0x20, 0x2d, 0x30, 0x80),
    remove: fc.nat({ max: 2 }),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const bytes = [...content];
    for (const { at, byte, remove } of changes) bytes.splice(at, remove, byte);
    return Uint8Array.from(bytes);
  });
}
