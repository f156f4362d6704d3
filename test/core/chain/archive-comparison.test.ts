import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../src/core/chain/archive-comparison.ts';
import { type ArchiveReading, fileKind, type SourceFile } from '../../../src/core/chain/archive-files.ts';
import { archiveClaim, type ArchiveAtHand } from '../../../src/core/chain/release.ts';
import type { Claim } from '../../../src/core/report/report.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const plain = (text: string): SourceFile => ({ kind: 'file', bytes: bytes(text) });
const tree = (entries: Readonly<Record<string, string | SourceFile>>) =>
  new Map(
    Object.entries(entries).map(([path, file]) => [path, typeof file === 'string' ? plain(file) : file]),
  );

const source = {
  'dune-project': '(lang dune 3.0)\n',
  'src/foo.ml': 'let x = 1\n',
  configure: { kind: 'executable', bytes: bytes('#!/bin/sh\n') },
} as const;

function atHand(entries: Readonly<Record<string, string | SourceFile>>): ArchiveAtHand {
  const reading: ArchiveReading = { ok: true, folder: 'foo-1.0', files: tree(entries) };
  return { kind: 'read', name: 'foo-1.0.tar.gz', bytes: bytes('archive'), reading };
}

const compared = (
  archive: Readonly<Record<string, string | SourceFile>>,
  original: Readonly<Record<string, string | SourceFile>>,
): Claim => archiveClaim(atHand(archive), { name: 'tag v1.0', files: tree(original) });

const codes = ({ findings }: Claim): readonly string[] => findings.map(({ code }) => code);
describe('what git archive does on its own account', () => {
  const attributes =
    '*.md export-ignore\n/ci export-ignore\ndocs/** export-ignore\n.git* export-ignore\nversion.ml export-subst\n';
  const original = {
    ...source,
    '.gitattributes': attributes,
    'README.md': 'x',
    'a/b/c.md': 'x',
    'ci/run': 'x',
    'docs/a/b': 'x',
    'version.ml': 'let v = "$Format:%H$" (* $Format:%h$ *)\nlet w = 1\n',
  };
  const filled = { ...source, 'version.ml': 'let v = "0123" (* 01 *)\nlet w = 1\n' };

  it('is named: files left out do no harm, files filled in leave the claim unproven', () => {
    const claim = compared(filled, original);
    expect(codes(claim).toSorted()).toEqual([
      ...Array<string>(5).fill('release.export-ignore'),
      'release.export-subst',
    ]);
    expect(claim.status).toBe('unproven');
    expect(compared({ ...source, 'version.ml': original['version.ml'] }, original).status).toBe('upheld');
  });

  it.each([
    ['a file left out that no attribute names', { ...filled, 'src/foo.ml': undefined }],
    ['a changed file that export-ignore names', { ...filled, 'README.md': 'y' }],
    [
      'a change beside the place to fill in',
      { ...filled, 'version.ml': 'let v = "0123" (* 01 *)\nlet w = 2\n' },
    ],
    [
      'a line feed in the place to fill in',
      { ...filled, 'version.ml': 'let v = "0\nlet w = 9" (* 01 *)\nlet w = 1\n' },
    ],
    ['an added file that export-ignore names', { ...filled, 'new.md': 'y' }],
  ])('does not excuse %s', (_case, entries) => {
    const archive = Object.fromEntries(
      Object.entries(entries).flatMap(([name, file]) => (file === undefined ? [] : [[name, file] as const])),
    );
    const claim = compared(archive, original);
    expect(claim.status).toBe('refuted');
    expect(codes(claim)).toContain('release.archive-differs');
  });

  it('follows deeper files, later lines and switched-off attributes', () => {
    const missing = (given: Readonly<Record<string, string>>) =>
      compareFiles(new Map(), tree(given)).flatMap(({ path: name, because }) =>
        because === undefined ? [name] : [],
      );
    expect(missing({ '.gitattributes': '* export-ignore\na -export-ignore\n', a: '', b: '' })).toEqual(['a']);
    expect(
      missing({
        '.gitattributes': 'a -export-ignore',
        'x/.gitattributes': '* export-ignore',
        'x/a': '',
        a: '',
      }),
    ).toEqual(['.gitattributes', 'a']);
    expect(
      missing({
        '.gitattributes':
          '"a b" export-ignore\n[attr]e export-ignore\n# * export-ignore\nc? export-ignore\n[d] export-ignore',
        'a b': '',
        cd: '',
        d: '',
      }),
    ).toEqual(['.gitattributes', 'a b', 'd']);
    expect(missing({ '.gitattributes': 'x/y export-ignore', 'x/y/z': '', 'a/x/y': '' })).toEqual([
      '.gitattributes',
      'a/x/y',
    ]);
  });

  it('takes bounded time, whatever the patterns', () => {
    const hostile = `${'*a'.repeat(5000)}b export-ignore\n`.repeat(50);
    const entries = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`${'a'.repeat(200)}${index}`, '']),
    );
    expect(compareFiles(new Map(), tree({ '.gitattributes': hostile, ...entries }))).toHaveLength(51);
  });

  it('a submodule is named and leaves the claim unproven, with and without its files', () => {
    const original2 = { ...source, vendor: { kind: 'submodule', bytes: bytes('') } } as const;
    expect(compared(source, original2)).toMatchObject({
      status: 'unproven',
      findings: [{ code: 'release.submodule' }],
    });
    expect(codes(compared({ ...source, 'vendor/a': 'x' }, original2))).toEqual([
      'release.submodule',
      'release.submodule',
    ]);
    expect(compared({ ...source, 'vendor2/a': 'x' }, original2).status).toBe('refuted');
  });
});

it.each([
  ['100644', 'file'],
  ['100664', 'file'],
  ['100755', 'executable'],
  ['120000', 'link'],
  ['160000', 'submodule'],
  ['040000', undefined],
  ['100999', undefined],
])('mode %s is a %s', (mode, kind) => {
  expect(fileKind(mode)).toBe(kind);
});
