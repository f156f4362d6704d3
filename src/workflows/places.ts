/** Strings, each kept once; columns hold their places. */
export class Places {
  readonly #longest: number;
  #places: Map<string, number>;

  /**
   * @param longest in characters; longer strings are cut off, since whoever writes history chooses them
   * @param known strings that were kept before, all of them different, in the order of their places
   */
  constructor(longest: number, known: readonly string[] = []) {
    this.#longest = longest;
    this.#places = new Map(known.map((text, place) => [text, place]));
  }

  of(text: string): number {
    const kept = text.length > this.#longest ? `${text.slice(0, this.#longest)}…` : text;
    const place = this.#places.get(kept) ?? this.#places.size;
    this.#places.set(kept, place);
    return place;
  }

  get all(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** Forgets all strings that no column points at, and writes the new places of the others into the columns. */
  forgetAllBut(...columns: readonly number[][]): void {
    const standing = this.all;
    this.#places = new Map();
    for (const column of columns) {
      for (const [row, place] of column.entries()) {
        if (place >= 0) column[row] = this.of(standing[place] ?? '');
      }
    }
  }
}
