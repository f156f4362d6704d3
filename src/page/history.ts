import {
  acts,
  attributionKinds,
  type Chronicle,
  evidenceKinds,
  signatureLetters,
  standingOf,
  stepConclusions,
} from '../core/report/chronicle.ts';

export type Standing = ReturnType<typeof standingOf>;

/** A step as the page shows it. */
export interface StepView {
  /** Its place in the columns. */
  readonly place: number;
  /** Counted from 1 at the first step after the anchor. */
  readonly number: number;
  readonly oid: string;
  readonly time: number;
  readonly conclusion: (typeof stepConclusions)[number];
  readonly title: string;
  readonly pull: number;
  readonly author: string;
  readonly merger: string;
  readonly signatures: string;
  /** How many commits its side has. */
  readonly side: number;
}

export interface ChangeView {
  readonly step: number;
  /** The package's name, or undefined for a path outside the packages. */
  readonly package: string | undefined;
  /** The version or the path. */
  readonly label: string;
  readonly act: (typeof acts)[number];
  readonly kind: (typeof attributionKinds)[number];
  readonly paths: number;
  readonly evidence: EvidenceView | undefined;
}

interface EvidenceView {
  readonly kind: (typeof evidenceKinds)[number];
  readonly object: string;
  readonly contributor: string;
  readonly key: string;
}

/** Sums over all steps before a place, so that what any stretch holds is one subtraction. */
type Sums = Readonly<Record<Standing | 'attributing' | 'good' | 'other' | 'absent', Uint32Array>>;

/** The columns of a chronicle, read row by row. */
export class History {
  readonly #chronicle: Chronicle;
  /** For each step the place of its first change; one more at the end. */
  readonly #firstChange: Uint32Array;
  readonly sums: Sums;
  /** Places of the steps that are not verified. */
  readonly rejected: readonly number[];
  readonly undetermined: readonly number[];
  readonly problems: readonly number[];
  /** Where months begin. */
  readonly monthStarts: readonly { readonly place: number; readonly label: string }[];

  constructor(chronicle: Chronicle) {
    this.#chronicle = chronicle;
    this.#firstChange = firstChanges(chronicle);
    this.sums = this.#addUp();
    this.rejected = this.#concluded('rejected');
    this.undetermined = this.#concluded('undetermined');
    this.problems = [...this.rejected, ...this.undetermined].sort((one, other) => one - other);
    this.monthStarts = monthStartsOf(chronicle.steps.time);
  }

  get length(): number {
    return this.#chronicle.steps.oid.length;
  }

  get forgotten(): number {
    return this.#chronicle.forgotten;
  }

  get months(): Chronicle['months'] {
    return this.#chronicle.months;
  }

  get changeCount(): number {
    return this.#chronicle.changes.step.length;
  }

  timeOf(place: number): number {
    return this.#chronicle.steps.time[place] ?? 0;
  }

  step(place: number): StepView {
    const { steps, names, forgotten } = this.#chronicle;
    return {
      place,
      number: forgotten + place + 1,
      oid: steps.oid[place] ?? '',
      time: this.timeOf(place),
      conclusion: stepConclusions[steps.conclusion[place] ?? 0] ?? 'undetermined',
      title: steps.title[place] ?? '',
      pull: steps.pull[place] ?? 0,
      author: names[steps.author[place] ?? -1] ?? '',
      merger: names[steps.merger[place] ?? -1] ?? '',
      signatures: steps.signatures[place] ?? '',
      side: steps.side[place] ?? 0,
    };
  }

  change(row: number): ChangeView {
    const { changes, subjects } = this.#chronicle;
    const subject = changes.subject[row] ?? -1;
    const name = subjects.package[subject] ?? '';
    return {
      step: changes.step[row] ?? 0,
      package: name === '' ? undefined : name,
      label: subjects.label[subject] ?? '',
      act: acts[changes.act[row] ?? 1] ?? 'changed',
      kind: this.#kindOf(row),
      paths: changes.paths[row] ?? 0,
      evidence: this.#evidence(changes.evidence[row] ?? -1),
    };
  }

  changesOf(place: number): readonly ChangeView[] {
    const views: ChangeView[] = [];
    const end = this.#firstChange[place + 1] ?? 0;
    for (let row = this.#firstChange[place] ?? 0; row < end; row++) views.push(this.change(row));
    return views;
  }

  /** How the step is coloured: by its worst change. */
  standingOf(place: number): Standing | 'nothing' {
    const has = (standing: Standing): boolean =>
      (this.sums[standing][place + 1] ?? 0) > (this.sums[standing][place] ?? 0);
    return (['none', 'unsigned', 'signed'] as const).find(has) ?? 'nothing';
  }

  #concluded(wanted: StepView['conclusion']): readonly number[] {
    return this.#chronicle.steps.conclusion.flatMap((one, place) =>
      stepConclusions[one] === wanted ? [place] : [],
    );
  }

  #kindOf(row: number): ChangeView['kind'] {
    return attributionKinds[this.#chronicle.changes.kind[row] ?? -1] ?? 'none';
  }

  #evidence(place: number): EvidenceView | undefined {
    const { evidence, names, fingerprints } = this.#chronicle;
    const kind = evidenceKinds[evidence.kind[place] ?? -1];
    if (kind === undefined) return undefined;
    return {
      kind,
      object: evidence.object[place] ?? '',
      contributor: names[evidence.contributor[place] ?? -1] ?? '',
      key: fingerprints[evidence.key[place] ?? -1] ?? '',
    };
  }

  #addUp(): Sums {
    const { steps, changes } = this.#chronicle;
    const running = (of: (place: number) => number): Uint32Array => {
      const sums = new Uint32Array(this.length + 1);
      for (let place = 0; place < this.length; place++) sums[place + 1] = (sums[place] ?? 0) + of(place);
      return sums;
    };
    const withStanding = (standing: Standing) => (place: number) => {
      let paths = 0;
      const end = this.#firstChange[place + 1] ?? 0;
      for (let row = this.#firstChange[place] ?? 0; row < end; row++) {
        if (standingOf(this.#kindOf(row)) === standing) paths += changes.paths[row] ?? 0;
      }
      return paths;
    };
    const lettered = (letter: string) => (place: number) =>
      Array.from(steps.signatures[place] ?? '').filter((one) => one === letter).length;
    return {
      signed: running(withStanding('signed')),
      unsigned: running(withStanding('unsigned')),
      none: running(withStanding('none')),
      attributing: running(lettered(signatureLetters.attributes)),
      good: running(lettered(signatureLetters.good)),
      other: running(lettered(signatureLetters.other)),
      absent: running(lettered(signatureLetters.absent)),
    };
  }
}

function firstChanges({ steps, changes }: Chronicle): Uint32Array {
  const first = new Uint32Array(steps.oid.length + 1);
  for (const step of changes.step) first[step + 1] = (first[step + 1] ?? 0) + 1;
  for (let place = 0; place < steps.oid.length; place++) {
    first[place + 1] = (first[place + 1] ?? 0) + (first[place] ?? 0);
  }
  return first;
}

function monthStartsOf(times: readonly number[]): History['monthStarts'] {
  const starts: { place: number; label: string }[] = [];
  for (const [place, time] of times.entries()) {
    const label = time === 0 ? '' : new Date(time * 1000).toISOString().slice(0, 7);
    if (label !== '' && label !== starts.at(-1)?.label) starts.push({ place, label });
  }
  return starts;
}
