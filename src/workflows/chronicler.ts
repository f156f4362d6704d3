import type { Attribution } from '../core/chain/attribution.ts';
import type { Evidence } from '../core/chain/evidence.ts';
import type { StepEvent } from '../core/chain/history.ts';
import type { StepJudgement } from '../core/chain/judge-step.ts';
import { readMergeMessage } from '../core/chain/merge-message.ts';
import type { Step } from '../core/chain/step.ts';
import { parsePackagePath } from '../core/opam/package.ts';
import type { PathChange, Seconds } from '../core/ports.ts';
import {
  acts,
  attributionKinds,
  type Chronicle,
  evidenceKinds,
  type GrowingChronicle,
  signatureLetters,
  stepConclusions,
} from '../core/report/chronicle.ts';
import { monthOf, MonthlyCounts } from './monthly-counts.ts';
import { Places } from './places.ts';
import { stepConclusion } from './tally.ts';

/** How much is kept of each step, so that memory stays flat as history grows. */
export interface ChronicleBounds {
  /** The newest steps are kept, at least so many. */
  readonly steps: number;
  readonly changes: number;
}

/** Enough for all of opam-repository, in some 70 MB at the most (docs/performance). */
const usualBounds: ChronicleBounds = { steps: 50_000, changes: 150_000 };

/** At most so many commits of a side have a letter of their own; the rest is a number. */
const drawnCommits = 12;

/** In characters. What is longer is cut off. */
const longestLabel = 400;
const longestName = 100;

