import type { Oid } from '../git/oid.ts';
import type { SignatureVerdict } from '../openpgp/signature.ts';
import { type Claim, type Finding, finding, type Place, settle } from '../report/report.ts';
import type { ReleaseSource } from '../statement-values.ts';

/** The tag that a release was made from, as it stands at the source now. */
interface SourceTag {
  readonly name: string;
  /** The tag object; undefined for a lightweight tag. */
  readonly oid: Oid | undefined;
  readonly commit: Oid;
}

/** Who submits a release and what is known of its source tag. */
export interface SourceTagEvidence {
  readonly tag: SourceTag | undefined;
  /** Undefined where there is nothing that could bear a signature. */
  readonly verdict: SignatureVerdict | undefined;
  /** The contributor whose key it is, if the keyring file lists it. */
  readonly signer: string | undefined;
  readonly submitter: string | undefined;
  /** What the submission says of the tag. */
  readonly stated: ReleaseSource | undefined;
}

/** Claim 1: the source tag is signed by the contributor who submits. */
export function sourceTagClaim(known: SourceTagEvidence): Claim {
  const { tag, verdict, signer, submitter } = known;
  const title = 'The source tag is signed by the contributor who submits';
  if (tag === undefined) return settle('release.source-tag', title, false, [sourceAbsent()]);
  const findings = [...moved(tag, known.stated), ...signatureFindings(tag, known)];
  const proven = verdict?.verdict === 'good' && signer !== undefined && signer === submitter;
  const signed = `Tag ${tag.name} (${tag.oid ?? 'lightweight'}, commit ${tag.commit}) is signed by ${signer ?? ''}`;
  const evidence = proven ? [`${signed} with key ${verdict.fingerprint ?? ''}.`] : [];
  return settle('release.source-tag', title, proven, findings, evidence);
}

/** Nothing can be compared with a source that is not known. */
export const sourceAbsent = (): Finding =>
  finding('release.source-absent', {}, 'The tag that the release was made from is not known.');

function moved(tag: SourceTag, stated: ReleaseSource | undefined): readonly Finding[] {
  if (
    stated === undefined ||
    (stated.tag === tag.name && stated.tagId === tag.oid && stated.commit === tag.commit)
  )
    return [];
  const was = `${stated.tag} (${stated.tagId ?? 'lightweight'}, commit ${stated.commit})`;
  const is = `${tag.name} (${tag.oid ?? 'lightweight'}, commit ${tag.commit})`;
  return [
    finding(
      'release.source-moved',
      placeOf(tag),
      `The submission was made for tag ${was}; at ${stated.url} there is ${is}.`,
    ),
  ];
}

const placeOf = ({ name, oid }: SourceTag): Place => ({
  reference: name,
  ...(oid === undefined ? {} : { object: oid }),
});

function signatureFindings(
  tag: SourceTag,
  { verdict, signer, submitter }: SourceTagEvidence,
): readonly Finding[] {
  const at = placeOf(tag);
  if (verdict === undefined || verdict.verdict === 'absent') {
    return [finding('release.source-unsigned', at, `Tag ${tag.name} is not signed.`)];
  }
  switch (verdict.verdict) {
    case 'unknown-key':
    case 'unsupported':
      return [finding('release.source-unsigned', at, `Tag ${tag.name}: ${verdict.message}`)];
    case 'good': {
      if (signer !== undefined && signer === submitter) return [];
      const other = `${signer ?? 'someone whom the keyring file does not list'}, not by ${submitter ?? 'a known submitter'}`;
      return [finding('release.source-signer', at, `Tag ${tag.name} is signed by ${other}.`)];
    }
    case 'expired-signature':
    case 'expired-key':
    case 'revoked-key':
    case 'weak':
    case 'bad':
    case 'malformed':
      return [finding('release.source-signature', at, `Tag ${tag.name}: ${verdict.message}`)];
    default:
      return verdict.verdict satisfies never;
  }
}
