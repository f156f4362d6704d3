import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar } from '../../../src/core/chain/tar-reader.ts';
import { pax, sealed, type TarEntry, tarOf } from '../../support/tar.ts';

const read = (...entries: readonly TarEntry[]) => readTar(tarOf(...entries), 'a.tar');

/** The files as `kind path content`. */
function listing(...entries: readonly TarEntry[]): readonly string[] | string {
  const reading = read(...entries);
  if (!reading.ok) return reading.finding.message;
  return [...reading.files].map(
    ([path, { kind, bytes }]) => `${kind} ${path} ${Buffer.from(bytes).toString('latin1')}`,
  );
}

describe('an archive that is read', () => {
  it('gives files, executables and links below its folder', () => {
    const reading = read(
      { name: 'foo-1.0/', type: '5', mode: 0o755 },
      { name: 'foo-1.0/a', data: 'x' },
      { name: 'foo-1.0/run', data: '#!', mode: 0o775 },
      { name: 'foo-1.0/sub/', type: '5' },
      { name: 'foo-1.0/sub/link', type: '2', link: '../a' },
    );
    expect(reading.ok && reading.folder).toBe('foo-1.0');
    expect(reading.ok && [...reading.files.keys()]).toEqual(['a', 'run', 'sub/link']);
    expect(reading.ok && [...reading.files.values()].map(({ kind }) => kind)).toEqual([
      'file',
      'executable',
      'link',
    ]);
  });

  it.each([
    [
      './ before names',
      [
        { name: './', type: '5' },
        { name: './t/a', data: 'x' },
      ],
    ],
    ['old typeflags and version 7', [{ name: 't/a', type: '\0', data: 'x', magic: '\0'.repeat(8) }]],
    ['GNU headers', [{ name: 't/a', data: 'x', magic: 'ustar  \0' }]],
    [
      'folders that only end with a slash',
      [
        { name: 't/', magic: '\0'.repeat(8) },
        { name: 't/a', data: 'x' },
      ],
    ],
    ['a prefix', [{ name: 'a', prefix: 't', data: 'x' }]],
    [
      'GNU long names',
      [
        { name: '././@LongLink', type: 'L', data: 't/a\0' },
        { name: 'other', data: 'x' },
      ],
    ],
    [
      'extended headers',
      [pax({ path: 't/a', mtime: '1.5', 'SCHILY.xattr.x': 'y\nz' }), { name: 'other', data: 'x' }],
    ],
    [
      'the size of an extended header, if it is the same',
      [pax({ path: 't/a', size: '1' }), { name: 'other', data: 'x' }],
    ],
    [
      "git's global header",
      [
        { ...pax({ comment: '0123' }), type: 'g' },
        { name: 't/a', data: 'x' },
      ],
    ],
  ] satisfies readonly (readonly [string, readonly TarEntry[]])[])('may have %s', (_case, entries) => {
    expect(listing(...entries)).toEqual(['file a x']);
  });

  it('without a common folder keeps its paths', () => {
    expect(listing({ name: 'a' }, { name: 'b/c' })).toEqual(['file a ', 'file b/c ']);
    expect(listing({ name: 'a' })).toEqual(['file a ']);
    expect(listing({ name: 'a/b' }, { name: 'c/', type: '5' })).toEqual(['file a/b ']);
  });

  it('has names of any bytes, one character each', () => {
    expect(listing({ name: 't/\xe9\xff' }, pax({ path: 't/\xc3\xa9' }), { name: 'x' })).toEqual([
      'file \xe9\xff ',
      'file \xc3\xa9 ',
    ]);
  });

  it.each([
    ['../a', 't/b/c'],
    ['../../t2/a', 't/b/c/d'],
    ['x', 't/c'],
    ['a/b', 't/c'],
    ['..', 't/b/c'],
  ])('may have a link to %s at %s', (link, name) => {
    expect(listing({ name, type: '2', link })).toHaveLength(1);
  });
});

describe('whatever the bytes', () => {
  const valid = tarOf(
    pax({ path: 't/a' }),
    { name: 'x', data: 'abc' },
    { name: 't/l', type: '2', link: 'a' },
  );

  it('reading gives files or a finding, and never throws', () => {
    fc.assert(
      fc.property(
        fc.nat(valid.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (at, byte, seal) => {
          const bytes = Buffer.from(valid);
          bytes[at] = byte;
          const block = at - (at % 512);
          if (seal) bytes.set(sealed(bytes.subarray(block, block + 512)), block);
          const reading = readTar(bytes, 'a.tar');
          if (reading.ok)
            expect([...reading.files.keys()].every((path) => !path.split('/').includes('..'))).toBe(true);
          else expect(reading.finding.severity).toBe('error');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('random blocks are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2048 }), (bytes) => {
        expect(readTar(bytes, 'a.tar').ok).toBe(bytes.length >= 512 && bytes.every((byte) => byte === 0));
      }),
    );
  });
});
