import type { Section, Span, Value } from './ast.ts';
import { listedValues } from './opam-file.ts';

type ChecksumKind = 'md5' | 'sha256' | 'sha512';

export interface Checksum {
  readonly kind: ChecksumKind;
  /** Lower-case hexadecimal, of the whole length. */
  readonly hex: string;
}

const hexDigits: Readonly<Record<ChecksumKind, number>> = { md5: 32, sha256: 64, sha512: 128 };

const isKind = (text: string): text is ChecksumKind => Object.hasOwn(hexDigits, text);

/**
 * Reads a checksum as opam writes it, `<kind>=<hex>`, or 32 bare digits for MD5. Upper case is allowed. Undefined for
 * all that opam drops with a warning, after which it loads the package without that checksum.
 */
export function parseChecksum(text: string): Checksum | undefined {
  const [, kind = 'md5', hex = ''] = /^(?:([a-z0-9]+)=)?([0-9a-f]+)$/.exec(text.toLowerCase()) ?? [];
  return isKind(kind) && hex.length === hexDigits[kind] ? { kind, hex } : undefined;
}

/** A checksum with its place in the file. */
interface ListedChecksum extends Checksum {
  readonly span: Span;
}

/** What binds a download: the checksums that are good, and the words of those that opam drops. */
export interface Checksums {
  readonly checksums: readonly ListedChecksum[];
  readonly malformed: readonly string[];
}

/** The checksums that a `url` or `extra-source` section lists; opam demands that all of them match. */
export function checksumsOf(section: Section): Checksums {
  const checksums: ListedChecksum[] = [];
  const malformed: string[] = [];
  for (const one of listedValues(section.items, 'checksum')) {
    const checksum = one.kind === 'string' ? parseChecksum(one.value) : undefined;
    if (checksum === undefined) malformed.push(wordsOf(one));
    else checksums.push({ ...checksum, span: one });
  }
  return { checksums, malformed };
}

const wordsOf = (value: Value): string => (value.kind === 'string' ? value.value : `a ${value.kind}`);
