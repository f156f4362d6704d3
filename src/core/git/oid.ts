import { createHash } from 'node:crypto';

/** The hash function of a repository (git's extensions.objectFormat). */
export type ObjectFormat = 'sha1' | 'sha256';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

declare const oidBrand: unique symbol;

/** A whole object id in lower-case hexadecimal: 40 digits for SHA-1, 64 for SHA-256. Never an abbreviation. */
export type Oid = string & { readonly [oidBrand]: true };

const hexDigits: Record<ObjectFormat, number> = { sha1: 40, sha256: 64 };

/** The number of bytes of an id in its binary form, as trees hold it. */
export const oidBytes = (format: ObjectFormat): number => hexDigits[format] / 2;

/** Reads a whole lower-case object id of the given format; anything else is undefined. */
export function parseOid(text: string, format: ObjectFormat): Oid | undefined {
  return text.length === hexDigits[format] && /^[0-9a-f]+$/.test(text) ? (text as Oid) : undefined;
}

/** The id that a tree holds in binary form: 20 or 32 bytes. */
export function oidFromBytes(bytes: Uint8Array): Oid {
  return Buffer.from(bytes).toString('hex') as Oid;
}

/** The format that an id belongs to, told by its length. */
export function formatOf(oid: Oid): ObjectFormat {
  return oid.length === hexDigits.sha256 ? 'sha256' : 'sha1';
}

/** Computes the id of an object from its type and stored bytes (gitformat-loose(5)). */
export function oidOf(type: ObjectType, content: Uint8Array, format: ObjectFormat): Oid {
  const hash = createHash(format);
  hash.update(`${type} ${content.length}\0`, 'latin1');
  hash.update(content);
  return hash.digest('hex') as Oid;
}

/** The id of the tree without entries. */
export function emptyTree(format: ObjectFormat): Oid {
  return oidOf('tree', new Uint8Array(0), format);
}
