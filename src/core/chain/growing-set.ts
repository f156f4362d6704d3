import { GrowingMap } from './growing-map.ts';

/** A set that only ever grows, as a value: the keys of a {@link GrowingMap}. */
export class GrowingSet {
  static readonly empty = new GrowingSet(GrowingMap.of<true>([]));

  readonly #members: GrowingMap<true>;

  private constructor(members: GrowingMap<true>) {
    this.#members = members;
  }

  get size(): number {
    return this.#members.size;
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  with(members: Iterable<string>): GrowingSet {
    const grown = this.#members.with([...members].map((member) => [member, true]));
    return grown === this.#members ? this : new GrowingSet(grown);
  }

  /** Whether this set was made by `with` of the other or of its successors, and shares its members. */
  continues(other: GrowingSet): boolean {
    return this.#members.continues(other.#members);
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<string> {
    for (const [member] of this.#members) yield member;
  }
}
