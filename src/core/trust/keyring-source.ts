import { parse } from 'smol-toml';

/** Where a field of a TOML document stands, so that an error can say so. */
export interface FieldSource {
  /** Counted from 1. */
  readonly line: number;
  /** What is written: the digits of a date or number; empty for strings, arrays and tables. */
  readonly text: string;
}

export type FieldPath = readonly (string | number)[];

/**
 * The name of a field as people write it.
 *
 * @example fieldName(['contributors', 'alice', 'roles', 1]) // 'contributors.alice.roles[1]'
 */
export function fieldName(path: FieldPath): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[A-Za-z0-9_-]+$/.test(part) ? `.${part}` : `.${JSON.stringify(part)}`;
  });
  return parts.join('').replace(/^\./, '');
}

/** Where the field stands, or the innermost table around it that stands somewhere. */
export function sourceOf(sources: FieldSources, path: FieldPath): FieldSource | undefined {
  for (let length = path.length; length > 0; length--) {
    const source = sources.get(fieldName(path.slice(0, length)));
    if (source !== undefined) return source;
  }
  return undefined;
}

/** The fields of a document by their {@link fieldName}. */
export interface FieldSources {
  get(name: string): FieldSource | undefined;
}

/**
 * Finds fields of a TOML document that the TOML parser has accepted. The parser keeps neither lines nor the digits of
 * dates, and takes 30 February for 2 March. The document is read as far as the fields that are asked for: nobody needs
 * the lines of a thousand people where nothing is wrong with them.
 */
export function locateFields(toml: string): FieldSources {
  return new Scanner(toml);
}

/** Elements of an array beyond this are found at the line of the array. Bounds memory. */
const maximumElements = 5000;

class Scanner implements FieldSources {
  readonly #toml: string;
  readonly #sources = new Map<string, FieldSource>();
  /** How many `[[name]]` tables of each name came so far. */
  readonly #tables = new Map<string, number>();
  /** The table that assignments belong to. */
  #table: FieldPath = [];
  #at = 0;
  #line = 1;
  /** Where that line ends. */
  #lineEnd: number;

  constructor(toml: string) {
    this.#toml = toml;
    this.#lineEnd = this.#endAfter(0);
  }

  /** The first place counts, so that nothing after it needs to be read. */
  get(name: string): FieldSource | undefined {
    for (;;) {
      const found = this.#sources.get(name);
      if (found !== undefined || !this.#scanOne()) return found;
    }
  }

  /** Reads one header or assignment; false at the end of the document. */
  #scanOne(): boolean {
    this.#skipBlank();
    if (this.#at >= this.#toml.length) return false;
    if (this.#next() === '[') this.#table = this.#header();
    else this.#assignment(this.#table);
    return true;
  }

  /** The line at which the scanner is. */
  #here(): number {
    while (this.#lineEnd < this.#at) {
      this.#line++;
      this.#lineEnd = this.#endAfter(this.#lineEnd + 1);
    }
    return this.#line;
  }

  #endAfter(position: number): number {
    const end = this.#toml.indexOf('\n', position);
    return end < 0 ? this.#toml.length : end;
  }

  #next(): string {
    return this.#toml.charAt(this.#at);
  }

  #take(count: number): string {
    this.#at += count;
    return this.#toml.slice(this.#at - count, this.#at);
  }

  /** Spaces, line ends and comments. */
  #skipBlank(): void {
    for (;;) {
      this.#take(this.#length(/\s*/y));
      if (this.#next() !== '#') return;
      this.#take(this.#length(/[^\n]*/y));
    }
  }

  /** How many characters from here on the sticky expression covers. */
  #length(expression: RegExp): number {
    expression.lastIndex = this.#at;
    return expression.exec(this.#toml)?.[0].length ?? 0;
  }

  #record(path: FieldPath, line: number, text = ''): void {
    const name = fieldName(path);
    if (!this.#sources.has(name)) this.#sources.set(name, { line, text });
  }

  /** `[table]` or `[[table]]`; the path that the assignments below it extend. */
  #header(): FieldPath {
    const line = this.#here();
    const several = this.#toml.startsWith('[[', this.#at);
    this.#take(several ? 2 : 1);
    const key = this.#key(']');
    if (several) this.#take(1);
    const path = this.#resolve(key, several);
    this.#record(path, line);
    return path;
  }

  /** Inside a `[[table]]` a name means the newest element. */
  #resolve(key: readonly string[], several: boolean): FieldPath {
    const path: (string | number)[] = [];
    for (const [index, part] of key.entries()) {
      path.push(part);
      const name = fieldName(path);
      const opens = several && index === key.length - 1;
      const count = (this.#tables.get(name) ?? 0) + (opens ? 1 : 0);
      if (count === 0) continue;
      this.#tables.set(name, count);
      path.push(count - 1);
    }
    return path;
  }

  #assignment(table: FieldPath): void {
    const line = this.#here();
    const path = [...table, ...this.#key('=')];
    this.#skipBlank();
    this.#value(path, line);
  }

  /** A dotted key up to and including the character that ends it. */
  #key(end: string): string[] {
    const parts: string[] = [];
    while (this.#at < this.#toml.length && this.#next() !== end) {
      const bare = this.#length(/[A-Za-z0-9_-]+/y);
      if (bare > 0) parts.push(this.#take(bare));
      else if (/["']/.test(this.#next())) parts.push(decodeString(this.#string()));
      else this.#take(1);
    }
    this.#take(1);
    return parts;
  }

  #value(path: FieldPath, line: number): void {
    const opening = this.#next();
    if (opening === '[') {
      this.#record(path, line);
      this.#array(path);
    } else if (opening === '{') {
      this.#record(path, line);
      this.#inlineTable(path);
    } else if (opening === '"' || opening === "'") {
      this.#record(path, line);
      this.#string();
    } else {
      this.#record(path, line, this.#take(Math.max(1, this.#length(/[^,\]}#\r\n]*/y))).trim());
    }
  }

  /** A string with its quotes. Up to two quotes may stand right before the closing three. */
  #string(): string {
    const quote = this.#next();
    const fence = this.#toml.startsWith(quote.repeat(3), this.#at) ? quote.repeat(3) : quote;
    let end = this.#at + fence.length;
    while (end < this.#toml.length && !this.#toml.startsWith(fence, end)) {
      end += quote === '"' && this.#toml.charAt(end) === '\\' ? 2 : 1;
    }
    end += fence.length;
    if (fence !== quote) while (end < this.#toml.length && this.#toml.charAt(end) === quote) end++;
    return this.#take(end - this.#at);
  }

  #array(path: FieldPath): void {
    this.#take(1);
    this.#skipBlank();
    for (let index = 0; this.#at < this.#toml.length && this.#next() !== ']'; index++) {
      this.#value(index < maximumElements ? [...path, index] : path, this.#here());
      this.#skipSeparator();
    }
    this.#take(1);
  }

  #inlineTable(path: FieldPath): void {
    this.#take(1);
    this.#skipBlank();
    while (this.#at < this.#toml.length && this.#next() !== '}') {
      this.#assignment(path);
      this.#skipSeparator();
    }
    this.#take(1);
  }

  #skipSeparator(): void {
    this.#skipBlank();
    if (this.#next() === ',') this.#take(1);
    this.#skipBlank();
  }
}

function decodeString(quoted: string): string {
  return Object.keys(parse(`${quoted} = 0`)).join('');
}
