import type { Field, Item, Section, Span, Value } from './ast.ts';
import { type Flaw, type Lexemes, type Punctuation, showByte, type Token } from './lexer.ts';

/** Bounds that no real opam file comes near (the deepest of opam-repository has 5 levels), so that no file exhausts the stack. */
const maximum = { nesting: 100, optionsOfOneValue: 8 };

/** Builds the items of a file from its tokens, by the grammar and precedences of opam-file-format's OpamBaseParser. */
export function parseItems({ tokens }: Lexemes): readonly Item[] | Flaw {
  const parser = new Parser(tokens);
  return parser.file() ?? parser.flaw;
}

/** Its methods return undefined after they have noted the flaw that ends the parse. */
class Parser {
  flaw: Flaw = { offset: 0, flaw: 'The file has no end.' };
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  file(): readonly Item[] | undefined {
    const items = this.#items();
    if (items === undefined) return undefined;
    if (this.#token.type === 'end') return items;
    this.#fail('A field or section starts with a name');
    return undefined;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', start: 0, end: 0 };
  }

  #fail(expectation: string): undefined {
    this.flaw = {
      offset: this.#token.start,
      flaw: `${expectation}, but ${describe(this.#token)} stands here.`,
    };
    return undefined;
  }

  #isMark(mark: Punctuation): boolean {
    return this.#token.type === 'punctuation' && this.#token.mark === mark;
  }

  /** Passes over the mark; undefined and a flaw if it is not there. */
  #mark(mark: Punctuation, expectation: string): Token | undefined {
    const token = this.#token;
    if (this.#isMark(mark)) {
      this.#at++;
      return token;
    }
    this.#fail(expectation);
    return undefined;
  }

  /** Reads something one level deeper. */
  #nested<T>(read: () => T | undefined): T | undefined {
    if (this.#nesting === maximum.nesting) {
      this.#fail(`At most ${maximum.nesting} levels can be read`);
      return undefined;
    }
    this.#nesting++;
    const result = read();
    this.#nesting--;
    return result;
  }

  #items(): readonly Item[] | undefined {
    const items: Item[] = [];
    while (this.#token.type === 'ident') {
      const item = this.#item(this.#token.value, this.#token.start);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  #item(name: string, start: number): Item | undefined {
    this.#at++;
    if (this.#token.type === 'string') {
      const label = this.#token.value;
      this.#at++;
      return this.#section(name, label, start);
    }
    return this.#isMark('{') ? this.#section(name, undefined, start) : this.#field(name, start);
  }

  #field(name: string, start: number): Field | undefined {
    if (this.#mark(':', `After the name ${name} comes a colon or an opening brace`) === undefined)
      return undefined;
    const value = this.#value();
    return value && { kind: 'field', name, value, start, end: value.end };
  }

  #section(name: string, label: string | undefined, start: number): Section | undefined {
    const open = this.#mark('{', `After the name and label of section ${name} comes an opening brace`);
    if (open === undefined) return undefined;
    const items = this.#nested(() => this.#items());
    const close = items && this.#mark('}', `Section ${name} holds fields and ends with a closing brace`);
    if (items === undefined || close === undefined) return undefined;
    return {
      kind: 'section',
      name,
      label,
      items,
      start,
      end: close.end,
      body: { start: open.start, end: close.end },
    };
  }

  /** `|` binds less than `&`. */
  #value(): Value | undefined {
    return this.#logical('|', () => this.#logical('&', () => this.#prefixed()));
  }

  #logical(operator: '&' | '|', read: () => Value | undefined): Value | undefined {
    const first = read();
    if (first === undefined) return undefined;
    const operands = [first];
    while (this.#isMark(operator)) {
      this.#at++;
      const next = read();
      if (next === undefined) return undefined;
      operands.push(next);
    }
    const end = operands.at(-1)?.end ?? first.end;
    return operands.length === 1 ? first : { kind: 'logical', operator, operands, start: first.start, end };
  }

  /** `!a {b}` is `!(a {b})`, and `!a = b` is `!(a = b)`. */
  #prefixed(): Value | undefined {
    const { start } = this.#token;
    const operator = this.#isMark('!') ? '!' : '?';
    if (!this.#isMark(operator)) return this.#optional();
    this.#at++;
    const right = this.#nested(() => this.#prefixed());
    return right && { kind: 'prefix', operator, right, start, end: right.end };
  }

  /** A value with the options in braces after it. */
  #optional(): Value | undefined {
    let value = this.#primary();
    for (let count = 0; value !== undefined && this.#isMark('{'); count++) {
      if (count === maximum.optionsOfOneValue) {
        this.#fail(`At most ${count} options of one value can be read`);
        return undefined;
      }
      const options = this.#bracketed('}');
      value = options && {
        kind: 'option',
        of: value,
        options: options.values,
        start: value.start,
        end: options.end,
      };
    }
    return value;
  }

  /** Values up to the closing mark, the opening one being next. */
  #bracketed(closing: ']' | ')' | '}'): (Span & { readonly values: readonly Value[] }) | undefined {
    const { start } = this.#token;
    this.#at++;
    const values = this.#nested(() => this.#values(closing));
    const close = values && this.#mark(closing, `What was opened before is closed with ${closing}`);
    return values && close && { values, start, end: close.end };
  }

  #values(closing: Punctuation): readonly Value[] | undefined {
    const values: Value[] = [];
    while (!this.#isMark(closing)) {
      const value = this.#value();
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  #primary(): Value | undefined {
    const token = this.#token;
    if (this.#isMark('[') || this.#isMark('(')) {
      const list = this.#isMark('[');
      const bracketed = this.#bracketed(list ? ']' : ')');
      return bracketed && { kind: list ? 'list' : 'group', ...bracketed };
    }
    if (token.type !== 'comparison') return this.#relation();
    this.#at++;
    const right = this.#atom();
    return (
      right && { kind: 'constraint', operator: token.operator, right, start: token.start, end: right.end }
    );
  }

  /** An atom, alone or compared with another; operators stand between atoms only. */
  #relation(): Value | undefined {
    const left = this.#atom();
    const token = this.#token;
    if (left === undefined || (token.type !== 'comparison' && token.type !== 'update')) return left;
    this.#at++;
    const right = this.#atom();
    if (right === undefined) return undefined;
    const span = { start: left.start, end: right.end };
    return token.type === 'comparison'
      ? { kind: 'comparison', operator: token.operator, left, right, ...span }
      : { kind: 'update', operator: token.operator, left, right, ...span };
  }

  #atom(): Value | undefined {
    const token = this.#token;
    const span = { start: token.start, end: token.end };
    switch (token.type) {
      case 'string':
      case 'ident':
        this.#at++;
        return { kind: token.type, value: token.value, ...span };
      case 'bool':
        this.#at++;
        return { kind: 'bool', value: token.value, ...span };
      case 'int':
        this.#at++;
        return { kind: 'int', value: token.value, ...span };
      case 'comparison':
      case 'update':
      case 'punctuation':
      case 'end':
        this.#fail('A value is needed');
        return undefined;
      default:
        return token satisfies never;
    }
  }
}

function describe(token: Token): string {
  switch (token.type) {
    case 'string':
      return 'a string';
    case 'ident':
    case 'bool':
    case 'int':
      return showByte(String(token.value));
    case 'comparison':
    case 'update':
      return token.operator;
    case 'punctuation':
      return token.mark;
    case 'end':
      return 'the end of the file';
    default:
      return token satisfies never;
  }
}
