import type { RepositoryPath, Seconds } from '../ports.ts';
import type { Oid } from '../git/oid.ts';
import { catalogue, type Effect, type FindingCode } from './catalogue.ts';

export type Severity = 'error' | 'warning' | 'note';

/** Where a finding is: the object and, inside it, what. Everything here may come from an attacker. */
export interface Place {
  readonly object?: Oid;
  readonly path?: RepositoryPath;
  /** A reference, a file outside the repository, a field of a file, a line. */
  readonly reference?: string;
  readonly file?: string;
  readonly line?: number;
  /** The mainline commit of the step being judged, where the object is not itself that commit. */
  readonly step?: Oid;
}

/** One thing that was noticed, with the rule that it breaks (by its code) and what mends it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly at: Place;
  /** What happened here, in one sentence that names the object. */
  readonly message: string;
  /** The command or act that mends it. */
  readonly mend: string;
}

/** Makes a finding with the catalogue's severity and mend unless the occasion has a better one. */
export function finding(
  code: FindingCode,
  at: Place,
  message: string,
  occasion: { readonly severity?: Severity; readonly mend?: string } = {},
): Finding {
  const entry = catalogue[code];
  return {
    code,
    severity: occasion.severity ?? entry.severity,
    at,
    message,
    mend: occasion.mend ?? entry.mend,
  };
}

export type ClaimStatus = 'upheld' | 'refuted' | 'unproven';

/** One thing that must hold, with what was found about it (trust model, section 1). */
export interface Claim {
  readonly id: string;
  /** The claim as a sentence: "the archive's files equal the source tag's tree". */
  readonly title: string;
  readonly status: ClaimStatus;
  /** What the status rests on, in words: "tag v1.0 signed by 0123…". */
  readonly evidence: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Settles a claim: refuted if a finding refutes it, upheld only if it was `proven` and nothing speaks against it.
 * That nothing was found is no proof, so whoever calls says what was shown.
 */
export function settle(
  id: string,
  title: string,
  proven: boolean,
  findings: readonly Finding[],
  evidence: readonly string[] = [],
): Claim {
  const effects = new Set(findings.map(effectOf));
  const status = effects.has('refutes')
    ? 'refuted'
    : proven && !effects.has('leaves-unproven')
      ? 'upheld'
      : 'unproven';
  return { id, title, status, evidence, findings };
}

/** What a finding does to its claim: warnings and notes do nothing, whatever the catalogue says of the code. */
const effectOf = ({ code, severity }: Finding): Effect =>
  severity === 'error' ? catalogue[code].effect : 'none';

export type Conclusion = 'verified' | 'rejected' | 'undetermined';

/**
 * The only function that yields a conclusion (trust model, section 1). Verified only if something is
 * required and every required claim is upheld, each by exactly one claim; rejected if a required claim is
 * refuted; otherwise undetermined. Claims that are not required have no say.
 */
export function conclude(required: readonly string[], claims: readonly Claim[]): Conclusion {
  if (required.length === 0) return 'undetermined';
  const statuses = required.map((id) => statusOf(claims.filter((claim) => claim.id === id)));
  if (statuses.includes('refuted')) return 'rejected';
  return statuses.every((status) => status === 'upheld') ? 'verified' : 'undetermined';
}

/** Several claims under one id hold only together; none at all is no proof. */
function statusOf(claims: readonly Claim[]): ClaimStatus {
  if (claims.some((claim) => claim.status === 'refuted')) return 'refuted';
  return claims.length > 0 && claims.every((claim) => claim.status === 'upheld') ? 'upheld' : 'unproven';
}

/** What every verb reports, whatever the format (design: one model, all renderers). */
export interface Report {
  readonly verb: string;
  readonly conclusion: Conclusion;
  /** Ids of the claims that the conclusion was computed from. */
  readonly required: readonly string[];
  readonly claims: readonly Claim[];
  /** All findings, those of the claims included, errors first. */
  readonly findings: readonly Finding[];
  readonly now: Seconds;
}
