import { describe, expect, it } from 'vitest';
import { archiveLimits } from '../../../src/core/chain/archive-files.ts';
import { readTar } from '../../../src/core/chain/tar-reader.ts';
import { pax, sealed, tarEnd, tarEntry, type TarEntry, tarOf } from '../../support/tar.ts';

function refusal(bytes: Uint8Array): string {
  const reading = readTar(bytes, 'a.tar');
  return reading.ok ? 'accepted' : `${reading.finding.code} ${reading.finding.message}`;
}

describe('an archive is refused', () => {
  it.each([
    '/etc/passwd',
    '../x',
    't/../../x',
    't/..',
    '..',
    't//x',
    't/./x',
    't\\..\\..\\x',
    '..\\x',
    'C:/x',
    'C:x',
    '',
    '.',
    '/',
  ])('for the name %j', (name) => {
    expect(refusal(tarOf({ name, data: 'x' }))).toMatch(/^archive\.escape /);
  });

  it.each(['../x', '/x'])('for the folder %j, and the same in extended headers and long names', (name) => {
    expect(refusal(tarOf({ name, type: '5' }))).toMatch(/^archive\.escape /);
    expect(refusal(tarOf(pax({ path: name }), { name: 't/a' }))).toMatch(/^archive\.escape /);
    expect(refusal(tarOf({ name: 'L', type: 'L', data: `${name}\0` }, { name: 't/a' }))).toMatch(
      /^archive\.escape /,
    );
  });

  it.each([
    ['/etc/passwd', 't/a'],
    ['..', 't/a'],
    ['../x', 't/a'],
    ['../../x', 't/b/a'],
    ['b/../../x', 't/a'],
    ['b/../x', 't/b/c/a'],
    ['', 't/a'],
    ['..\\x', 't/a'],
    ['C:/x', 't/a'],
  ])('for a link to %j at %s', (link, name) => {
    expect(refusal(tarOf({ name, type: '2', link }, { name: 't/other' }))).toMatch(
      /^archive\.escape .*is a link that leads outside/,
    );
  });

  it('for a link whose target is in an extended header or a long name', () => {
    expect(refusal(tarOf(pax({ linkpath: '/x' }), { name: 't/a', type: '2', link: 'b' }))).toMatch(
      /^archive\.escape /,
    );
    expect(
      refusal(tarOf({ name: 'K', type: 'K', data: '/x\0' }, { name: 't/a', type: '2', link: 'b' })),
    ).toMatch(/^archive\.escape /);
  });

  it('for something below a link or file, whichever comes first', () => {
    const link: TarEntry = { name: 't/d', type: '2', link: 'e' };
    expect(refusal(tarOf(link, { name: 't/d/x' }))).toMatch(/^archive\.escape .*t\/d\/x stands below t\/d/);
    expect(refusal(tarOf({ name: 't/d/x' }, link))).toMatch(/^archive\.escape /);
    expect(refusal(tarOf(link, { name: 't/d/x/', type: '5' }))).toMatch(/^archive\.escape /);
    expect(refusal(tarOf({ name: 't/d' }, { name: 't/d/x' }))).toMatch(/^archive\.escape /);
  });

  it.each([
    ['1', 'a hard link'],
    ['3', 'a device'],
    ['4', 'a device'],
    ['6', 'a pipe'],
    ['7', 'an entry of type "7"'],
    ['S', 'an entry of type "S"'],
    ['M', 'an entry of type "M"'],
    ['\x01', 'an entry of type "\\u0001"'],
  ])('for an entry of type %j', (type, what) => {
    expect(refusal(tarOf({ name: 't/a', type, link: 't/b' }))).toBe(`archive.entry a.tar: t/a is ${what}.`);
  });

  it.each([0o4755, 0o2644, 0o1644])('for a file of mode %o', (mode) => {
    expect(refusal(tarOf({ name: 't/a', mode }))).toMatch(/^archive\.entry .*set-user-id/);
  });

  it('for a path that stands there twice, in whatever way', () => {
    expect(refusal(tarOf({ name: 't/a', data: 'x' }, { name: 't/a', data: 'y' }))).toMatch(
      /^archive\.duplicate /,
    );
    expect(refusal(tarOf({ name: 't/a' }, { name: './t/a' }))).toMatch(/^archive\.duplicate /);
    expect(refusal(tarOf({ name: 't/a' }, { name: 't/a', type: '2', link: 'b' }))).toMatch(
      /^archive\.duplicate /,
    );
    expect(refusal(tarOf({ name: 't/a' }, { name: 't/a/', type: '5' }))).toMatch(/^archive\.duplicate /);
  });

  const entry = tarEntry({ name: 't/a', data: 'x' });
  it.each([
    ['cut off in a file', entry.subarray(0, 512), 'is cut off'],
    [
      'cut off in a header',
      Buffer.concat([entry, entry.subarray(0, 100)]),
      'ends without the mark of an end',
    ],
    ['without its end', entry, 'ends without the mark of an end'],
    ['with data after its end', Buffer.concat([entry, tarEnd, entry]), 'has data after its end'],
    ['that is empty', new Uint8Array(0), 'ends without the mark of an end'],
    ['with a size beyond all memory', tarOf({ name: 't/a', size: 0o77777777777 }), 'is cut off'],
    [
      'with a binary size',
      tarOf({ name: 't/a', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }),
      'has a mode or size that is no octal number',
    ],
    ['with a negative size', tarOf({ name: 't/a', size: '-0000000001' }), 'no octal number'],
    ['of another dialect', tarOf({ name: 't/a', magic: 'ustar\x0001' }), 'is of no dialect of tar'],
    ['with a wrong checksum', Buffer.concat([changedAt(entry, 0), tarEnd]), 'checksum of a header is wrong'],
    [
      'of a kind that uses what ustar leaves empty',
      Buffer.concat([sealed(changedAt(entry.subarray(0, 512), 508)), tarEnd]),
      'leaves empty',
    ],
    [
      'of GNU tar with what others take for a folder in front',
      tarOf({ name: 't/a', prefix: 'u', magic: 'ustar  \0' }),
      'leaves empty',
    ],
    [
      'of Unix version 7 with what others take for a folder in front',
      tarOf({ name: 't/a', prefix: 'u', magic: '' }),
      'leaves empty',
    ],
    [
      'with content in a folder',
      tarOf({ name: 't/', type: '5', data: 'x' }),
      'has a folder or link with content',
    ],
    [
      'with content in a link',
      tarOf({ name: 't/a', type: '2', link: 'b', data: 'x' }),
      'has a folder or link with content',
    ],
    ['that ends after an extended header', tarOf(pax({ path: 'x' })), 'ends after an extended header'],
    [
      'with two extended headers',
      tarOf(pax({ path: 'x' }), pax({ path: 'y' }), { name: 'z' }),
      'two extended headers',
    ],
    [
      'with a long name and an extended header',
      tarOf({ name: 'L', type: 'L', data: 'x' }, pax({ path: 'y' }), { name: 'z' }),
      'two extended headers',
    ],
    [
      'with a global path',
      tarOf({ ...pax({ path: 'x' }), type: 'g' }, { name: 'z' }),
      'has a global header about paths',
    ],
    [
      'with a global header after another',
      tarOf(pax({ path: 'x' }), { ...pax({ comment: 'x' }), type: 'g' }, { name: 'z' }),
      'two extended headers',
    ],
    [
      'with a sparse file',
      tarOf(pax({ 'GNU.sparse.name': 'x' }), { name: 'z' }),
      'says "GNU.sparse.name", which is not known',
    ],
    ['with another character set', tarOf(pax({ hdrcharset: 'BINARY' }), { name: 'z' }), 'says "hdrcharset"'],
    ['with a NUL in a path', tarOf(pax({ path: 't/a\0b' }), { name: 'z' }), 'has a NUL in a path'],
    [
      'with two sizes of one file, of which some programs know only the first',
      tarOf(pax({ size: '512' }), { name: 't/a', size: 0, data: 'x'.repeat(512) }),
      'another size than its extended header',
    ],
    ['with a size that is none', tarOf(pax({ size: '1e3' }), { name: 'z' }), 'a size that is no number'],
    [
      'with a record that ends early',
      tarOf({ name: 'P', type: 'x', data: '99 path=a\n' }, { name: 'z' }),
      'an extended header is malformed',
    ],
    [
      'with a record without a length',
      tarOf({ name: 'P', type: 'x', data: 'path=a\n' }, { name: 'z' }),
      'an extended header is malformed',
    ],
  ])('%s', (_case, bytes, why) => {
    expect(refusal(bytes)).toMatch(/^archive\.malformed a\.tar: /);
    expect(refusal(bytes)).toContain(why);
  });

  it('with a record that stands twice', () => {
    const twice = { name: 'P', type: 'x', data: '10 path=a\n10 path=b\n' };
    expect(refusal(tarOf(twice, { name: 'z' }))).toContain('repeats path');
  });

  it('with more entries than are read', () => {
    const limits = { ...archiveLimits, entries: 3 };
    const entries = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    expect(readTar(tarOf(...entries.slice(1)), 'a.tar', limits).ok).toBe(true);
    const reading = readTar(tarOf(...entries), 'a.tar', limits);
    expect(!reading.ok && reading.finding).toMatchObject({
      code: 'limit.archive',
      message: 'a.tar: The archive has more than 3 entries.',
    });
  });

  it.each([
    ['a path that is too long', [pax({ path: `t/${'a'.repeat(1100)}` }), { name: 'x' }], 'limit.archive'],
    ['a path that is too deep', [pax({ path: 'a/'.repeat(200) }), { name: 'x' }], 'limit.archive'],
    [
      'a link that is too long',
      [pax({ linkpath: 'a'.repeat(1100) }), { name: 't/x', type: '2' }],
      'limit.archive',
    ],
    [
      'an extended header without measure',
      [pax({ comment: 'a'.repeat(70_000) }), { name: 'x' }],
      'archive.malformed',
    ],
  ] satisfies readonly (readonly [string, readonly TarEntry[], string])[])(
    'with %s',
    (_case, entries, code) => {
      expect(refusal(tarOf(...entries))).toMatch(new RegExp(`^${code} `));
    },
  );

  it('with a message that shows hostile names harmlessly', () => {
    expect(refusal(tarOf({ name: '../\x1b[31m\xff' }))).toContain('a.tar: ../\\x1b[31m\\xff leads outside');
  });
});

const changedAt = (bytes: Uint8Array, at: number): Uint8Array => Buffer.from(bytes).fill(0x41, at, at + 1);
