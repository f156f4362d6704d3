import type { Oid } from '../../src/core/git/oid.ts';
import type { Person } from './cast.ts';
import { opamFile, opamPath, Scenario } from './scenario.ts';

/** What is not as it should be. */
export type Mutation =
  /** Who signs the content commit of this number instead of its author; undefined for nobody. */
  | { readonly kind: 'signer'; readonly commit: number; readonly by: Person | undefined }
  /** The merge of this number gives a path what it had or gets at some other time, or takes it away. It is the last one. */
  | { readonly kind: 'merge'; readonly landing: number };

/** A merge of a side into the mainline. */
interface Landing {
  readonly base: Oid;
  readonly head: Oid;
  readonly merge: Oid;
}

export interface RandomHistory {
  readonly scenario: Scenario;
  readonly head: Oid;
  /** The first-parent chain from the anchor on. */
  readonly mainline: readonly Oid[];
  /** Who signed each commit that is signed. */
  readonly signers: ReadonlyMap<Oid, Person>;
  readonly landings: readonly Landing[];
  /** The authors of the content commits, by number. */
  readonly authors: readonly Person[];
}

interface Branch {
  head: Oid;
  /** How many mainline commits it has. */
  seen: number;
  readonly own: Set<string>;
}

const authors: readonly (readonly [person: Person, names: readonly string[]])[] = [
  ['alice', ['foo', 'foo-lwt']],
  ['bob', ['bar']],
  ['mia', ['foo', 'bar']],
];

/** A story of signed commits, side branches that take in the mainline and each other, and unsigned merges of forges. */
export async function randomHistory(
  seed: number,
  steps: number,
  mutation?: Mutation,
): Promise<RandomHistory> {
  const story = new Story(await Scenario.create(), seed, mutation);
  for (let step = 0; step < steps; step++) await story.goOn();
  return story.end();
}

class Story {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #mutation: Mutation | undefined;
  readonly #mainline: Oid[];
  readonly #signers = new Map<Oid, Person>();
  readonly #landings: Landing[] = [];
  readonly #authors: Person[] = [];
  /** The mainline commit, by number, that changed a path last. */
  readonly #changed = new Map<string, number>();
  /** All that ever stood at a path. */
  readonly #contents = new Map<string, (string | null)[]>();
  #branches: Branch[] = [];
  #versions = 1;
  #isOver = false;

  constructor(scenario: Scenario, seed: number, mutation: Mutation | undefined) {
    this.#scenario = scenario;
    this.#random = generator(seed);
    this.#mutation = mutation;
    this.#mainline = [scenario.anchor];
  }

