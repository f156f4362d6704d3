import type { Oid } from '../git/oid.ts';
import type { ObjectStore } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { hasExpired } from '../trust/authority.ts';
import { type Attribution, attribute, dependsOnSide, type StepEvidence } from './attribution.ts';
import {
  borrowedName,
  type Evidence,
  isSettledAt,
  judgeCommit,
  type Position,
  positionAfter,
} from './evidence.ts';
import { attributesItself, borrowedWords } from './endorsing-merge.ts';
import { judgePaths } from './judge-paths.ts';
import { judgeNames } from './names.ts';
import { enrolments, type Ownership, withdrawals, withdrawnAt } from './ownership.ts';
import { findStatements } from './statements.ts';
import { malformedObject } from './read-commit.ts';
import { isKeyringPath, type Step } from './step.ts';
import { type JudgedTag, judgeTag, readMergetags, type TagsAtHand } from './tags.ts';

/** A step judged: who signed for each path, every signature seen, and what the step changes for later ones. */
export interface StepJudgement {
  readonly step: Step;
  readonly attributions: readonly Attribution[];
  /** The verdict on every commit of the step: M first (unless it does not exist yet), then its side. */
  readonly evidence: readonly Evidence[];
  /** The tags that were found fit to be used. */
  readonly tags: readonly Evidence[];
  readonly findings: readonly Finding[];
  readonly ownership: Ownership;
  /** Whether it would be judged the same at any later time. */
  readonly settled: boolean;
}

interface Context {
  readonly store: ObjectStore;
  readonly at: Position;
  readonly ownership: Ownership;
  readonly tags: TagsAtHand;
}

/**
 * Judges everything in a step but the keyring file (trust model, sections 4 and 5). A finding: what the side changed
 * would have to be looked at and can't be, so that the step is not judged.
 */
export async function judgeStep(step: Step, context: Context): Promise<StepJudgement | Finding> {
  const { at, ownership } = context;
  const changes = step.changes.filter(({ path }) => !isKeyringPath(path));
  const signatures = await judgeCommits(step, at);
  const names = judgeNames(changes, ownership, at.trust.keyring);
  const tags = await judgeTags(step, context);
  const content = await findStatements(step, changes, context);
  const own = attributesItself(step) ? signatures.own : undefined;
  const places = changes.map((change) => ({ change, authority: names.authorityOver(change.path) }));
  const ofSide = { commits: signatures.side, tags: tags.usable.map((one) => one.evidence) };
  const everybody = [...ofSide.commits.values(), ...ofSide.tags];
  const material = places.some(({ authority }) => dependsOnSide(authority, own, everybody))
    ? await step.side?.material()
    : undefined;
  if (material !== undefined && 'code' in material) return material;
  const known: StepEvidence = {
    step: step.oid,
    own,
    side: material && { material, ...ofSide },
    statements: content.statements,
    withdrawnAt: (path) => withdrawnAt(ownership, path),
    unfit: [...expiry(at), ...tags.unfit, ...content.unfit],
  };
  const attributions = places.map(({ change, authority }) => attribute(change, authority, known));
  const enrolled = enrolments(tags.all, ownership, at.trust.keyring);
  return {
    step,
    attributions,
    tags: ofSide.tags,
    evidence: [...(signatures.own === undefined ? [] : [signatures.own]), ...signatures.side.values()],
    findings: [
      ...signatures.findings,
      ...(await judgePaths(step, changes, context)),
      ...unsignedMerge(step, signatures.own, at),
      ...borrowedWords(step),
      ...names.findings(attributions, { object: step.oid }),
      ...floorFindings(step, attributions, at),
      ...distinct(attributions.flatMap((one) => one.findings)),
      ...enrolled.findings,
    ],
    settled: [
      ...(signatures.own === undefined ? [] : [signatures.own]),
      ...signatures.side.values(),
      ...tags.all.map(({ evidence }) => evidence),
      ...content.evidence,
    ].every((evidence) => isSettledAt(evidence, at.now)),
    ownership: {
      claims: ownership.claims.with([...names.claimed(attributions), ...enrolled.owners]),
      standingNames: names.standing,
      // A statement holds for one step: what was withdrawn must not come back by it (trust model, section 5.4).
      spentStatements: ownership.spentStatements.with(content.statements.map(({ key }) => key)),
      withdrawn: ownership.withdrawn.with(
        withdrawals(changes).map((one) => [one, positionAfter(at, step.commit)]),
      ),
    },
  };
}

