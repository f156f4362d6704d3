import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds, TreeEntry } from '../../../src/core/ports.ts';
import type { KeyringFiles } from '../../../src/core/trust/keyring-state.ts';
import { commitBytes, folded, treeBytes } from '../git-bytes.ts';
import { day, keyringTree } from '../keyring.ts';
import { submissionTrailers } from '../submission-plan.ts';
import type { Packed, PackWriter } from './pack-writer.ts';
import type { SimulationPlan } from './simulated-history.ts';
import {
  simulatedKeyring,
  type SimulatedPeople,
  type SimulatedPerson,
  simulatedRepository,
  simulatedStart,
} from './simulated-people.ts';
import { type PackageChange, SimulatedPackages } from './simulated-tree.ts';

/** A commit of the story, with the folder `packages/` that it has. */
interface Point {
  readonly oid: Oid;
  readonly packages: Packed;
}

/** How far behind the mainline a pull request may have left it; packages of so recent steps are let alone. */
const longestLag = 8;

/** How many keyring versions there are beside the first; with each, people join. */
const keyringChanges = 16;

/** A repository's life, commit after commit, all of it drawn from one seed. */
export class SimulatedStory {
  readonly tags = new Map<string, Oid>();
  commits = 0;
  steps = -1;
  readonly #pack: PackWriter;
  readonly #people: SimulatedPeople;
  readonly #plan: SimulationPlan;
  readonly #packages: SimulatedPackages;
  readonly #random: () => number;
  /** The newest steps, oldest first; the last one is the head. */
  #recent: readonly Point[] = [];
  #busy: readonly number[] = [];
  #owners: readonly (SimulatedPerson | undefined)[] = [];
  #keyring: KeyringFiles;
  /** What stands at the root beside the folder `packages/`. */
  readonly #besidePackages = new Map<string, TreeEntry>();
  #joined: number;
  #keyringVersion = 1;
  #clock: Seconds = simulatedStart;
  readonly #pace: Seconds;
  #anchor: Oid | undefined;

  private constructor(pack: PackWriter, people: SimulatedPeople, plan: SimulationPlan) {
    this.#pack = pack;
    this.#people = people;
    this.#plan = plan;
    this.#packages = new SimulatedPackages(pack);
    this.#random = randomFrom(plan.seed);
    this.#pace = Math.min(3600, Math.floor((11 * 365 * day) / plan.commits));
    this.#joined = Math.ceil(plan.contributors / 2);
    this.#keyring = simulatedKeyring(people, this.#joined, undefined, simulatedStart);
  }

  /** The first commit: the first keyring file, and a twentieth of the packages, which nobody owns. */
  static async begin(
    pack: PackWriter,
    people: SimulatedPeople,
    plan: SimulationPlan,
  ): Promise<SimulatedStory> {
    const story = new SimulatedStory(pack, people, plan);
    await story.#begin();
    return story;
  }

  get anchor(): Oid {
    return this.#anchor ?? this.head;
  }

  get head(): Oid {
    return this.#head.oid;
  }

  /** One further step of the mainline, with whatever it merges. */
  async next(): Promise<void> {
    const due = Math.floor((this.commits / this.#plan.commits) * keyringChanges);
    if (due >= this.#keyringVersion) return this.#changeKeyring();
    const draw = this.#random();
    if (draw < 0.15) return this.#changeUnowned();
    const { change, person } = await this.#draw();
    const [maintainer] = this.#people.admins;
    if (draw < 0.2 && change.before === 'none') return this.#squash(change, person);
    // Whoever introduces a name claims it: a maintainer changes what stands.
    if (draw < 0.3 && change.before !== 'none') return this.#commitToMainline(change, maintainer);
    return draw < 0.4 ? this.#mergeAfterMerge(change, person) : this.#merge(change, person);
  }

  async #begin(): Promise<void> {
    const repo = await this.#pack.add('blob', Buffer.from('opam-version: "2.0"\n'));
    this.#besidePackages.set('repo', { mode: '100644', oid: repo.oid });
    let packages: Packed | undefined;
    for (let index = 0; index < Math.max(1, Math.floor(this.#plan.packages / 20)); index++) {
      packages = await this.#packages.changed(packages, await this.#packages.release(index));
      this.#owners = [...this.#owners, undefined];
    }
    if (packages === undefined) throw new Error('A simulated repository has at least one package.');
    await this.#storeKeyring();
    this.#anchor = await this.#step(packages, [], 'Begin signed history');
  }

  async #changeKeyring(): Promise<void> {
    this.#keyringVersion += 1;
    const { contributors } = this.#people;
    this.#joined = Math.min(contributors.length, this.#joined + Math.ceil(contributors.length / 32));
    this.#keyring = simulatedKeyring(this.#people, this.#joined, this.#keyring, this.#clock);
    await this.#storeKeyring();
    await this.#step(this.#head.packages, [this.head], 'Let people join');
    this.#recent = [this.#head];
  }

  async #changeUnowned(): Promise<void> {
    const unowned = this.#owners.flatMap((owner, index) => (owner === undefined ? [index] : []));
    const index = this.#pick(unowned);
    if (index === undefined) return;
    await this.#commitToMainline(await this.#packages.revise(index), undefined);
  }

  async #commitToMainline(change: PackageChange, by: SimulatedPerson | undefined): Promise<void> {
    const packages = await this.#packages.changed(this.#head.packages, change);
    await this.#step(packages, [this.head], `Change ${change.nameVersion}`, by);
    this.#note(change);
  }

  async #squash(change: PackageChange, person: SimulatedPerson): Promise<void> {
    const packages = await this.#packages.changed(this.#head.packages, change);
    await this.#tag(await this.#write(packages, [this.head], 'Submit', undefined), change, person);
    await this.#commitToMainline(change, undefined);
  }

