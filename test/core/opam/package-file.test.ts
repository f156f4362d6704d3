import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { parseOpamFile } from '../../../src/core/opam/opam-file.ts';
import { packageProblems } from '../../../src/core/opam/package-file.ts';

const patch = Buffer.from('--- a\n+++ b\n');
const sum = `"sha256=${sha256Hex(patch)}"`;

function problems(text: string, files: Readonly<Record<string, Uint8Array>> = {}): readonly string[] {
  const reading = parseOpamFile(Buffer.from(text));
  if (!reading.ok) throw new Error(reading.error.message);
  const directory = {
    name: 'foo',
    version: '1.0',
    opam: reading.value,
    files: new Map(Object.entries(files)),
  };
  return packageProblems(directory).map(({ code, message }) => `${code}: ${message}`);
}

describe('a package directory', () => {
  it('is fine without name and version, or with those of its folder', () => {
    expect(problems('opam-version: "2.0"')).toEqual([]);
    expect(problems('name: "foo" version: "1.0"')).toEqual([]);
  });

  it('whose opam file names another package or version is refused', () => {
    expect(problems('name: "bar"\nversion: "1.0.0"')).toEqual([
      'opam.name-mismatch: packages/foo/foo.1.0/opam has a field name that is not foo, as its folder says.',
      'opam.version-mismatch: packages/foo/foo.1.0/opam has a field version that is not 1.0, as its folder says.',
    ]);
    expect(problems('name: foo')).toHaveLength(1);
    expect(problems('version: ["1.0"]')).toHaveLength(1);
  });

  it('whose opam file repeats a field or section is refused, with the line', () => {
    expect(problems('synopsis: "a"\nsynopsis: "b"\nurl { src: "a"\nsrc: "b" }\nurl { }')).toEqual([
      'opam.duplicate-field: packages/foo/foo.1.0/opam, line 2: synopsis stands here again; opam takes the first.',
      'opam.duplicate-field: packages/foo/foo.1.0/opam, line 4: url.src stands here again; opam takes the first.',
      'opam.duplicate-field: packages/foo/foo.1.0/opam, line 5: url stands here again; opam takes the first.',
    ]);
  });

  it.each(['../evil', '/etc/passwd', 'a/../../b', 'a\\\\b', 'C:evil', '', 'a//b', './a', 'a\\nb', '\\233'])(
    'whose extra-source or extra-files go to %s is refused',
    (name) => {
      expect(problems(`extra-source "${name}" { }`).join()).toMatch(/^opam\.file-name: /);
      expect(problems(`extra-files: [ "${name}" ${sum} ]`).join()).toMatch(/^opam\.file-name: /);
    },
  );

  it('may have extra sources in folders', () => {
    expect(problems('extra-source "patches/fix.patch" { }')).toEqual([]);
  });

  it('may have files that extra-files lists with their checksum', () => {
    expect(problems(`extra-files: [ "fix.patch" ${sum} ]`, { 'fix.patch': patch })).toEqual([]);
    expect(
      problems(`extra-files: [ ["fix.patch" ${sum}] ["b" ${sum}] ]`, { 'fix.patch': patch, b: patch }),
    ).toEqual([]);
    expect(problems('extra-files: []')).toEqual([]);
  });

  it.each([
    ['', 'files/fix.patch is not listed'],
    [`extra-files: [ "other" ${sum} ]`, 'files/fix.patch is not listed'],
    [`extra-files: [ "fix.patch" "sha256=${'0'.repeat(64)}" ]`, 'does not have the sha256'],
    ['extra-files: [ "fix.patch" "sha1=00" ]', 'is not a list of pairs'],
    [`extra-files: [ "fix.patch" ${sum} "x" ]`, 'is not a list of pairs'],
    [`extra-files: [ ["fix.patch" ${sum}] "x" ]`, 'is not a list of pairs'],
    ['extra-files: "fix.patch"', 'is not a list of pairs'],
    ['extra-files: [ fix ]', 'is not a list of pairs'],
  ])('with a file and %j is refused', (text, why) => {
    const [found] = problems(text, { 'fix.patch': patch });
    expect(found).toMatch(/^opam\.extra-file: /);
    expect(found).toContain(why);
  });
});
