interface Numbered<V> {
  readonly number: number;
  readonly value: V;
}

/**
 * A map that only ever grows, as a value: what `with` returns has more keys, and the map itself stays as it was. All of
 * one line share their entries, so that a step of a long history adds to it at the cost of what it adds.
 */
export class GrowingMap<V> {
  /** Each key with its number; those from `size` on belong to later maps of this line. */
  readonly #entries: Map<string, Numbered<V>>;
  readonly size: number;

  private constructor(entries: Map<string, Numbered<V>>, size: number) {
    this.#entries = entries;
    this.size = size;
  }

  static of<V>(entries: Iterable<readonly [key: string, value: V]>): GrowingMap<V> {
    return new GrowingMap<V>(new Map(), 0).with(entries);
  }

  get(key: string): V | undefined {
    const known = this.#entries.get(key);
    return known !== undefined && known.number < this.size ? known.value : undefined;
  }

  has(key: string): boolean {
    return (this.#entries.get(key)?.number ?? this.size) < this.size;
  }

  /** With these keys besides. A key that it has gets the new value. */
  with(entries: Iterable<readonly [key: string, value: V]>): GrowingMap<V> {
    const added = new Map(
      [...new Map(entries)].filter(([key, value]) => !this.has(key) || this.get(key) !== value),
    );
    if (added.size === 0) return this;
    // Only the newest of a line can go on with it, and only with keys that none of the line has.
    const isNewest = this.size > 0 && this.size === this.#entries.size;
    const shared = isNewest && [...added.keys()].every((key) => !this.has(key));
    const next = shared ? this.#entries : new Map<string, Numbered<V>>();
    for (const [key, value] of shared ? added : new Map([...this, ...added])) {
      next.set(key, { number: next.size, value });
    }
    return new GrowingMap(next, next.size);
  }

  /** Whether this map was made by `with` of the other or of its successors, and shares its entries. */
  continues(other: GrowingMap<V>): boolean {
    return this.#entries === other.#entries;
  }

  /** In the order in which the keys came. */
  *[Symbol.iterator](): Generator<readonly [key: string, value: V]> {
    for (const [key, { number, value }] of this.#entries) {
      if (number >= this.size) return;
      yield [key, value];
    }
  }
}