interface Signatures {
  readonly own: Evidence | undefined;
  readonly side: ReadonlyMap<Oid, Evidence>;
  readonly findings: readonly Finding[];
}

async function judgeCommits(step: Step, at: Position): Promise<Signatures> {
  const side = new Map<Oid, Evidence>();
  const findings: (Finding | undefined)[] = [];
  const own = step.commit && (await judgeCommit(step.commit, at));
  if (own !== undefined && step.commit !== undefined) {
    findings.push(borrowedName(own, [step.commit.author, step.commit.committer], at.trust.certificates));
  }
  for (const [oid, reading] of step.side?.commits ?? []) {
    if (!reading.ok) {
      findings.push(malformedObject(oid, reading.malformation));
      continue;
    }
    const evidence = await judgeCommit(reading.commit, at);
    side.set(oid, evidence);
    findings.push(
      borrowedName(evidence, [reading.commit.author, reading.commit.committer], at.trust.certificates),
    );
  }
  return { own, side, findings: findings.filter((one) => one !== undefined) };
}

interface JudgedTags {
  readonly all: readonly JudgedTag[];
  readonly usable: readonly JudgedTag[];
  /** Why the others, and those that can't be read, are not usable. */
  readonly unfit: readonly Finding[];
}

async function judgeTags(step: Step, { store, at, tags }: Context): Promise<JudgedTags> {
  const head = step.side?.side.head ?? step.oid;
  const readings = [
    ...tags.on(head),
    ...(step.commit && step.side ? readMergetags(step.commit, store.format) : []),
  ];
  const all: JudgedTag[] = [];
  for (const one of readings) if (one.ok) all.push(await judgeTag(one.signet, store.format, at));
  const unread = readings.flatMap((one) => (one.ok ? [] : [one.finding]));
  return {
    all,
    usable: all.filter(({ unfit }) => unfit === undefined),
    unfit: [...unread, ...all.flatMap(({ unfit }) => unfit ?? [])],
  };
}

function expiry({ trust, time }: Position): readonly Finding[] {
  if (!hasExpired(trust.keyring, time)) return [];
  return [
    finding(
      'keyring.expired',
      { file: 'keyring/keyring.toml' },
      `Version ${trust.keyring.version} of the keyring file had expired.`,
    ),
  ];
}

/** `merges = "maintainer"` (trust model, section 3). A merge that is only imagined has no signature to ask for. */
function unsignedMerge(step: Step, own: Evidence | undefined, { trust }: Position): readonly Finding[] {
  if (trust.keyring.policy.merges !== 'maintainer' || step.side === undefined || step.commit === undefined)
    return [];
  if (own?.contributor?.roles.has('maintainer') === true) return [];
  return [
    finding('step.unsigned-merge', { object: step.oid }, `Merge ${step.oid} is not signed by a maintainer.`),
  ];
}

/** What the floor says of changes to packages that nobody has enrolled (trust model, section 5). */
function floorFindings(
  step: Step,
  attributions: readonly Attribution[],
  { trust }: Position,
): readonly Finding[] {
  const paths = attributions.filter(({ kind }) => kind === 'unsigned').map(({ path }) => path);
  const [path] = paths;
  if (path === undefined) return [];
  const severity = ({ allow: 'note', warn: 'warning', refuse: 'error' } as const)[
    trust.keyring.policy.unsigned
  ];
  const others = paths.length === 1 ? '' : ` and ${paths.length - 1} more`;
  const message = `${path}${others}: nobody with authority signed for it, and nobody has enrolled the package.`;
  return [
    finding(
      severity === 'error' ? 'attribution.unsigned' : 'attribution.legacy-unsigned',
      { object: step.oid, path },
      message,
      { severity },
    ),
  ];
}

/** The same piece of evidence can fail for many paths; one finding for each object, code and package is enough. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, at }) => {
    const key = [code, at.object, at.path?.split('/', 3).join('/')].join(' ');
    return seen.size < seen.add(key).size;
  });
}
