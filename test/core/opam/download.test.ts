import { describe, expect, it } from 'vitest';
import { parseChecksum } from '../../../src/core/opam/checksum.ts';
import { checksumFindings, downloadsOf, isFileUrl } from '../../../src/core/opam/download.ts';
import { parseOpamFile } from '../../../src/core/opam/opam-file.ts';

const path = 'packages/foo/foo.1.0/opam';
const sha256 = `"sha256=${'0'.repeat(64)}"`;
const md5 = `"md5=${'0'.repeat(32)}"`;

function weaknesses(text: string): readonly string[] {
  const reading = parseOpamFile(Buffer.from(text));
  if (!reading.ok) throw new Error(reading.error.message);
  return checksumFindings(reading.value, path).map(
    ({ code, message, at }) => `${code} ${at.line ?? 0} ${message}`,
  );
}

describe('a checksum', () => {
  it.each([
    [`md5=${'a'.repeat(32)}`, 'md5'],
    ['A'.repeat(32), 'md5'],
    [`SHA256=${'F'.repeat(64)}`, 'sha256'],
    [`sha512=${'0'.repeat(128)}`, 'sha512'],
  ])('%s is read', (text, kind) => {
    expect(parseChecksum(text)?.kind).toBe(kind);
    expect(parseChecksum(text)?.hex).toMatch(/^[0-9a-f]+$/);
  });

  it.each([
    'md5=xyz',
    `sha1=${'0'.repeat(40)}`,
    `sha384=${'0'.repeat(96)}`,
    `sha256=${'0'.repeat(63)}`,
    `sha256=${'0'.repeat(65)}`,
    `sha512=${'0'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
    ` md5=${'0'.repeat(32)}`,
    `md5=${'0'.repeat(32)}\n`,
    '0'.repeat(64),
    `constructor=${'0'.repeat(32)}`,
    '',
  ])('%j is none', (text) => {
    expect(parseChecksum(text)).toBeUndefined();
  });
});

describe('what binds a download', () => {
  it.each([
    `url { src: "https://x/a.tgz" checksum: ${sha256} }`,
    `url { src: "https://x/a.tgz" checksum: [ ${md5} ${sha256} ] }`,
    `url { archive: "https://x/a.tgz" checksum: [ ${sha256} ] }`,
    `extra-source "p" { src: "https://x/p" checksum: ${sha256} }`,
    'flags: conf',
  ])('%s is bound', (text) => {
    expect(weaknesses(text)).toEqual([]);
  });

  it.each([
    ['url { src: "https://x/a" }', 'has no checksum'],
    ['url { src: "https://x/a" checksum: [ ] }', 'has no checksum'],
    [`url { src: "https://x/a" checksum: ${md5} }`, 'has MD5 alone'],
    [`url { src: "https://x/a" checksum: [ ${md5} ${md5} ] }`, 'has MD5 alone'],
    ['url { src: "https://x/a" checksum: "md5=xyz" }', 'lists "md5=xyz", which is no checksum'],
    [`url { src: "https://x/a" checksum: [ ${sha256} "sha1=00" ] }`, 'lists "sha1=00", which is no checksum'],
    [
      `url { src: "https://x/a" checksum: [ ${sha256} {os = "linux"} ] }`,
      'lists "a option", which is no checksum',
    ],
    [`url { checksum: ${sha256} }`, 'does not say in one way where to download from'],
    [`url { src: "https://x/a" archive: "https://x/b" checksum: ${sha256} }`, 'does not say in one way'],
    [`url { src: ["https://x/a"] checksum: ${sha256} }`, 'does not say in one way'],
    [`url { src: "git+https://x/a" checksum: ${sha256} }`, 'is not the URL of a file'],
    [`url { git: "https://x/a" checksum: ${sha256} }`, 'is not the URL of a file'],
    [`extra-source "p" { src: "https://x/p" }`, 'extra-source "p" has no checksum'],
  ])('%s is not', (text, why) => {
    const [found, ...more] = weaknesses(`a: b\n${text}`);
    expect(found).toMatch(/^release\.checksum 2 packages\/foo\/foo\.1\.0\/opam: /);
    expect(found).toContain(why);
    expect(more).toEqual([]);
  });

  it('sections that opam passes over as duplicates are looked at too', () => {
    expect(
      weaknesses(`url { src: "https://x/a" checksum: ${sha256} }\nurl { src: "https://x/b" }`),
    ).toHaveLength(1);
  });

  it('every download is found', () => {
    const reading = parseOpamFile(
      Buffer.from('url { src: "a" }\nextra-source "p" { src: "b" }\nother { src: "c" }'),
    );
    expect(reading.ok && downloadsOf(reading.value.items).map(({ url }) => url)).toEqual(['a', 'b']);
  });
});

it.each([
  ['https://x/a.tgz', true],
  ['http://x/a', true],
  ['FTP://x/a', true],
  ['https://x/a.git', false],
  ['https://x/a.git#main', false],
  ['git://x/a', false],
  ['git+https://x/a.tgz', false],
  ['ssh://x/a', false],
  ['file:///etc/passwd', false],
  ['/etc/passwd', false],
  ['https://', false],
])('%s is the URL of a file: %s', (url, expected) => {
  expect(isFileUrl(url)).toBe(expected);
});
