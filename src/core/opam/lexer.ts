import type { Comparison, EnvironmentUpdate, Span } from './ast.ts';

export type Punctuation = ':' | '{' | '}' | '[' | ']' | '(' | ')' | '&' | '|' | '!' | '?';

export type Token = Span &
  (
    | { readonly type: 'string' | 'ident'; readonly value: string }
    | { readonly type: 'bool'; readonly value: boolean }
    | { readonly type: 'int'; readonly value: number }
    | { readonly type: 'comparison'; readonly operator: Comparison }
    | { readonly type: 'update'; readonly operator: EnvironmentUpdate }
    | { readonly type: 'punctuation'; readonly mark: Punctuation }
    | { readonly type: 'end' }
  );

export interface Lexemes {
  /** The last one is the end of the file. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Span[];
}

/** Where a text leaves the format (in bytes from its start), and why, as a sentence. */
export interface Flaw {
  readonly offset: number;
  readonly flaw: string;
}

/** Cuts a text, one character a byte, into the tokens of opam-file-format's OpamLexer. */
export function tokenize(text: string): Lexemes | Flaw {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    if ('flaw' in token) return token;
    tokens.push(token);
    if (token.type === 'end') return { tokens, comments: lexer.comments };
  }
}

const comparisons: ReadonlySet<string> = new Set<Comparison>(['=', '!=', '>=', '>', '<=', '<', '~']);
const updates: ReadonlySet<string> = new Set<EnvironmentUpdate>(['+=', '=+', '=+=', ':=', '=:']);

const marks: ReadonlySet<string> = new Set<Punctuation>([
  ':',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '&',
  '|',
  '!',
  '?',
]);

const isComparison = (text: string): text is Comparison => comparisons.has(text);
const isUpdate = (text: string): text is EnvironmentUpdate => updates.has(text);
const isPunctuation = (text: string): text is Punctuation => marks.has(text);

/**
 * `name`, `name:variable` or `name+name:variable`. A name has letters, digits, `_` and `-`, at least one of them a
 * letter, or is `_` alone (OpamLexer, ident).
 */
const identifier = new RegExp(
  String.raw`(?:NAME|_)(?:\+(?:NAME|_))*(?::NAME)?`.replaceAll('NAME', '(?=[0-9_-]*[A-Za-z])[\\w-]+'),
  'y',
);

/** Escapes of one character (OpamLexer, char_for_backslash). */
const escapes = new Map(
  Object.entries({ n: '\n', r: '\r', b: '\b', t: '\t', '\\': '\\', '"': '"', "'": "'", ' ': ' ' }),
);

class Lexer {
  readonly comments: Span[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token | Flaw {
    const flaw = this.#skipBlank();
    if (flaw !== undefined) return flaw;
    const start = this.#at;
    if (start === this.#text.length) return { type: 'end', start, end: start };
    if (this.#text.startsWith('"', start)) return this.#string(start);
    return this.#word(start) ?? this.#operator(start);
  }

  /** What the sticky expression matches here, passed over; empty if it does not match. */
  #take(expression: RegExp): string {
    const found = this.#peek(expression);
    this.#at += found.length;
    return found;
  }

  #peek(expression: RegExp): string {
    expression.lastIndex = this.#at;
    return expression.exec(this.#text)?.[0] ?? '';
  }

  /** Passes over white space and comments, which it notes. A CR is white space only before a line feed. */
  #skipBlank(): Flaw | undefined {
    for (;;) {
      this.#take(/(?:[ \t\n]|\r\n)*/y);
      const start = this.#at;
      if (this.#take(/#[^\n]*/y) === '') {
        if (this.#take(/\(\*/y) === '') return undefined;
        const flaw = this.#closeComment(start);
        if (flaw !== undefined) return flaw;
      }
      this.comments.push({ start, end: this.#at });
    }
  }

  /** Comments in `(* *)` nest. */
  #closeComment(start: number): Flaw | undefined {
    for (let depth = 1; depth > 0;) {
      this.#take(/[^(*]*/y);
      if (this.#take(/\(\*/y) !== '') depth++;
      else if (this.#take(/\*\)/y) !== '') depth--;
      else if (this.#take(/[(*]/y) === '')
        return { offset: start, flaw: 'The comment that starts here has no end.' };
    }
    return undefined;
  }

  #string(start: number): Token | Flaw {
    const quotes = this.#take(/"""|"/y);
    let value = '';
    for (;;) {
      value += this.#take(/[^"\\\r]*/y);
      if (this.#text.startsWith(quotes, this.#at)) {
        this.#at += quotes.length;
        return { type: 'string', value, start, end: this.#at };
      }
      const character = this.#take(/[^]/y);
      if (character === '"') value += '"';
      else if (character === '\\') {
        const resolved = this.#escape();
        if (typeof resolved !== 'string') return resolved;
        value += resolved;
      } else if (character === '\r') {
        return {
          offset: this.#at - 1,
          flaw: 'A string holds a CR, which versions of opam read differently: use LF line ends.',
        };
      } else return { offset: start, flaw: 'The string that starts here has no closing quote.' };
    }
  }

  /** What follows a backslash: a code, or a line end with the indentation after it, which vanish. */
  #escape(): string | Flaw {
    const start = this.#at - 1;
    if (this.#take(/\n[ \t]*/y) !== '') return '';
    const simple = escapes.get(this.#text.charAt(this.#at));
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    const code = this.#take(/[0-9]{3}|x[0-9A-Fa-f]{2}/y);
    const value = code.startsWith('x') ? parseInt(code.slice(1), 16) : parseInt(code, 10);
    if (value <= 255) return String.fromCharCode(value);
    return { offset: start, flaw: 'A string holds a backslash with something after it that is no escape.' };
  }

  /** An identifier, number or truth value: the longest counts, as lexers have it. */
  #word(start: number): Token | Flaw | undefined {
    const ident = this.#peek(identifier);
    const digits = this.#peek(/-?[0-9_]+/y);
    this.#at += Math.max(ident.length, digits.length);
    const span = { start, end: this.#at };
    if (digits !== '' && digits.length >= ident.length) return integer(digits, span);
    if (ident === 'true' || ident === 'false') return { type: 'bool', value: ident === 'true', ...span };
    return ident === '' ? undefined : { type: 'ident', value: ident, ...span };
  }

  #operator(start: number): Token | Flaw {
    const text = this.#take(/=[+:]=?|[+:]=|!=|[<>]=?|[^]/y);
    const span = { start, end: this.#at };
    if (isComparison(text)) return { type: 'comparison', operator: text, ...span };
    if (isUpdate(text)) return { type: 'update', operator: text, ...span };
    if (isPunctuation(text)) return { type: 'punctuation', mark: text, ...span };
    return { offset: start, flaw: `${showByte(text)} has no meaning here.` };
  }
}

/** OCaml reads `_` inside a number as nothing. Numbers that JavaScript can't count exactly have no use in opam files. */
function integer(digits: string, span: Span): Token | Flaw {
  const value = /^-?[0-9]/.test(digits) ? Number(digits.replaceAll('_', '')) : NaN;
  if (Number.isSafeInteger(value)) return { type: 'int', value, ...span };
  return { offset: span.start, flaw: `${digits} is no number that can be read here.` };
}

/** Printable ASCII as it is, other bytes by their number. */
export function showByte(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (byte) => `byte 0x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
