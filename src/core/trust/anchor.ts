import { parseOid, type Oid } from '../git/oid.ts';
import { parseFingerprint, type Fingerprint } from '../openpgp/certificate.ts';

/** What a verifying user pins outside the repository (trust model, section 1). */
export interface TrustAnchor {
  /** The repository's id. Undefined: any, as opam's hook does not tell. */
  readonly repository?: string;
  /** How many of the fingerprints must have signed, each for another person. */
  readonly quorum: number;
  /** Primary keys of admins. */
  readonly fingerprints: readonly Fingerprint[];
  /** For history: the commit where signed history begins. */
  readonly from?: Oid;
}

/** A trust anchor as flags, settings and opam's hook give it. */
export interface AnchorText {
  readonly repository?: string;
  readonly quorum: string;
  /** One or more in each text, with commas between, in any usual spelling. */
  readonly fingerprints: readonly string[];
  readonly from?: string;
}

export type AnchorParsing =
  | { readonly ok: true; readonly anchor: TrustAnchor }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads a trust anchor. A quorum of none, or one that the fingerprints can't reach, pins nothing and is refused:
 * opam itself takes both (opam repository add X URL 1).
 */
export function parseAnchor(text: AnchorText): AnchorParsing {
  const problems: string[] = [];
  const quorum = /^[1-9]\d{0,3}$/.test(text.quorum.trim()) ? Number(text.quorum) : undefined;
  if (quorum === undefined)
    problems.push(`The quorum must be a whole number, 1 or more, not "${text.quorum}".`);
  const fingerprints = new Set<Fingerprint>();
  for (const one of text.fingerprints.flatMap((several) => several.split(','))) {
    const fingerprint = parseFingerprint(one.trim());
    if (fingerprint !== undefined) fingerprints.add(fingerprint);
    else problems.push(`"${one.trim()}" is not a whole fingerprint of 40 or 64 hexadecimal digits.`);
  }
  const from = text.from === undefined ? undefined : wholeOid(text.from);
  if (from === undefined && text.from !== undefined) {
    problems.push(
      `"${text.from}" is not the whole id of a commit: 40 or 64 hexadecimal digits in small letters.`,
    );
  }
  if (quorum !== undefined && fingerprints.size < quorum) {
    problems.push(
      `A quorum of ${quorum} needs as many different fingerprints, of which ${fingerprints.size} ${fingerprints.size === 1 ? 'is' : 'are'} given.`,
    );
  }
  if (quorum === undefined || problems.length > 0) return { ok: false, problems };
  const { repository } = text;
  const optional = {
    ...(repository === undefined ? {} : { repository }),
    ...(from === undefined ? {} : { from }),
  };
  return { ok: true, anchor: { quorum, fingerprints: [...fingerprints], ...optional } };
}

const wholeOid = (text: string): Oid | undefined => parseOid(text, 'sha1') ?? parseOid(text, 'sha256');
