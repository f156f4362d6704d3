import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { fieldName, locateFields, sourceOf, type FieldPath } from '../../../src/core/trust/keyring-source.ts';

const document = `# comment [not.a.table]
a = 1 # one
"b c"."d" = 'x # "not" a comment'
e = """
several ] lines \\""" "
""""
f = [ 1, # in between ]
  [2, "]"], {g = 0x10, h = 'i'},
]

[t.'u']
v = 2026-11-01 00:00:00Z
[[w]]
x = true
[w.y]
z = 1.5
[[w]]
x = '''
'quoted' '''''
end = -0
`;

describe('the place of a field in a TOML document', () => {
  const sources = locateFields(document);

  it.each([
    [['a'], 2, '1'],
    [['b c', 'd'], 3, ''],
    [['e'], 4, ''],
    [['f'], 7, ''],
    [['f', 0], 7, '1'],
    [['f', 1], 8, ''],
    [['f', 1, 0], 8, '2'],
    [['f', 1, 1], 8, ''],
    [['f', 2, 'g'], 8, '0x10'],
    [['f', 2, 'h'], 8, ''],
    [['t', 'u'], 11, ''],
    [['t', 'u', 'v'], 12, '2026-11-01 00:00:00Z'],
    [['w', 0], 13, ''],
    [['w', 0, 'x'], 14, 'true'],
    [['w', 0, 'y'], 15, ''],
    [['w', 0, 'y', 'z'], 16, '1.5'],
    [['w', 1], 17, ''],
    [['w', 1, 'x'], 18, ''],
    [['w', 1, 'end'], 20, '-0'],
  ] as const)('%j is found', (path, line, text) => {
    expect(sources.get(fieldName(path))).toEqual({ line, text });
  });

  it('is that of the table around it where the field is missing', () => {
    expect(sourceOf(sources, ['w', 0, 'missing'])).toEqual({ line: 13, text: '' });
  });

  it('is unknown where nothing around it stands anywhere', () => {
    expect(sourceOf(sources, ['missing', 'altogether'])).toBeUndefined();
  });

  it('is that of the list for elements beyond five thousand', () => {
    const many = locateFields(`a = [\n${'1,\n'.repeat(5002)}]`);
    expect(sourceOf(many, ['a', 4999])).toEqual({ line: 5001, text: '1' });
    expect(sourceOf(many, ['a', 5001])).toEqual({ line: 1, text: '' });
  });

  it('is found in a large document in a moment', () => {
    const large = `a = [\n${'#\n'.repeat(300_000)}]\n${' '.repeat(1_000_000)}\nb = "${'x'.repeat(1_000_000)}"`;
    expect(locateFields(large).get('b')?.line).toBe(300_004);
  });

  it('is found for every leaf of whatever document the TOML library writes', () => {
    const key = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__');
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const { tree } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(leaf, { maxLength: 3 }),
        tie('tree'),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
      tree: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = stringify(value);
        const located = locateFields(text);
        for (const path of leavesOf(parse(text)))
          expect(located.get(fieldName(path)), fieldName(path)).toBeDefined();
      }),
    );
  });
});

describe('the name of a field', () => {
  it('is a path with indexes in brackets and odd keys in quotes', () => {
    expect(fieldName(['contributors', 'alice', 'roles', 1])).toBe('contributors.alice.roles[1]');
    expect(fieldName(['packages', 'conf-g++', 'owners'])).toBe('packages."conf-g++".owners');
  });
});

function leavesOf(value: unknown, path: FieldPath = []): FieldPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
