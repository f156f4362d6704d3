import type { Oid } from '../git/oid.ts';
import type { Fingerprint } from '../openpgp/certificate.ts';
import type { SignatureReason } from '../openpgp/signature.ts';
import type { RepositoryPath } from '../ports.ts';
import type { DiffLine } from '../publish/line-diff.ts';

/** One commit of a pull request, for whoever takes it on their own authority. Names prove nothing. */
export interface ReviewedCommit {
  readonly oid: Oid;
  /** The first line of its message. */
  readonly subject: string;
  /** `Name <email>` */
  readonly author: string;
  /** Who made the commit of it: a forge, where somebody edited in its web interface. */
  readonly committer: string;
  /** What its signature is worth. */
  readonly signature: SignatureReason;
  /** The key that signed; undefined where none is known to have. */
  readonly fingerprint: Fingerprint | undefined;
  /** The contributor who signed, by the keyring in force. */
  readonly contributor: string | undefined;
}

/** One path as a pull request changes it. */
export interface ReviewedFile {
  readonly path: RepositoryPath;
  readonly act: 'added' | 'changed' | 'removed';
  /** For the opam file of a new version: the published version that it is compared with. */
  readonly comparedWith: string | undefined;
  /** The changed stretches; undefined for what is no text, or too large to be shown. */
  readonly diff: readonly (readonly DiffLine[])[] | undefined;
  /** Where modes are not those of an ordinary file, or differ: `100644 → 100755`. */
  readonly modes: string | undefined;
}
