import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item, OpamFile, Value } from '../../../src/core/opam/ast.ts';
import {
  duplicates,
  findField,
  findSection,
  lineOf,
  parseOpamFile,
  sameItem,
  stringField,
} from '../../../src/core/opam/opam-file.ts';

function parse(text: string): OpamFile {
  const reading = parseOpamFile(Buffer.from(text, 'latin1'));
  if (!reading.ok) throw new Error(reading.error.message);
  return reading.value;
}

function refusal(text: string): string {
  const reading = parseOpamFile(Buffer.from(text, 'latin1'));
  return reading.ok ? 'accepted' : reading.error.message;
}

/** The value of the only field, as an s-expression without positions. */
const shape = (text: string): string => parse(`a: ${text}`).items.map(shapeOfItem).join(' ');

const shapeOfItem = (item: Item): string => (item.kind === 'field' ? shapeOf(item.value) : item.name);

function shapeOf(value: Value): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value);
    case 'bool':
    case 'int':
    case 'ident':
      return String(value.value);
    case 'list':
      return `[${value.values.map(shapeOf).join(' ')}]`;
    case 'group':
      return `(${value.values.map(shapeOf).join(' ')})`;
    case 'option':
      return `{${shapeOf(value.of)}: ${value.options.map(shapeOf).join(' ')}}`;
    case 'logical':
      return `<${value.operands.map(shapeOf).join(` ${value.operator} `)}>`;
    case 'prefix':
    case 'constraint':
      return `<${value.operator} ${shapeOf(value.right)}>`;
    case 'comparison':
    case 'update':
      return `<${shapeOf(value.left)} ${value.operator} ${shapeOf(value.right)}>`;
    default:
      return value satisfies never;
  }
}