  async #merge(change: PackageChange, person: SimulatedPerson): Promise<void> {
    const side = await this.#sideCommit(this.#fork(), change, person);
    await this.#mergeInto(side, change);
  }

  /** The author merges the mainline into the pull request before it is merged. */
  async #mergeAfterMerge(change: PackageChange, person: SimulatedPerson): Promise<void> {
    const first = await this.#sideCommit(this.#fork(), change, person);
    const packages = await this.#packages.changed(this.#head.packages, change);
    const oid = await this.#commit(packages, [first.oid, this.head], 'Merge the mainline', undefined);
    await this.#mergeInto({ oid, packages }, change);
  }

  async #mergeInto(side: Point, change: PackageChange): Promise<void> {
    const packages = await this.#packages.changed(this.#head.packages, change);
    await this.#step(packages, [this.head, side.oid], `Merge ${change.nameVersion}`);
    this.#note(change);
  }

  async #sideCommit(fork: Point, change: PackageChange, person: SimulatedPerson): Promise<Point> {
    const packages = await this.#packages.changed(fork.packages, change);
    const oid = await this.#commit(packages, [fork.oid], `Release ${change.nameVersion}`, person);
    return { packages, oid };
  }

  /** A new package, a new version of an own package, or another opam file for the newest version. */
  async #draw(): Promise<{ readonly change: PackageChange; readonly person: SimulatedPerson }> {
    const { packages, commits } = this.#plan;
    const wanted = Math.min(packages, packages * (this.commits / (0.6 * commits)));
    const owned = this.#owners.flatMap((owner, index) =>
      owner === undefined || this.#busy.includes(index) ? [] : [index],
    );
    const index = this.#packages.count < wanted ? undefined : this.#pick(owned);
    const person = index === undefined ? undefined : this.#owners[index];
    if (index === undefined || person === undefined) return this.#introduce();
    const edit = this.#random() < 0.25;
    return {
      change: await (edit ? this.#packages.revise(index) : this.#packages.release(index)),
      person,
    };
  }

  async #introduce(): Promise<{ readonly change: PackageChange; readonly person: SimulatedPerson }> {
    const person = this.#pick(this.#people.contributors.slice(0, this.#joined));
    if (person === undefined) throw new Error('A simulated repository has at least one contributor.');
    this.#owners = [...this.#owners, person];
    return { change: await this.#packages.release(this.#packages.count), person };
  }

  get #head(): Point {
    const head = this.#recent.at(-1);
    if (head === undefined) throw new Error('The story has not begun.');
    return head;
  }

  #fork(): Point {
    return this.#pick(this.#recent) ?? this.#head;
  }

  #pick<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.#random() * choices.length)];
  }

  #note({ index }: PackageChange): void {
    this.#busy = [...this.#busy.slice(1 - longestLag), index];
  }

  async #tag(
    head: Oid,
    { nameVersion, before, after }: PackageChange,
    { key, id }: SimulatedPerson,
  ): Promise<void> {
    const trailers = submissionTrailers(
      { nameVersion, before, after, repository: simulatedRepository, expires: this.#clock + 90 * day },
      this.#clock,
    );
    const name = `signet/${nameVersion}`;
    const payload = Buffer.from(
      `object ${head}\ntype commit\ntag ${name}\ntagger ${id} <${id}@example.org> ${this.#clock} +0000\n\n` +
        `Submit ${nameVersion}\n\n${trailers.join('\n')}\n`,
    );
    const armored = Buffer.from(await key.sign(payload, this.#clock));
    const { oid } = await this.#pack.add('tag', Buffer.concat([payload, armored]));
    this.tags.set(name, oid);
  }

  async #step(packages: Packed, parents: readonly Oid[], title: string, by?: SimulatedPerson): Promise<Oid> {
    const oid = await this.#commit(packages, parents, title, by);
    this.steps += 1;
    this.#recent = [...this.#recent.slice(1 - longestLag), { oid, packages }];
    return oid;
  }

  async #commit(
    packages: Packed,
    parents: readonly Oid[],
    title: string,
    by: SimulatedPerson | undefined,
  ): Promise<Oid> {
    const oid = await this.#write(packages, parents, title, by);
    this.commits += 1;
    this.#clock += this.#pace;
    return oid;
  }

  async #write(
    packages: Packed,
    parents: readonly Oid[],
    title: string,
    by: SimulatedPerson | undefined,
  ): Promise<Oid> {
    const entries = new Map([...this.#besidePackages, ['packages', { mode: '40000', oid: packages.oid }]]);
    const tree = await this.#pack.add('tree', treeBytes(entries));
    const { id, key } = by ?? { id: 'somebody', key: undefined };
    const who = `${id} <${id}@example.org> ${this.#clock} +0000`;
    const headers = [
      `tree ${tree.oid}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${who}`,
      `committer ${who}`,
    ];
    const message = Buffer.from(`${title}\n`);
    const armored = await key?.sign(commitBytes(headers, message), this.#clock);
    const signed = armored === undefined ? [] : [folded('gpgsig', armored)];
    return (await this.#pack.add('commit', commitBytes([...headers, ...signed], message))).oid;
  }

  async #storeKeyring(): Promise<void> {
    const entries = new Map<string, TreeEntry>();
    for (const [path, bytes] of keyringTree(this.#keyring)) {
      const { oid } = await this.#pack.add('blob', bytes);
      entries.set(path.slice('keyring/'.length), { mode: '100644', oid });
    }
    const { oid } = await this.#pack.add('tree', treeBytes(entries));
    this.#besidePackages.set('keyring', { mode: '40000', oid });
  }
}

/** Numbers from 0 to 1 that look like chance (mulberry32): the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
