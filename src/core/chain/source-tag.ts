import type { Oid } from '../git/oid.ts';
import type { SignatureVerdict } from '../openpgp/signature.ts';
import { type Claim, type Finding, finding, type Place, settle } from '../report/report.ts';
import type { ReleaseSource } from '../statement-values.ts';

/** The tag that a release was made from, as it stands at the source now. */
export interface SourceTag {
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
  /** Whether the keyring file wants a signed source tag (`source-tag = "require"`). */
  readonly required: boolean;
}

/** Claim 1: the source has the very tag that was submitted. */
export function sourceClaim(tag: SourceTag | 'gone' | 'unknown', stated: ReleaseSource | undefined): Claim {
  const claim = settle.bind(undefined, 'release.source', 'The source has the very tag that was submitted');
  if (tag === 'unknown' || stated === undefined) return claim(false, [sourceAbsent()]);
  const was = describe({ name: stated.tag, oid: stated.tagId, commit: stated.commit });
  if (tag === 'gone') {
    const gone = `${stated.url} does not have tag ${was} any more.`;
    return claim(false, [finding('release.source-moved', { reference: stated.tag }, gone)]);
  }
  if (stated.tag === tag.name && stated.tagId === tag.oid && stated.commit === tag.commit) {
    return claim(true, [], [`${stated.url} has tag ${was}.`]);
  }
  const moved = `The submission was made for tag ${was}; at ${stated.url} there is ${describe(tag)}.`;
  return claim(false, [finding('release.source-moved', placeOf(tag), moved)]);
}

const describe = ({ name, oid, commit }: SourceTag): string =>
  `${name} (${oid ?? 'lightweight'}, commit ${commit})`;

/** Claim 2: the source tag is signed by the contributor who submits. */
export function sourceTagClaim(known: SourceTagEvidence): Claim {
  const { tag, verdict, signer, submitter } = known;
  const title = 'The source tag is signed by the contributor who submits';
  if (tag === undefined) return settle('release.source-tag', title, false, [sourceAbsent()]);
  const findings = signatureFindings(tag, known);
  const proven = verdict?.verdict === 'good' && signer !== undefined && signer === submitter;
  const signed = `Tag ${describe(tag)} is signed by ${signer ?? ''}`;
  const evidence = proven ? [`${signed} with key ${verdict.fingerprint ?? ''}.`] : [];
  return settle('release.source-tag', title, proven, findings, evidence);
}

/** Nothing can be compared with a source that is not known. */
export const sourceAbsent = (): Finding =>
  finding('release.source-absent', {}, 'The tag that the release was made from is not known.');

const placeOf = ({ name, oid }: SourceTag): Place => ({
  reference: name,
  ...(oid === undefined ? {} : { object: oid }),
});

function signatureFindings(
  tag: SourceTag,
  { verdict, signer, submitter, required }: SourceTagEvidence,
): readonly Finding[] {
  const at = placeOf(tag);
  const unsigned = required ? 'release.source-required' : 'release.source-unsigned';
  if (verdict === undefined || verdict.verdict === 'absent') {
    return [finding(unsigned, at, `Tag ${tag.name} is not signed.`)];
  }
  switch (verdict.verdict) {
    case 'unknown-key':
    case 'unsupported':
      return [finding(unsigned, at, `Tag ${tag.name}: ${verdict.message}`)];
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
