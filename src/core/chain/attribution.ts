import type { Oid } from '../git/oid.ts';
import type { Fingerprint } from '../openpgp/certificate.ts';
import type { PathChange, RepositoryPath, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { type Authority, hasAuthority } from '../trust/authority.ts';
import type { Evidence, EvidenceKind } from './evidence.ts';
import type { SideMaterial } from './side-material.ts';
import { sameEntry } from './step.ts';

/**
 * How a path is attributed: by the step's own signature, a side commit, a tag on the side's head, a content
 * statement; `unsigned` where nobody has enrolled the package; `keyring` where the update rule decides;
 * `none` where a signature with authority is needed and missing.
 */
export type AttributionKind = 'own' | 'side' | 'tag' | 'statement' | 'keyring' | 'unsigned' | 'none';

export interface Attribution {
  readonly path: RepositoryPath;
  readonly kind: AttributionKind;
  readonly contributor: string | undefined;
  /** The key that signed. */
  readonly fingerprint: Fingerprint | undefined;
  readonly evidence: { readonly kind: EvidenceKind; readonly object: Oid } | undefined;
  /** Why the kind is `none`: at least one error then. */
  readonly findings: readonly Finding[];
}

/** A tag that may stand for content, already found fit to be used at this position (trust model, section 5.4). */
export interface ContentStatement {
  /** What is signed of the tag, as an id, and the package version. */
  readonly key: string;
  readonly evidence: Evidence;
  /** Whether it binds this path's package directory from P's digest to M's. */
  covers(path: RepositoryPath): boolean;
}

/** What is known about one step when its paths are attributed. */
export interface StepEvidence {
  /** The mainline commit, or the head of a pull request that is not merged yet. */
  readonly step: Oid;
  /** M's signature where it attributes: M has one parent or is an endorsement (trust model, section 5.1). */
  readonly own: Evidence | undefined;
  readonly side:
    | {
        readonly material: SideMaterial;
        readonly commits: ReadonlyMap<Oid, Evidence>;
        /** Tags on the side's head that are fit to be used. */
        readonly tags: readonly Evidence[];
      }
    | undefined;
  readonly statements: readonly ContentStatement[];
  /** When the package version of a path was taken out last, if it was (trust model, section 5.2). */
  withdrawnAt(path: RepositoryPath): Seconds | undefined;
  /** Why tags at hand were not fit; told where a path is left without attribution. */
  readonly unfit: readonly Finding[];
}

/**
 * Whether what the side changed can make a difference to the attribution of a path: only where the step's own
 * signature does not settle it, and either somebody of the side is entitled, or it is to be said why nobody is.
 */
export function dependsOnSide(
  authority: Authority,
  own: Evidence | undefined,
  ofSide: readonly Evidence[],
): boolean {
  if (own !== undefined && isEntitled(own, authority)) return false;
  return isExplained(authority) || ofSide.some((evidence) => isEntitled(evidence, authority));
}

/** Whether a signature was made by somebody whose it is to change something. */
export const isEntitled = ({ contributor }: Evidence, authority: Authority): boolean =>
  contributor !== undefined && hasAuthority(contributor, authority);

/** Whether a path that nobody entitled signed for is refused, and not left to the floor. */
const isExplained = (authority: Authority): boolean => authority.kind !== 'package' || authority.enrolled;

/** The one rule (trust model, section 5): by whom, and by which evidence, this change of a path is signed. */
export function attribute(change: PathChange, authority: Authority, known: StepEvidence): Attribution {
  const entitled = (evidence: Evidence): boolean => isEntitled(evidence, authority);
  const withdrawn = change.before === undefined ? known.withdrawnAt(change.path) : undefined;
  const stands = (evidence: Evidence): boolean => entitled(evidence) && !isOlder(evidence, withdrawn);
  const by = (kind: AttributionKind, evidence: Evidence): Attribution => ({
    path: change.path,
    kind,
    contributor: evidence.contributor?.id,
    fingerprint: evidence.verdict.fingerprint,
    evidence: { kind: evidence.kind, object: evidence.object },
    findings: [],
  });

  if (known.own !== undefined && entitled(known.own)) return by('own', known.own);

  const fit = known.side && fitOf(change, known.side.material);
  const origins = known.side !== undefined && fit === 'clean' ? originsOf(change.path, known.side) : [];
  const origin = origins.find(({ overtaken, evidence }) => !overtaken && stands(evidence));
  if (origin !== undefined) return by('side', origin.evidence);
  const tags = fit === 'clean' ? (known.side?.tags ?? []) : [];
  const tag = tags.find(stands);
  if (tag !== undefined) return by('tag', tag);

  const stated = known.statements.filter((one) => one.covers(change.path));
  const statement = stated.find((one) => stands(one.evidence));
  if (statement !== undefined) return by('statement', statement.evidence);

  if (!isExplained(authority)) return nobody(change.path, 'unsigned', []);
  const own = known.own === undefined ? [] : [known.own];
  const older = stated.map(({ evidence }) => evidence).filter(entitled);
  const candidates = [...own, ...origins.map(({ evidence }) => evidence), ...tags, ...older];
  const inadequate = candidates.filter((evidence) => !stands(evidence));
  const contested = origins.some(({ overtaken }) => overtaken) ? 'conflict' : fit;
  return nobody(change.path, 'none', explain(change, authority, known, contested, inadequate));
}

/** What was signed before its version was taken out says nothing of bringing it back. */
const isOlder = ({ verdict: { made = -Infinity } }: Evidence, withdrawn: Seconds | undefined): boolean =>
  withdrawn !== undefined && made <= withdrawn;

const nobody = (path: RepositoryPath, kind: AttributionKind, findings: readonly Finding[]): Attribution => ({
  path,
  kind,
  contributor: undefined,
  fingerprint: undefined,
  evidence: undefined,
  findings,
});

/** How M's entry for a path relates to what the side and the mainline made of it since the merge base. */
export type Fit = 'clean' | 'evil' | 'rolled-back' | 'conflict';

/** M takes the side's entry, and the mainline did not change it meanwhile (trust model, section 5.2). */
export function fitOf(
  change: PathChange,
  { changes, fromHead }: Pick<SideMaterial, 'changes' | 'fromHead'>,
): Fit {
  const onSide = changes.get(change.path);
  if (onSide === undefined) return fromHead?.has(change.path) === false ? 'rolled-back' : 'evil';
  const mainlineLeftAlone = sameEntry(onSide.before, change.before);
  if (mainlineLeftAlone) return sameEntry(onSide.after, change.after) ? 'clean' : 'evil';
  return 'conflict';
}

interface Origin {
  readonly evidence: Evidence;
  /**
   * Whether the mainline changed the path after this commit had left it: a later merge on the side then chose
   * between the two, and this signature knows nothing of it (trust model, section 5, a path changed on both sides).
   */
  readonly overtaken: boolean;
}

/**
 * The commits of the side that gave a path the entry it has at the side's head: from the head, along every
 * parent with the same entry, until none has it (trust model, section 5.2). A route that leaves the side ends
 * without one: the entry was the mainline's already.
 */
function originsOf(
  path: RepositoryPath,
  { material, commits }: NonNullable<StepEvidence['side']>,
): readonly Origin[] {
  const found: Origin[] = [];
  const seen = new Set<Oid>();
  const waiting = [material.side.head];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const commit = material.commits.get(at);
    if (commit === undefined || seen.has(at)) continue;
    seen.add(at);
    const same = commit.parents.filter(({ changes }) => !changes.has(path));
    const evidence = commits.get(at);
    if (same.length === 0 && evidence !== undefined) {
      found.push({ evidence, overtaken: commit.meanwhile.has(path) });
    }
    waiting.push(...same.map(({ oid }) => oid));
  }
  return found;
}

