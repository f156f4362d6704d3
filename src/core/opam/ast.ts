/** Where something stands in a file, in bytes; the end is not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Comparison = '=' | '!=' | '>=' | '>' | '<=' | '<' | '~';

export type EnvironmentUpdate = '+=' | '=+' | '=+=' | ':=' | '=:';

/** A value of the opam format; the kinds are those of opam-file-format's OpamParserTypes. */
export type Value = Span &
  (
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'int'; readonly value: number }
    /** Escapes resolved; one character for each byte, as opam has it. */
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'ident'; readonly value: string }
    | { readonly kind: 'list' | 'group'; readonly values: readonly Value[] }
    /** `value {options}` */
    | { readonly kind: 'option'; readonly of: Value; readonly options: readonly Value[] }
    /** `a & b & c` is one value with three operands: the format groups from the left, and parentheses are groups. */
    | { readonly kind: 'logical'; readonly operator: '&' | '|'; readonly operands: readonly Value[] }
    | { readonly kind: 'prefix'; readonly operator: '!' | '?'; readonly right: Value }
    | {
        readonly kind: 'comparison';
        readonly operator: Comparison;
        readonly left: Value;
        readonly right: Value;
      }
    /** `>= value`, the version compared being understood. */
    | { readonly kind: 'constraint'; readonly operator: Comparison; readonly right: Value }
    | {
        readonly kind: 'update';
        readonly operator: EnvironmentUpdate;
        readonly left: Value;
        readonly right: Value;
      }
  );

/** `name: value` */
export interface Field extends Span {
  readonly kind: 'field';
  readonly name: string;
  readonly value: Value;
}

/** `name { … }` or `name "label" { … }` */
export interface Section extends Span {
  readonly kind: 'section';
  readonly name: string;
  readonly label: string | undefined;
  readonly items: readonly Item[];
  /** The braces and what is between them. */
  readonly body: Span;
}

export type Item = Field | Section;

/** A file in the opam format, read without a view on what its fields mean. */
export interface OpamFile {
  /** The bytes that were read, one character for each. */
  readonly text: string;
  readonly items: readonly Item[];
  /** In the order of the file. */
  readonly comments: readonly Span[];
  /** Where each line starts. */
  readonly lineStarts: readonly number[];
}

/** Why a file is not in the opam format. */
export interface FormatError {
  /** In plain words, with line and column. */
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  /** In bytes, counted from 1. */
  readonly column: number;
}

export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: FormatError };
