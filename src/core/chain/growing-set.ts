/**
 * A set that only ever grows, as a value: what `with` returns has more members, and the set itself stays as it was.
 * All of one line share their members, so that a step of a long history adds to it at the cost of what it adds.
 */
export class GrowingSet {
  static readonly empty = new GrowingSet(new Map(), 0);

  /** Each member with its number; those from `size` on belong to later sets of this line. */
  readonly #numbers: Map<string, number>;
  readonly size: number;

  private constructor(numbers: Map<string, number>, size: number) {
    this.#numbers = numbers;
    this.size = size;
  }

  has(member: string): boolean {
    const number = this.#numbers.get(member);
    return number !== undefined && number < this.size;
  }

  with(members: Iterable<string>): GrowingSet {
    const added = new Set([...members].filter((member) => !this.has(member)));
    if (added.size === 0) return this;
    // Only the newest of a line can go on with it.
    const isNewest = this.size > 0 && this.size === this.#numbers.size;
    const numbers = isNewest ? this.#numbers : new Map([...this].map((member, number) => [member, number]));
    for (const member of added) numbers.set(member, numbers.size);
    return new GrowingSet(numbers, numbers.size);
  }

  /** Whether this set was made by `with` of the other or of its successors, and shares its members. */
  continues(other: GrowingSet): boolean {
    return this.#numbers === other.#numbers;
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<string> {
    for (const [member, number] of this.#numbers) {
      if (number >= this.size) return;
      yield member;
    }
  }
}
