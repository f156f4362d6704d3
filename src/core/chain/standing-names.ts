import { likeness } from '../opam/package.ts';
import { GrowingSet } from './growing-set.ts';

/** The package names that stand (trust model, section 4.3), as a value. Every new name is compared with all of them. */
export class StandingNames {
  static readonly none = new StandingNames(GrowingSet.empty, new Map());

  readonly names: GrowingSet;
  /** By likeness; some may stand in later sets only. */
  readonly #alike: Map<string, string[]>;

  private constructor(names: GrowingSet, alike: Map<string, string[]>) {
    this.names = names;
    this.#alike = alike;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  /** The first in alphabetical order of the standing names that look like this one, or are this one. */
  alike(name: string): string | undefined {
    const [first] = (this.#alike.get(likeness(name)) ?? []).filter((other) => this.has(other)).sort();
    return first;
  }

  with(added: readonly string[]): StandingNames {
    const before = this.names;
    const names = before.with(added);
    if (names === before) return this;
    const continued = names.continues(before);
    const alike = continued ? this.#alike : new Map<string, string[]>();
    for (const name of continued ? added : names) {
      if (continued && before.has(name)) continue;
      const look = likeness(name);
      const others = alike.get(look);
      if (others === undefined) alike.set(look, [name]);
      else others.push(name);
    }
    return new StandingNames(names, alike);
  }
}