/** Says why nobody with authority stands for a path, so that whoever reads it knows what to do. */
function explain(
  change: PathChange,
  authority: Authority,
  known: StepEvidence,
  fit: Fit | undefined,
  candidates: readonly Evidence[],
): readonly Finding[] {
  const place = { object: known.step, path: change.path };
  const merge = `Merge ${known.step}`;
  const findings: Finding[] = [...known.unfit];
  switch (fit) {
    case 'evil':
      findings.push(
        finding(
          'attribution.evil-merge',
          place,
          `${merge} changes ${change.path}, which no commit of its side gave this content.`,
        ),
      );
      break;
    case 'rolled-back':
      findings.push(
        finding(
          'attribution.rolled-back',
          place,
          `${merge} puts ${change.path} back to what it was before the mainline changed it.`,
        ),
      );
      break;
    case 'conflict':
      findings.push(
        finding(
          'attribution.conflict',
          place,
          `${change.path} was changed on the mainline after the side had left it, and on the side too.`,
        ),
      );
      break;
    case 'clean':
    case undefined:
      break;
    default:
      fit satisfies never;
  }
  findings.push(...candidates.map((evidence) => rejected(change.path, authority, evidence)));
  if (findings.length === 0)
    findings.push(finding('attribution.unsigned', place, `Nobody signed the change of ${change.path}.`));
  return findings;
}

/** Why one piece of evidence does not attribute a path. */
function rejected(
  path: RepositoryPath,
  authority: Authority,
  { object, verdict, contributor }: Evidence,
): Finding {
  const place = { object, path };
  const { reason } = verdict;
  if (contributor !== undefined && hasAuthority(contributor, authority)) {
    return finding(
      'attribution.withdrawn',
      place,
      `${contributor.name} (${contributor.id}) signed ${path} in ${object} before it was taken out again.`,
    );
  }
  if (reason === 'good') {
    const signer =
      contributor === undefined
        ? `Key ${verdict.certificate ?? 'unknown'}`
        : `${contributor.name} (${contributor.id})`;
    return finding(
      'attribution.no-authority',
      place,
      `${signer} signed ${path} in ${object}, but ${entitledPeople(authority)}.`,
    );
  }
  if (reason === 'absent') {
    return finding(
      'attribution.unsigned',
      place,
      `${object} changes ${path} and is not signed; ${entitledPeople(authority)}.`,
    );
  }
  return finding(
    `signature.${reason}`,
    place,
    `The signature of ${object}, which changes ${path}, does not count: ${verdict.message}`,
  );
}

function entitledPeople(authority: Authority): string {
  switch (authority.kind) {
    case 'keyring':
      return 'the keyring file changes only by its own rule';
    case 'repository':
      return 'only maintainers may change it';
    case 'package':
      return authority.owners.length === 0
        ? 'only maintainers may change it'
        : `only its owners (${authority.owners.join(', ')}) and maintainers may change it`;
    default:
      return authority satisfies never;
  }
}
