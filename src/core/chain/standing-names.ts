import { likeness } from '../opam/package.ts';
import { GrowingSet } from './growing-set.ts';

/** The package names that stand (trust model, section 4.3), as a value. Every new name is compared with all of them. */
export class StandingNames {
  static readonly none = new StandingNames(GrowingSet.empty, new Map());

  readonly names: GrowingSet;
  /** By likeness, the name that had it first; perhaps one that stands in later sets only. */
  readonly #first: Map<string, string>;

  private constructor(names: GrowingSet, first: Map<string, string>) {
    this.names = names;
    this.#first = first;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** The first standing name that looks like this one, or is this one. */
  alike(name: string): string | undefined {
    const first = this.#first.get(likeness(name));
    return first !== undefined && this.has(first) ? first : undefined;
  }

  with(added: readonly string[]): StandingNames {
    const before = this.names;
    const names = before.with(added);
    if (names === before) return this;
    const continued = names.continues(before);
    const first = continued ? this.#first : new Map<string, string>();
    for (const name of continued ? added : names) {
      const look = likeness(name);
      if (!first.has(look)) first.set(look, name);
    }
    return new StandingNames(names, first);
  }
}
