import type { Oid } from '../git/oid.ts';
import type { ObjectStore } from '../ports.ts';
import { CommitLinks } from './commit-links.ts';

/** The commits that a merge brought in (trust model, section 1, side). */
export interface Side {
  /** The merge's second parent. */
  readonly head: Oid;
  /** The one merge base of the mainline and the side. */
  readonly base: Oid;
  /** From the head down, each before its parents; empty if the mainline had the head already. */
  readonly commits: readonly Oid[];
  /** The merge bases of each of these commits by itself: older than `base` where the side merged the mainline later. */
  readonly leftAt: ReadonlyMap<Oid, readonly Oid[]>;
}

export type SideReading =
  | { readonly kind: 'side'; readonly side: Side }
  | { readonly kind: 'unrelated' }
  | { readonly kind: 'several-bases'; readonly bases: readonly Oid[] }
  | { readonly kind: 'cut-off'; readonly at: Oid }
  /** The side left the mainline in several places, and the graph begins too late to tell which is the newest. */
  | { readonly kind: 'unknown' };

export type MainlineReading =
  | { readonly kind: 'mainline'; readonly commits: readonly Oid[] }
  | { readonly kind: 'rewound' }
  | { readonly kind: 'not-first-parent' }
  | { readonly kind: 'cut-off'; readonly at: Oid };

/**
 * The commits that can be reached from some tips, with questions about ancestry. Answers come from parent links
 * alone: commit dates are claims of whoever wrote them, and an attacker would choose them well.
 */
export class CommitGraph {
  readonly #links: CommitLinks;
  readonly #shallow: ReadonlySet<Oid>;
  /** Where the graph begins; undefined: with the first commits that there are. */
  readonly #start: Oid | undefined;
  /** By a commit's number: the mainline step that first made it reachable; 0: from the start on, -1: none. */
  #arrival = new Int32Array(0);

  private constructor(links: CommitLinks, shallow: ReadonlySet<Oid>, start?: Oid) {
    this.#links = links;
    this.#shallow = shallow;
    this.#start = start;
  }

  static async load(
    store: Pick<ObjectStore, 'ancestry' | 'shallow'>,
    tips: readonly Oid[],
  ): Promise<CommitGraph> {
    const links = new CommitLinks();
    for await (const { oid, parents } of store.ancestry(tips)) links.add(oid, parents);
    return new CommitGraph(links, await store.shallow());
  }

  /**
   * The graph of what a tip has beyond a commit of its mainline, for a repository that has all of its history: what
   * is not in it was there before. Not all questions about sides have an answer in it (`unknown`).
   */
  static async loadBeyond(store: Pick<ObjectStore, 'ancestry'>, start: Oid, tip: Oid): Promise<CommitGraph> {
    const links = new CommitLinks();
    for await (const { oid, parents } of store.ancestry([tip], [start])) links.add(oid, parents);
    links.add(start, []);
    return new CommitGraph(links, new Set(), start);
  }

  parents(oid: Oid): readonly Oid[] {
    return this.#links.parents(oid);
  }

  /** Whether the commit's parents exist but were cut off by a shallow clone. */
  isCutOff(oid: Oid): boolean {
    return this.#shallow.has(oid) || !this.#links.has(oid);
  }

  /** The first-parent chain from `start` (first) to `head` (last). */
  mainline(start: Oid, head: Oid): MainlineReading {
    const commits = [head];
    for (let at = head; at !== start;) {
      const first = this.parents(at)[0];
      if (this.isCutOff(at)) return { kind: 'cut-off', at };
      if (first === undefined) return { kind: this.isAncestor(start, head) ? 'not-first-parent' : 'rewound' };
      commits.push(first);
      at = first;
    }
    return { kind: 'mainline', commits: commits.reverse() };
  }