  async goOn(): Promise<void> {
    if (this.#isOver) return;
    const branch = this.#branches[Math.floor(this.#random() * this.#branches.length)];
    const act = Math.floor(this.#random() * 10);
    if (branch === undefined || act < 2) return this.#open();
    if (act === 2) return this.#straight();
    if (act < 6) return this.#extend(branch);
    if (act === 6) return this.#update(branch);
    if (act === 7) return this.#join(branch);
    return this.#land(branch);
  }

  async end(): Promise<RandomHistory> {
    for (const branch of [...this.#branches]) await this.#land(branch);
    const { head } = this;
    return {
      scenario: this.#scenario,
      head,
      mainline: this.#mainline,
      signers: this.#signers,
      landings: this.#landings,
      authors: this.#authors,
    };
  }

  private get head(): Oid {
    return this.#mainline.at(-1) ?? this.#scenario.anchor;
  }

  async #open(): Promise<void> {
    const back = Math.floor(this.#random() * Math.min(3, this.#mainline.length));
    const seen = this.#mainline.length - back;
    const branch = { head: this.#mainline[seen - 1] ?? this.head, seen, own: new Set<string>() };
    this.#branches.push(branch);
    await this.#extend(branch);
  }

  async #straight(): Promise<void> {
    const branch = { head: this.head, seen: this.#mainline.length, own: new Set<string>() };
    await this.#extend(branch);
    this.#advance(branch.head, branch.own);
  }

  async #extend(branch: Branch): Promise<void> {
    const [person, names] = this.#pick(authors);
    const path = this.#random() < 0.4 ? this.#oldPath(branch, names) : undefined;
    const taken = path !== undefined && this.#random() < 0.3;
    const fresh = `${this.#pick(names)}.2.${this.#versions}`;
    this.#versions += 1;
    const files = {
      [path ?? opamPath(fresh)]: taken ? null : opamFile(`by ${person}, ${this.#versions}`),
    };
    for (const [one, content] of Object.entries(files)) {
      branch.own.add(one);
      this.#contents.set(one, [...(this.#contents.get(one) ?? [null]), content]);
    }
    branch.head = await this.#content(branch.head, person, files);
  }

  async #content(parent: Oid, person: Person, files: Record<string, string | null>): Promise<Oid> {
    const number = this.#authors.push(person) - 1;
    const mutation = this.#mutation?.kind === 'signer' ? this.#mutation : undefined;
    const by = mutation?.commit === number ? mutation.by : person;
    const commit = await this.#scenario.commit(parent, { files, ...(by === undefined ? {} : { by }) });
    if (by !== undefined) this.#signers.set(commit, by);
    return commit;
  }

  /** A path of these packages that the branch may change without a conflict. */
  #oldPath({ own, seen }: Branch, names: readonly string[]): string | undefined {
    const others = new Set(this.#branches.filter((one) => one.own !== own).flatMap((one) => [...one.own]));
    const paths = [...this.#changed].filter(
      ([path, at]) =>
        at < seen && !others.has(path) && !own.has(path) && names.includes(path.split('/')[1] ?? ''),
    );
    return paths.length === 0 ? undefined : this.#pick(paths)[0];
  }

  async #update(branch: Branch): Promise<void> {
    branch.head = await this.#scenario.merge(branch.head, this.head);
    branch.seen = this.#mainline.length;
  }

  async #join(branch: Branch): Promise<void> {
    const other = this.#pick(this.#branches);
    if (other === branch || (await this.#bases(branch.head, other.head)) !== 1) return;
    branch.head = await this.#scenario.merge(branch.head, other.head);
    branch.seen = Math.max(branch.seen, other.seen);
    for (const path of other.own) branch.own.add(path);
    this.#branches = this.#branches.filter((one) => one !== other);
  }

  async #land(branch: Branch): Promise<void> {
    this.#branches = this.#branches.filter((one) => one !== branch);
    const base = this.head;
    if (this.#isOver || (await this.#bases(base, branch.head)) !== 1) return;
    const merge = await this.#merge(base, branch.head);
    this.#landings.push({ base, head: branch.head, merge });
    this.#advance(merge, branch.own);
  }

  async #merge(base: Oid, side: Oid): Promise<Oid> {
    const clean = await this.#scenario.merge(base, side);
    const mutation = this.#mutation?.kind === 'merge' ? this.#mutation : undefined;
    if (mutation?.landing !== this.#landings.length) return clean;
    this.#isOver = true;
    const [path, contents] = this.#pick([...this.#contents]);
    const other = await this.#scenario.commit(clean, { files: { [path]: this.#pick(contents) } });
    return this.#scenario.merge(base, side, { tree: await this.#scenario.treeOf(other) });
  }

  #advance(commit: Oid, paths: Iterable<string>): void {
    for (const path of paths) this.#changed.set(path, this.#mainline.length);
    this.#mainline.push(commit);
  }

  async #bases(one: Oid, other: Oid): Promise<number> {
    return (await this.#scenario.repository.git('merge-base', '--all', one, other)).split('\n').length;
  }

  #pick<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.#random() * list.length)];
    if (one === undefined) throw new Error('There is nothing to pick from.');
    return one;
  }
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