describe('values of the opam format', () => {
  it.each([
    ['"x"', '"x"'],
    ['"""a "quoted" word"""', '"a \\"quoted\\" word"'],
    [String.raw`"\"\\\'\n\t\b\r\ \065\x41"`, String.raw`"\"\\'\n\t\b\r AA"`],
    ['"one \\\n   two"', '"one two"'],
    ['"one\n two"', '"one\\n two"'],
    ['""', '""'],
    ['""""""', '""'],
    ['true', 'true'],
    ['truest', 'truest'],
    ['-1_000', '-1000'],
    ['2ocaml', '2ocaml'],
    ['conf+a-b:version', 'conf+a-b:version'],
    ['_:x', '_:x'],
  ])('reads the atom %s', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it.each([
    ['a & b | c & d', '<<a & b> | <c & d>>'],
    ['a & b & c', '<a & b & c>'],
    ['a & (b | c)', '<a & (<b | c>)>'],
    ['!a & b', '<<! a> & b>'],
    ['!a = b', '<! <a = b>>'],
    ['!a {b}', '<! {a: b}>'],
    ['a {b} {c}', '{{a: b}: c}'],
    ['"a" {>= "1" & < "2"}', '{"a": <<>= "1"> & << "2">>}'],
    ['= "1" {b}', '{<= "1">: b}'],
    ['[ a = b = c ]', '[<a = b> <= c>]'],
    ['["a" "b" {c}]', '["a" {"b": c}]'],
    ['PATH += "x"', '<PATH += "x">'],
    ['A =+= "x"', '<A =+= "x">'],
    ['?a', '<? a>'],
    ['[]', '[]'],
  ])('groups %s as opam does', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it('passes over white space and both kinds of comments, which nest', () => {
    const file = parse('# one\r\na: (* two (* three *) "*) x # four');
    expect(file.items.map(shapeOfItem)).toEqual(['x']);
    expect(file.comments.map(({ start, end }) => file.text.slice(start, end))).toEqual([
      '# one\r',
      '(* two (* three *) "*)',
      '# four',
    ]);
  });

  it('knows where every item stands', () => {
    const file = parse('a: b\nurl "x" {\n  src: "y"\n}\n');
    const [field, section] = file.items;
    expect(field && file.text.slice(field.start, field.end)).toBe('a: b');
    expect(section?.kind === 'section' && file.text.slice(section.body.start, section.body.end)).toBe(
      '{\n  src: "y"\n}',
    );
    expect(section && lineOf(file, section)).toBe(2);
  });
});

describe('what is not in the opam format', () => {
  it.each([
    ['a: "x', 'Line 1, column 4: The string that starts here has no closing quote.'],
    ['a: """x"', 'Line 1, column 4: The string that starts here has no closing quote.'],
    ['(* (* *)', 'Line 1, column 1: The comment that starts here has no end.'],
    ['a: "x\\q"', 'Line 1, column 6: A string holds a backslash with something after it that is no escape.'],
    ['a: "\\256"', 'Line 1, column 5: A string holds a backslash with something after it that is no escape.'],
    ['\n\n  a: }', 'Line 3, column 6: A value is needed, but } stands here.'],
    [
      'a "b" c',
      'Line 1, column 7: After the name and label of section a comes an opening brace, but c stands here.',
    ],
    [
      'a { b: c',
      'Line 1, column 9: Section a holds fields and ends with a closing brace, but the end of the file stands here.',
    ],
    ['a: b ]', 'Line 1, column 6: A field or section starts with a name, but ] stands here.'],
    ['a: [ b )', 'Line 1, column 8: A value is needed, but ) stands here.'],
    ['a: b = c = d', 'Line 1, column 10: A field or section starts with a name, but = stands here.'],
    ['a: [b] = c', 'Line 1, column 8: A field or section starts with a name, but = stands here.'],
    ['a b', 'Line 1, column 3: After the name a comes a colon or an opening brace, but b stands here.'],
    ['a: __', 'Line 1, column 4: __ is no number that can be read here.'],
    ['a: 9007199254740993', 'Line 1, column 4: 9007199254740993 is no number that can be read here.'],
    ['a: b =:= c', 'Line 1, column 6: =:= has no meaning here.'],
    ['\xef\xbb\xbfa: b', 'Line 1, column 1: byte 0xef has no meaning here.'],
    ['a: b\r', 'Line 1, column 5: byte 0x0d has no meaning here.'],
    ['a: b\0', 'Line 1, column 5: byte 0x00 has no meaning here.'],
  ])('%j is refused with its line, column and reason', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('a CR inside a string is refused, because versions of opam read it differently', () => {
    expect(refusal('description: """\r\nfoo"""')).toMatch(/^Line 1, column 17: A string holds a CR/);
  });

  it('nesting, options and size have bounds, so that no file exhausts the stack', () => {
    expect(refusal(`a: ${'['.repeat(99)}${']'.repeat(99)}`)).toBe('accepted');
    expect(refusal(`a: ${'['.repeat(100_000)}`)).toMatch(/At most 100 levels can be read/);
    expect(refusal(`a: ${'!'.repeat(100_000)}b`)).toMatch(/At most 100 levels can be read/);
    expect(refusal('a { '.repeat(100_000))).toMatch(/At most 100 levels can be read/);
    expect(refusal(`a: b ${'{c}'.repeat(9)}`)).toMatch(/At most 8 options/);
    expect(refusal(`a: ${'(* '.repeat(100_000)}`)).toMatch(/has no end/);
    expect(refusal(`a: "${'x'.repeat(1024 * 1024)}"`)).toMatch(/at most 1048576 bytes/);
  });

  it('a long chain of operators is one flat value', () => {
    const [field] = parse(`a: ${'b & '.repeat(50_000)}b`).items;
    expect(field?.kind === 'field' && field.value.kind === 'logical' && field.value.operands.length).toBe(
      50_001,
    );
  });
});

describe('reading fields', () => {
  const file = parse(
    'synopsis: "one"\nsynopsis: "two"\nurl { src: "a" src: "b" }\nurl { src: "c" }\nextra-source "x" { }\nextra-source "y" { }\nextra-source "x" { }\n',
  );

  it('the first of its name counts, as for opam', () => {
    expect(stringField(file.items, 'synopsis')).toBe('one');
    expect(stringField(findSection(file.items, 'url')?.items ?? [], 'src')).toBe('a');
    expect(findField(file.items, 'url')).toBeUndefined();
  });

  it('every repetition is reported, also inside sections; sections with other labels are others', () => {
    expect(duplicates(file.items).map(({ name, item }) => [name, lineOf(file, item)])).toEqual([
      ['synopsis', 2],
      ['url.src', 3],
      ['url', 4],
      ['extra-source "x"', 7],
    ]);
  });

  it('a field and a section of one name are a repetition', () => {
    expect(duplicates(parse('url: "x" url { }').items)).toHaveLength(1);
  });

  function same(one: string, other: string): boolean {
    const [first] = parse(one).items;
    const [second] = parse(other).items;
    return first !== undefined && second !== undefined && sameItem(first, second);
  }

  it('items are the same if only layout, comments and escapes differ', () => {
    expect(same('a: ["x" {b & c}]', 'a:[ "\\x78"\n{ b&c } ] # d')).toBe(true);
    expect(same('a: ["x" {b & c}]', 'a: ["x" {b | c}]')).toBe(false);
    expect(same('a: b & (c)', 'a: b & c')).toBe(false);
    expect(same('a: "b"', 'a: b')).toBe(false);
    expect(same('u "a" { b: c }', 'u { b: c }')).toBe(false);
  });
});

describe('the parser never throws', () => {
  const fragments = fc.constantFrom(
    'a', 'url ', '"x"', '"', '"""', '\\', '\n', '\r\n', ' ', ':', '{', '}', '[', ']', '(', ')', '(*', '*)', '#', '&',
    '|', '!', '=', '>=', '+=', '=:', '1', '-', '_', '\0', '\xff',
  ); // prettier-ignore

  it('on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const reading = parseOpamFile(bytes);
        expect(reading.ok ? reading.value.text.length : reading.error.line).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('on mixtures of what the format is made of, and it covers the whole text where it succeeds', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const reading = parseOpamFile(Buffer.from(text, 'latin1'));
        if (!reading.ok) return;
        const covered = [...reading.value.items, ...reading.value.comments].map(({ start, end }) =>
          text.slice(start, end),
        );
        let rest = text;
        for (const part of covered.sort((one, other) => other.length - one.length))
          rest = rest.replace(part, '');
        expect(rest.trim()).toBe('');
      }),
    );
  });
});