  /** The first-parent chain below a commit, itself first, as far as the repository has it. */
  *firstParents(from: Oid): Generator<Oid> {
    for (let at: Oid | undefined = from; at !== undefined && this.#links.has(at); at = this.parents(at)[0])
      yield at;
  }

  /**
   * Notes for every commit which mainline commit first made it reachable. `side()` needs it, and the mainline
   * must be given from its oldest commit on.
   */
  follow(mainline: readonly Oid[]): void {
    const arrival = new Int32Array(this.#links.known).fill(-1);
    for (const [step, commit] of mainline.entries()) {
      const waiting = [commit];
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
        const number = this.#links.number(at);
        if (number === undefined || arrival[number] !== -1) continue;
        arrival[number] = step;
        waiting.push(...this.parents(at));
      }
    }
    this.#arrival = arrival;
  }

  /** What the second parent brings to the mainline's step number `step` (trust model, section 5.2). */
  side(head: Oid, step: number): SideReading {
    const commits = new Set<Oid>();
    const waiting = [head];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (commits.has(at)) continue;
      if (this.#arrivalOf(at) < step) continue;
      if (this.isCutOff(at)) return { kind: 'cut-off', at };
      if (this.parents(at).length === 0) return { kind: 'unrelated' };
      commits.add(at);
      waiting.push(...this.parents(at));
    }
    const ordered = [...commits].sort((a, b) => this.#place(a) - this.#place(b));
    const leftAt = this.#whereLeft(ordered);
    if (leftAt === undefined) return { kind: 'unknown' };
    const bases = leftAt.get(head) ?? [head];
    const [base] = bases;
    if (base === undefined) return { kind: 'unrelated' };
    if (bases.length > 1) return { kind: 'several-bases', bases };
    return { kind: 'side', side: { head, base, commits: ordered, leftAt } };
  }

  /** For each commit of a side, children first: the newest commits of the mainline's history that it descends from. */
  #whereLeft(commits: readonly Oid[]): ReadonlyMap<Oid, readonly Oid[]> | undefined {
    const leftAt = new Map<Oid, readonly Oid[]>();
    for (const oid of commits.toReversed()) {
      const places = new Set(this.parents(oid).flatMap((parent) => leftAt.get(parent) ?? [parent]));
      const isKnown = this.#start === undefined || [...places].every((place) => this.#links.has(place));
      if (places.size > 1 && !isKnown) return undefined;
      leftAt.set(oid, this.#best([...places]));
    }
    return leftAt;
  }

  /** The number of the mainline step that first made a commit reachable; one that none has is brought in later. */
  #arrivalOf(oid: Oid): number {
    if (this.#start !== undefined && !this.#links.has(oid)) return 0;
    const step = this.#arrival[this.#links.number(oid) ?? -1] ?? -1;
    return step === -1 ? Number.POSITIVE_INFINITY : step;
  }

  /** Whether `ancestor` can be reached from `descendant` (a commit reaches itself). */
  isAncestor(ancestor: Oid, descendant: Oid): boolean {
    return this.#reachable(descendant, [ancestor]).has(ancestor);
  }

  /** Of some commits, those that none of the others can reach. */
  #best(commits: readonly Oid[]): readonly Oid[] {
    const best: Oid[] = [];
    let left = [...commits].sort((a, b) => this.#place(a) - this.#place(b));
    for (let newest = left.shift(); newest !== undefined; newest = left.shift()) {
      best.push(newest);
      const reached = left.length === 0 ? new Set<Oid>() : this.#reachable(newest, left);
      left = left.filter((one) => !reached.has(one));
    }
    return best;
  }

  /** Which of the goals can be reached from a commit, in one walk that goes no deeper than the deepest of them. */
  #reachable(from: Oid, goals: readonly Oid[]): ReadonlySet<Oid> {
    const deepest = Math.max(...goals.map((goal) => this.#place(goal)));
    const missing = new Set(goals);
    const seen = new Set<Oid>();
    const waiting = [from];
    for (let at = waiting.pop(); at !== undefined && missing.size > 0; at = waiting.pop()) {
      if (seen.has(at) || this.#place(at) > deepest) continue;
      seen.add(at);
      missing.delete(at);
      waiting.push(...this.parents(at));
    }
    return new Set(goals.filter((goal) => !missing.has(goal)));
  }

  #place(oid: Oid): number {
    return this.#links.place(oid) ?? Number.POSITIVE_INFINITY;
  }
}