/** Writes down what each step did, as the walk over history goes: the input of the page that shows it. */
export class Chronicler {
  readonly #bounds: ChronicleBounds;
  #steps: GrowingChronicle['steps'] = {
    oid: [],
    time: [],
    conclusion: [],
    title: [],
    pull: [],
    author: [],
    merger: [],
    signatures: [],
    side: [],
  };
  #changes: GrowingChronicle['changes'] = {
    step: [],
    subject: [],
    act: [],
    kind: [],
    evidence: [],
    paths: [],
  };
  #evidence: GrowingChronicle['evidence'] = { kind: [], object: [], contributor: [], key: [] };
  #subjects = new Places(longestLabel);
  #names = new Places(longestName);
  #fingerprints = new Places(longestName);
  #months = new MonthlyCounts();
  #forgotten = 0;
  #time: Seconds = 0;

  constructor(bounds: ChronicleBounds = usualBounds) {
    this.#bounds = bounds;
  }

  /** Goes on from what an earlier walk had written down, and writes on in its columns. */
  goOnFrom({ subjects, months, ...before }: GrowingChronicle): void {
    this.#forgotten = before.forgotten;
    this.#steps = before.steps;
    this.#changes = before.changes;
    this.#evidence = before.evidence;
    this.#time = before.steps.time.at(-1) ?? 0;
    const known = subjects.package.map((name, place) => `${name}/${subjects.label[place] ?? ''}`);
    this.#subjects = new Places(longestLabel, known);
    this.#names = new Places(longestName, before.names);
    this.#fingerprints = new Places(longestName, before.fingerprints);
    this.#months = new MonthlyCounts(months);
  }

  add(event: StepEvent): void {
    if (event.kind === 'step') this.#time = event.ledger.time;
    const conclusion = stepConclusions.indexOf(stepConclusion(event));
    const place = this.#steps.oid.length;
    if (event.kind === 'refused') {
      this.#addStep(event.oid, conclusion, undefined);
    } else {
      const { judgement } = event;
      this.#addStep(judgement.step.oid, conclusion, judgement);
      this.#addChanges(place, judgement);
      this.#months.add(monthOf(this.#time), judgement);
    }
    this.#forgetOldest();
  }

  get chronicle(): Chronicle {
    const subjects = this.#subjects.all.map((one) => {
      const [name = '', ...label] = one.split('/');
      return { name, label: label.join('/') };
    });
    return {
      forgotten: this.#forgotten,
      steps: this.#steps,
      changes: this.#changes,
      evidence: this.#evidence,
      subjects: {
        package: subjects.map(({ name }) => name),
        label: subjects.map(({ label }) => label),
      },
      names: this.#names.all,
      fingerprints: this.#fingerprints.all,
      months: this.#months.all,
    };
  }

  #addStep(oid: string, conclusion: number, judgement: StepJudgement | undefined): void {
    const { title, pull } = readMergeMessage(judgement?.step.commit?.message ?? '');
    const merger = judgement?.step.commit?.author.name ?? '';
    this.#steps.oid.push(oid);
    this.#steps.time.push(this.#time);
    this.#steps.conclusion.push(conclusion);
    this.#steps.title.push(title);
    this.#steps.pull.push(pull ?? 0);
    this.#steps.author.push(this.#names.of((judgement && authorOfSide(judgement.step)) ?? merger));
    this.#steps.merger.push(this.#names.of(merger));
    this.#steps.signatures.push(judgement === undefined ? '' : lettersOf(judgement));
    this.#steps.side.push(judgement?.step.side?.commits.size ?? 0);
  }

  #addChanges(place: number, { step, attributions }: StepJudgement): void {
    const changes = new Map(step.changes.map((change) => [change.path, change]));
    const evidence = new Map<string, number>();
    const groups = new Map<string, number>();
    for (const attribution of attributions) {
      const known = evidencePlace(attribution, evidence, () => this.#addEvidence(attribution));
      const parsed = parsePackagePath(attribution.path);
      const subject = this.#subjects.of(
        parsed === undefined ? `/${attribution.path}` : `${parsed.name}/${parsed.version}`,
      );
      const group = `${subject} ${attribution.kind} ${known}`;
      const standing = groups.get(group) ?? this.#addChange(place, subject, attribution, known);
      groups.set(group, standing);
      this.#changes.paths[standing] = (this.#changes.paths[standing] ?? 0) + 1;
      const speaksForAll = parsed === undefined || parsed.rest === 'opam';
      const change = changes.get(attribution.path);
      if (speaksForAll && change !== undefined) this.#changes.act[standing] = actOf(change);
    }
  }

  #addChange(step: number, subject: number, { kind }: Attribution, evidence: number): number {
    this.#changes.step.push(step);
    this.#changes.subject.push(subject);
    this.#changes.act.push(acts.indexOf('changed'));
    this.#changes.kind.push(attributionKinds.indexOf(kind));
    this.#changes.evidence.push(evidence);
    return this.#changes.paths.push(0) - 1;
  }

  #addEvidence({ evidence, contributor, fingerprint }: Attribution): number {
    if (evidence === undefined) return -1;
    this.#evidence.kind.push(evidenceKinds.indexOf(evidence.kind));
    this.#evidence.object.push(evidence.object);
    this.#evidence.contributor.push(contributor === undefined ? -1 : this.#names.of(contributor));
    return this.#evidence.key.push(fingerprint === undefined ? -1 : this.#fingerprints.of(fingerprint)) - 1;
  }

  #forgetOldest(): void {
    const { steps, changes } = this.#bounds;
    const tooMany = this.#steps.oid.length > 1.1 * steps || this.#changes.step.length > 1.1 * changes;
    if (!tooMany) return;
    const oldestKept = Math.max(
      this.#steps.oid.length - steps,
      this.#changes.step[this.#changes.step.length - changes] ?? 0,
    );
    const firstChange = this.#changes.step.findIndex((step) => step >= oldestKept);
    for (const column of Object.values(this.#steps)) column.splice(0, oldestKept);
    for (const column of Object.values(this.#changes)) {
      column.splice(0, firstChange === -1 ? column.length : firstChange);
    }
    this.#changes.step = this.#changes.step.map((step) => step - oldestKept);
    this.#forgetUnused();
    this.#forgotten += oldestKept;
  }

  #forgetUnused(): void {
    const first = this.#changes.evidence.find((place) => place !== -1) ?? this.#evidence.kind.length;
    for (const column of Object.values(this.#evidence)) column.splice(0, first);
    this.#changes.evidence = this.#changes.evidence.map((place) => (place === -1 ? -1 : place - first));
    this.#subjects.forgetAllBut(this.#changes.subject);
    this.#names.forgetAllBut(this.#steps.author, this.#steps.merger, this.#evidence.contributor);
    this.#fingerprints.forgetAllBut(this.#evidence.key);
  }
}

/** One piece of evidence is written down once for all the paths of a step that rest on it. */
function evidencePlace(
  { evidence, contributor }: Attribution,
  known: Map<string, number>,
  add: () => number,
): number {
  const key = `${evidence?.object ?? ''} ${contributor ?? ''}`;
  const place = known.get(key) ?? add();
  known.set(key, place);
  return place;
}

function authorOfSide({ side }: Step): string | undefined {
  const reading = side?.commits.get(side.side.head);
  return reading?.ok === true ? reading.commit.author.name : undefined;
}

/** The letters of the step and of the newest commits of its side. A commit that can't be read has none. */
function lettersOf({ attributions, evidence }: StepJudgement): string {
  const attributing = new Set(attributions.map((one) => one.evidence?.object));
  return evidence
    .slice(0, 1 + drawnCommits)
    .map((one) => letterOf(one, attributing.has(one.object)))
    .join('');
}

function letterOf({ verdict }: Evidence, attributes: boolean): string {
  if (attributes) return signatureLetters.attributes;
  if (verdict.verdict === 'good') return signatureLetters.good;
  return verdict.verdict === 'absent' ? signatureLetters.absent : signatureLetters.other;
}

const actOf = ({ before, after }: PathChange): number =>
  acts.indexOf(before === undefined ? 'added' : after === undefined ? 'removed' : 'changed');
