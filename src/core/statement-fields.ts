import type { Trailer } from './statement-trailers.ts';
import type { Form } from './statement-values.ts';

/** Takes values out of trailers and notes, as whole sentences, what is missing, doubled or not in its form. */
export class TrailerFields {
  readonly problems: string[] = [];
  readonly #values = new Map<string, string[]>();

  constructor(trailers: readonly Trailer[]) {
    for (const { key, value } of trailers) {
      const known = this.#values.get(key);
      if (known === undefined) this.#values.set(key, [value]);
      else known.push(value);
    }
  }

  /** A key outside the list is a problem: what this version does not know may change what a statement means. */
  allowOnly(keys: ReadonlySet<string>, kind: string): void {
    for (const key of this.#values.keys()) {
      if (!keys.has(key)) this.problems.push(`${key} has no place in a statement of kind ${kind}.`);
    }
  }

  /** The value of a key that must be there once. */
  one<T>(key: string, form: Form<T>): T | undefined {
    if (!this.#values.has(key)) this.problems.push(`${key} is missing.`);
    return this.optional(key, form);
  }

  /** The value of a key that may be there once. */
  optional<T>(key: string, form: Form<T>): T | undefined {
    const [text, ...more] = this.#values.get(key) ?? [];
    if (more.length > 0) this.problems.push(`${key} stands more than once.`);
    return text === undefined ? undefined : this.#read(key, text, form);
  }

  /** The values of a key that may repeat, each about something else. */
  many<T>(key: string, form: Form<T>, subject: (value: T) => string): readonly T[] {
    const subjects = new Set<string>();
    const values: T[] = [];
    for (const text of this.#values.get(key) ?? []) {
      const value = this.#read(key, text, form);
      if (value === undefined) continue;
      if (subjects.has(subject(value))) this.problems.push(`${key} speaks twice of ${subject(value)}.`);
      subjects.add(subject(value));
      values.push(value);
    }
    return values;
  }

  #read<T>(key: string, text: string, form: Form<T>): T | undefined {
    const value = form.parse(text);
    if (value === undefined)
      this.problems.push(`${key} must be ${form.looks}, not ${JSON.stringify(text.slice(0, 100))}.`);
    return value;
  }
}
