import type { Oid } from '../git/oid.ts';

/**
 * Commits with their parents, some hundred bytes each: history is long, and this is all that is kept of it. Every id is
 * kept once and has a number.
 */
export class CommitLinks {
  readonly #numbers = new Map<Oid, number>();
  readonly #oids: Oid[] = [];
  /** By the commit's number: its place; nothing for a parent that was not added. */
  readonly #places: (number | undefined)[] = [];
  /** By place: where the numbers of the commit's parents begin. */
  readonly #begins: number[] = [0];
  readonly #parents: number[] = [];

  /** Adds a commit behind all others. */
  add(oid: Oid, parents: readonly Oid[]): void {
    const number = this.#numberOf(oid);
    if (this.#places[number] !== undefined) return;
    this.#places[number] = this.size;
    for (const parent of parents) this.#parents.push(this.#numberOf(parent));
    this.#begins.push(this.#parents.length);
  }

  /** How many commits were added. */
  get size(): number {
    return this.#begins.length - 1;
  }

  /** How many commits are known, parents that were not added among them. */
  get known(): number {
    return this.#oids.length;
  }

  /** The number of a known commit, from 0 on. */
  number(oid: Oid): number | undefined {
    return this.#numbers.get(oid);
  }

  has(oid: Oid): boolean {
    return this.place(oid) !== undefined;
  }

  /** The place in topological order: a commit's parents always stand at higher places. */
  place(oid: Oid): number | undefined {
    const number = this.#numbers.get(oid);
    return number === undefined ? undefined : this.#places[number];
  }

  /** None for a commit that was not added. */
  parents(oid: Oid): readonly Oid[] {
    const place = this.place(oid);
    if (place === undefined) return [];
    const numbers = this.#parents.slice(this.#begins[place], this.#begins[place + 1]);
    return numbers.flatMap((number) => this.#oids[number] ?? []);
  }

  #numberOf(oid: Oid): number {
    const known = this.#numbers.get(oid);
    if (known !== undefined) return known;
    this.#numbers.set(oid, this.#oids.length);
    this.#places.push(undefined);
    return this.#oids.push(oid) - 1;
  }
}
