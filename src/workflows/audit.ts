import { CommitGraph } from '../core/chain/graph.ts';
import { judgeHistory, type Ledger, type StepEvent } from '../core/chain/history.ts';
import { mergeAdditions } from '../core/chain/merge-additions.ts';
import { isFinding, readCommit } from '../core/chain/read-commit.ts';
import { indexTags, readTags } from '../core/chain/tags-at-hand.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import { parsePackagePath } from '../core/opam/package.ts';
import type { ObjectStore, Progress, Seconds } from '../core/ports.ts';
import type {
  AddingMerge,
  AuditReport,
  IntroducedPackage,
  RefusedChange,
  YearOfSteps,
} from '../core/report/audit-report.ts';
import { Survey } from '../core/report/survey.ts';
import { rehearsalOf } from '../core/trust/audit-keyring.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import { commitsBelow } from './commits-below.ts';
import { findMainline } from './find-mainline.ts';
import { stepConclusion } from './tally.ts';

export interface AuditRequest {
  readonly store: ObjectStore;
  readonly head: Oid;
  /** Where signed history would begin; undefined: at the oldest commit of the mainline. */
  readonly from: Oid | undefined;
  /** Whose keys are known: a keyring that is being drafted, or certificates. */
  readonly keyring: KeyringState;
  readonly now: Seconds;
  readonly progress: Progress;
}

/** How many examples of a kind are kept: the newest. */
const examples = 100;

/** How many paths of a merge are named. */
const mostPaths = 20;

/** Surveys who signs what, and plays the one rule through as if those whose keys are known had signed up. */
export async function audit(request: AuditRequest): Promise<AuditReport> {
  const { store, head, now, progress } = request;
  const keyring = rehearsalOf(request.keyring);
  progress.stage('Reading history');
  const graph = await CommitGraph.load(store, [head]);
  const trust = { kind: 'fixed', keyring, from: request.from } as const;
  const found = await findMainline(trust, store, graph, { start: undefined, head, tip: head });
  if (!found.ok) {
    const [why] = found.claim.findings;
    throw new Fault(
      'revision.not-found',
      why?.message ?? 'There is no history to audit.',
      why?.mend ?? 'Check --from.',
    );
  }
  const survey = new Survey(keyring.certificates, now);
  await surveyCommits(request, survey);

  const rehearsal = new Rehearsal(survey, store);
  progress.stage('Judging steps', found.commits.length - 1);
  const tags = indexTags(await readTags(store));
  const keyrings = { inForce: keyring, tip: keyring, rule: 'fixed' } as const;
  const mainline = found.commits;
  for await (const event of judgeHistory({
    store,
    graph,
    mainline,
    keyrings,
    tags,
    now,
    reattestedUpTo: -1,
  })) {
    if (event.kind === 'start') rehearsal.begin(event.ledger);
    else {
      await rehearsal.add(event);
      progress.advance();
    }
  }
  progress.end();
  return {
    from: found.start,
    to: head,
    now,
    partial: found.claim.findings.map(({ message }) => message),
    commits: survey.commits,
    malformed: survey.malformed,
    years: survey.years,
    signers: survey.signers,
    merges: rehearsal.merges,
    rehearsal: {
      contributors: [...keyring.keyring.contributors.values()].filter(({ roles }) => roles.size > 0).length,
      steps: mainline.length - 1,
      years: rehearsal.years,
      newest: rehearsal.refused,
      introduced: rehearsal.introduced,
    },
  };
}

async function surveyCommits(request: AuditRequest, survey: Survey): Promise<void> {
  const { store, progress } = request;
  progress.stage('Reading commits');
  for await (const batch of commitsBelow(store, request, (oid) => readCommit(store, oid))) {
    for (const reading of batch) {
      if (isFinding(reading) || !reading.ok) survey.addMalformed();
      else survey.add(reading.commit);
    }
    progress.advance(batch.length);
  }
}

/** Adds up what the one rule says of each step. */
class Rehearsal {
  readonly #survey: Survey;
  readonly #store: ObjectStore;
  readonly #years = new Map<number, { year: number; accepted: number; unsigned: number; other: number }>();
  readonly introduced: IntroducedPackage[] = [];
  readonly refused: RefusedChange[] = [];
  readonly merges = { total: 0, adding: 0, newest: [] as AddingMerge[] };
  #ledger: Ledger | undefined;
  #year = 1970;

  constructor(survey: Survey, store: ObjectStore) {
    this.#survey = survey;
    this.#store = store;
  }

  begin(ledger: Ledger): void {
    this.#ledger = ledger;
    this.#year = yearOf(ledger.time);
  }

  async add(event: StepEvent): Promise<void> {
    if (event.kind === 'refused') {
      this.#count('other');
      return;
    }
    const { step, attributions } = event.judgement;
    const time = step.commit?.committer.time;
    this.#year = yearOf(time ?? event.ledger.time);
    const unsigned = attributions.filter(({ kind }) => kind === 'unsigned');
    const [first] = unsigned;
    if (first !== undefined) {
      this.#count('unsigned');
      keep(this.refused, { step: step.oid, time, paths: unsigned.length, first: first.path });
    } else this.#count(stepConclusion(event) === 'verified' ? 'accepted' : 'other');
    this.#introduce(event);
    await this.#addMerge(event);
  }

  get years(): readonly YearOfSteps[] {
    return [...this.#years.values()].sort((one, other) => one.year - other.year);
  }

  #count(what: 'accepted' | 'unsigned' | 'other'): void {
    const year = this.#year;
    const counts = this.#years.get(year) ?? { year, accepted: 0, unsigned: 0, other: 0 };
    this.#years.set(year, { ...counts, [what]: counts[what] + 1 });
  }

  #introduce({ judgement, ledger }: Extract<StepEvent, { kind: 'step' }>): void {
    const before = this.#ledger?.ownership.standingNames;
    this.#ledger = ledger;
    const names = new Set<string>();
    for (const { path, after } of judgement.step.changes) {
      const name = after === undefined ? undefined : parsePackagePath(path)?.name;
      if (name !== undefined && before?.has(name) === false) names.add(name);
    }
    if (names.size === 0) return;
    const { step, evidence } = judgement;
    const signers = evidence
      .filter(({ object }) => step.side === undefined || object !== step.oid)
      .map(({ object }) => this.#survey.signerOf(object));
    const [one, ...others] = new Set(signers);
    for (const name of names) {
      const claimedBy = ledger.ownership.claims.get(name);
      const signedBy = claimedBy === undefined && others.length === 0 ? one : undefined;
      this.introduced.push({ name, step: step.oid, claimedBy, signedBy });
    }
  }

  async #addMerge({ judgement: { step } }: Extract<StepEvent, { kind: 'step' }>): Promise<void> {
    if (step.side === undefined) return;
    this.merges.total += 1;
    const additions = await mergeAdditions(this.#store, step);
    if (additions.length === 0) return;
    this.merges.adding += 1;
    keep(this.merges.newest, {
      step: step.oid,
      time: step.commit?.committer.time,
      paths: additions.length,
      additions: additions.slice(0, mostPaths),
    });
  }
}

const yearOf = (time: Seconds): number => new Date(time * 1000).getUTCFullYear();

function keep<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > examples) list.shift();
}
