import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintPackage } from '../../../src/core/opam/lint.ts';
import { parseOpamFile } from '../../../src/core/opam/opam-file.ts';

const usual = [
  'opam-version: "2.0"',
  'maintainer: "Alice <alice@example.org>"',
  'depends: ["ocaml" {>= "4.14"} "dune" {>= "3.0"}]',
  'build: [["dune" "subst"] {dev} ["dune" "build" "-p" name]]',
  'url { src: "https://example.org/foo.tgz" checksum: "sha256=00" }',
];

interface Case {
  readonly name?: string;
  readonly version?: string;
  readonly newName?: boolean;
  readonly files?: readonly string[];
}

function lint(
  lines: readonly string[],
  { name = 'foo', version = '1.0', newName = false, files = [] }: Case = {},
) {
  const reading = parseOpamFile(Buffer.from(`${lines.join('\n')}\n`));
  if (!reading.ok) throw new Error(reading.error.message);
  const contents = new Map(files.map((one) => [one, new Uint8Array()]));
  return lintPackage({ name, version, opam: reading.value, files: contents }, { newName });
}

const codes = (lines: readonly string[], more: Case = {}): readonly string[] =>
  lint(lines, more).map(({ code }) => code);

const without = (field: string, ...more: readonly string[]): readonly string[] => [
  ...usual.filter((line) => !line.startsWith(field)),
  ...more,
];

describe('what opam-repository asks for', () => {
  test('is kept by an ordinary opam file', () => {
    expect(codes(usual)).toEqual([]);
  });

  test.each<[string, readonly string[], Case]>([
    ['lint.own-name', [...usual, 'name: "foo"'], {}],
    ['lint.own-name', [...usual, 'version: "1.0"'], {}],
    ['lint.pin-depends', [...usual, 'pin-depends: [["a.1" "git+https://example.org/a"]]'], {}],
    ['lint.extra-files', [...usual, 'extra-files: ["a.patch" "md5=00"]'], {}],
    ['lint.extra-files', usual, { files: ['a.patch'] }],
    ['lint.no-source', without('url'), {}],
    ['lint.conf-package', usual, { name: 'conf-foo' }],
    ['lint.conf-package', [...usual, 'depexts: [["libfoo"] {os = "linux"}]'], {}],
    ['lint.dune-subst', without('build', 'build: [["dune" "subst"] ["dune" "build"]]'), {}],
    ['lint.dune-subst', without('build', 'build: [["dune" "subst"] {dev | build}]'), {}],
    ['lint.dune-subst', without('build', 'build: ["dune" "subst"]'), {}],
    ['lint.dune-build', without('depends', 'depends: ["dune" {build}]'), {}],
    ['lint.dune-build', without('depends', 'depends: ["a" ("b" | "dune" {>= "1" & build})]'), {}],
    ['lint.no-contact', without('maintainer', 'maintainer: "Alice"'), {}],
    ['lint.sample-tags', [...usual, 'tags: ["topics" "to describe" "fine"]'], {}],
    ['lint.conflict-class', [...usual, 'conflict-class: "ocaml-arch"'], {}],
    ['lint.conflict-class', usual, { name: 'arch-foo' }],
    ['lint.reserved-prefix', [...usual, 'conflict-class: "ocaml-arch"'], { name: 'arch-foo', newName: true }],
    ['lint.version-prefix', usual, { version: 'v1.0' }],
  ])('%s finds %j of %j', (code, lines, more) => {
    expect(codes(lines, more)).toEqual([code]);
  });

  test.each<[string, readonly string[], Case]>([
    [
      'a conf package',
      without('url', 'flags: conf', 'depexts: [["libfoo"] {os = "linux"}]'),
      { name: 'conf-foo' },
    ],
    [
      'bug-reports in place of an address',
      without('maintainer', 'maintainer: "A"', 'bug-reports: "https://x"'),
      {},
    ],
    ['a reserved name that stands', [...usual, 'conflict-class: "ocaml-arch"'], { name: 'arch-foo' }],
    ['another package with build', without('depends', 'depends: ["dune" "cppo" {build}]'), {}],
  ])('finds nothing in %s', (_, lines, more) => {
    expect(codes(lines, more)).toEqual([]);
  });

  test('is told with file, line and name', () => {
    const [found] = lint([...usual, 'name: "foo"']);
    expect(found).toMatchObject({
      at: { path: 'packages/foo/foo.1.0/opam', line: 6 },
      message: 'packages/foo/foo.1.0/opam: the field name repeats what the folder says.',
    });
  });

  test('never throws, whatever the values of the fields are', () => {
    const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('"dune"', '"subst"', 'dev', 'build', 'true', '1', '"x@y"', '!dev', '>= "1"'),
        fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(' ')}]`),
        fc.tuple(tie('value'), tie('value')).map(([one, other]) => `(${one} & ${other})`),
        fc.tuple(fc.constantFrom('"dune"', '"a"'), tie('value')).map(([one, other]) => `${one} {${other}}`),
      ),
    })).value;
    const field = fc.constantFrom(
      'build',
      'depends',
      'tags',
      'flags',
      'maintainer',
      'conflict-class',
      'extra-files',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(field, value), { maxLength: 5 }), (fields) => {
        const text = fields.map(([name, one]) => `${name}: ${one}`).join('\n');
        const reading = parseOpamFile(Buffer.from(`${text}\n`));
        if (!reading.ok) return;
        lintPackage({ name: 'foo', version: '1', opam: reading.value, files: new Map() }, { newName: true });
      }),
    );
  });
});
