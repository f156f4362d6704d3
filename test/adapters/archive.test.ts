import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../src/adapters/archive.ts';
import { bunzip2 } from '../../src/adapters/bzip2.ts';
import { archiveLimits, type SourceFile } from '../../src/core/chain/archive-files.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { tarOf } from '../support/tar.ts';

const time = 1_700_000_000;
const file = (text: string): SourceFile => ({ kind: 'file', bytes: Buffer.from(text) });

const source: ReadonlyMap<string, SourceFile> = new Map<string, SourceFile>([
  ['src/foo.ml', file('let x = 1\n')],
  ['configure', { kind: 'executable', bytes: Buffer.from('#!/bin/sh\n') }],
  ['empty', file('')],
  ['src/link', { kind: 'link', bytes: Buffer.from('foo.ml') }],
  [Buffer.from('caf\u00e9/\u00fc.txt').toString('latin1'), file('x')],
  [`${'long/'.repeat(60)}${'n'.repeat(120)}`, file('deep')],
]);

const sorted = (files: ReadonlyMap<string, SourceFile>) =>
  new Map([...files].toSorted(([one], [other]) => (one < other ? -1 : 1)));

async function written(files = source, folder = 'foo-1.0'): Promise<Uint8Array> {
  const result = await writeArchive(files, folder, time);
  if (!result.ok) throw new Error(result.finding.message);
  return result.bytes;
}

async function refusal(bytes: Uint8Array, limits = archiveLimits): Promise<string> {
  const reading = await readArchive(bytes, 'a.tgz', limits);
  return reading.ok ? 'accepted' : `${reading.finding.code} ${reading.finding.message}`;
}

describe('an archive that is made', () => {
  it('has the same bytes every time, whatever the order of the files', async () => {
    const once = await written();
    expect(await written(new Map([...source].toReversed()))).toEqual(once);
    expect(createHash('sha256').update(gunzipSync(once)).digest('hex')).toBe(
      '397ee315d3beeaaa2ea8bf37d17ede229bc877db26a0bcd13a36b7fe16233503',
    );
  });

  it('has no time of its own and no system in the header of gzip', async () => {
    expect([...(await written()).subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  it('is read back as it was given', async () => {
    const reading = await readArchive(await written(), 'foo-1.0.tar.gz');
    expect(reading).toMatchObject({ ok: true, folder: 'foo-1.0' });
    expect(reading.ok && sorted(reading.files)).toEqual(sorted(source));
  });

  it('leaves out submodules, as git archive does', async () => {
    const reading = await readArchive(
      await written(new Map([...source, ['vendor', { kind: 'submodule', bytes: new Uint8Array(0) }]])),
      'a',
    );
    expect(reading.ok && reading.files.has('vendor')).toBe(false);
  });

  it('is refused where a name is no UTF-8', async () => {
    expect(await writeArchive(new Map([['caf\xe9', file('x')]]), 'foo', time)).toMatchObject({
      ok: false,
      finding: {
        message: 'caf\\xe9 has a name or target that is not UTF-8 and cannot stand in a portable archive.',
      },
    });
  });

  it('any files come back the same', async () => {
    const path = fc
      .array(fc.stringMatching(/^[a-z]{1,120}$/), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    const content = fc.record({
      kind: fc.constantFrom('file' as const, 'executable' as const),
      bytes: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(path, content), {
          selector: ([name]) => name.split('/', 1)[0],
          minLength: 1,
          maxLength: 8,
        }),
        async (entries) => {
          const files = new Map(entries);
          const reading = await readArchive(await written(files), 'a');
          expect(reading.ok && sorted(reading.files)).toEqual(sorted(files));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('GNU tar', () => {
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

  it('reads what is made: names, kinds, modes, times, owners', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.tar.gz'), await written());
    const listed = execFileSync('tar', ['--numeric-owner', '--full-time', '-tvzf', 'a.tar.gz'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(listed).toContain('-rwxr-xr-x 0/0              10 2023-11-14 22:13:20 foo-1.0/configure\n');
    expect(listed).toContain(
      'lrwxrwxrwx 0/0               0 2023-11-14 22:13:20 foo-1.0/src/link -> foo.ml\n',
    );
    expect(listed.trimEnd().split('\n')).toHaveLength(source.size);
    const content = execFileSync(
      'tar',
      ['-xzOf', 'a.tar.gz', `foo-1.0/${'long/'.repeat(60)}${'n'.repeat(120)}`],
      { cwd: folder, env, encoding: 'utf8' },
    );
    expect(content).toBe('deep');
  });

  it.each(['gnu', 'pax', 'ustar', 'v7'])('writes the %s format, and it is read', async (format) => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 't/sub'), { recursive: true });
    await writeFile(join(folder, 't/sub/run'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(folder, 't/caf\u00e9'), 'x');
    if (format === 'gnu' || format === 'pax') await writeFile(join(folder, `t/${'n'.repeat(200)}`), 'long');
    execFileSync('ln', ['-s', 'sub/run', 't/link'], { cwd: folder });
    execFileSync('tar', [`--format=${format}`, '-czf', 'a.tgz', 't'], { cwd: folder, env });
    const reading = await readArchive(execFileSync('cat', ['a.tgz'], { cwd: folder }), 'a.tgz');
    expect(reading.ok && reading.folder).toBe('t');
    expect(reading.ok && reading.files.get('sub/run')?.kind).toBe('executable');
    expect(reading.ok && reading.files.get('link')).toEqual({ kind: 'link', bytes: Buffer.from('sub/run') });
    expect(reading.ok && reading.files.size).toBe(format === 'gnu' || format === 'pax' ? 4 : 3);
  });
});

describe('archives that are not read', () => {
  it.each([
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], 'packed with xz'],
    ['lzma', [0x5d, 0, 0, 0x80, 0, 0], 'packed with lzma'],
    ['lzip', [...Buffer.from('LZIP')], 'packed with lzip'],
    ['zip', [0x50, 0x4b, 3, 4], 'a zip archive'],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd], 'packed with zstd'],
    ['nothing', [], 'no archive of a kind that is known'],
    ['a web page', [...Buffer.from('<!DOCTYPE html>')], 'no archive of a kind that is known'],
  ])('%s is named, with what to publish instead', async (_kind, head, what) => {
    const reading = await readArchive(Uint8Array.from(head), 'https://x/a.tgz');
    expect(reading).toMatchObject({
      ok: false,
      finding: { code: 'archive.unsupported', message: `https://x/a.tgz is ${what}.` },
    });
    expect(!reading.ok && reading.finding.mend).toContain('.tar.gz');
  });

  it.each(['PK\x03\x04', '\xfd7zXZ', ']', 'LZIP', 'BZip'])(
    'a plain tar is not, where its first name %j makes opam take it for something else',
    async (name) => {
      expect(await refusal(tarOf({ name }))).toMatch(/^archive\.(?:unsupported|malformed) /);
    },
  );

  it('a damaged one is malformed', async () => {
    const bytes = await written();
    expect(await refusal(bytes.subarray(0, 100))).toMatch(
      /^archive\.malformed .*cannot be unpacked with gzip/,
    );
    expect(await refusal(Buffer.from(bytes).fill(0x55, 50, 90))).toMatch(/^archive\.malformed /);
    expect(await refusal(gzipSync('no tar'))).toMatch(/^archive\.malformed /);
  });

  it('what leads outside is refused, and nothing is written anywhere', async () => {
    expect(await refusal(gzipSync(tarOf({ name: '../x', data: 'x' })))).toMatch(/^archive\.escape /);
  });

  it('a gzip bomb is stopped by its ratio and by its size', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    expect(await refusal(bomb)).toBe(
      `limit.archive a.tgz unpacks from ${bomb.length} bytes to more than ${64 * 1024 * 1024}.`,
    );
    expect(await refusal(await written(), { ...archiveLimits, bytes: 1000 })).toMatch(
      /^limit\.archive .* to more than 1000\.$/,
    );
    expect(await refusal(tarOf({ name: 't/a' }), { ...archiveLimits, bytes: 1000 })).toMatch(
      /^limit\.archive /,
    );
  });
});

describe('bzip2', () => {
  const pack = (bytes: Uint8Array, ...options: readonly string[]): Uint8Array =>
    execFileSync('bzip2', ['-c', ...options], { input: bytes, maxBuffer: 1 << 28 });

  it('unpacks what the program packs', () => {
    const noise = createHash('sha512').update('seed').digest();
    const samples = [
      Buffer.alloc(0),
      Buffer.from('a'),
      Buffer.from('aaaa'),
      Buffer.from(`${'a'.repeat(259)}b${'c'.repeat(4)}`),
      Buffer.alloc(1_000_000, 'ab'),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      Buffer.concat(
        Array.from({ length: 8000 }, (_, index) =>
          createHash('sha256').update(noise).update(String(index)).digest(),
        ),
      ),
    ];
    for (const sample of samples) {
      for (const level of ['-1', '-9']) {
        const unpacked = bunzip2(pack(sample, level), 10_000_000);
        expect(unpacked.ok && Buffer.compare(unpacked.bytes, sample)).toBe(0);
      }
    }
  });

  it('unpacks streams that follow each other', () => {
    const unpacked = bunzip2(Buffer.concat([pack(Buffer.from('one ')), pack(Buffer.from('two'))]), 100);
    expect(unpacked.ok && Buffer.from(unpacked.bytes).toString()).toBe('one two');
  });

  it('an archive packed with it is read', async () => {
    const reading = await readArchive(pack(tarOf({ name: 't/a', data: 'x' })), 'a.tbz');
    expect(reading).toMatchObject({ ok: true, folder: 't' });
  });

  it('a bomb is stopped', async () => {
    const bomb = pack(Buffer.alloc(80 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(1000);
    expect(await refusal(bomb)).toMatch(/^limit\.archive .* to more than 67108864\.$/);
  });

  it('any damage is noticed, and nothing throws', () => {
    const original = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(20));
    const packed = pack(original);
    for (let at = 0; at < packed.length; at++)
      expect(bunzip2(packed.subarray(0, at), 10_000)).toEqual({ ok: false, reason: 'malformed' });
    fc.assert(
      fc.property(fc.nat(packed.length * 8 - 8), (bit) => {
        const damaged = Buffer.from(packed);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const unpacked = bunzip2(damaged, 10_000);
        // The level and the bits that fill the last byte may be others without harm.
        if (unpacked.ok) expect(Buffer.from(unpacked.bytes)).toEqual(original);
        else expect(['malformed', 'too-large']).toContain(unpacked.reason);
      }),
    );
    expect(bunzip2(Buffer.concat([packed, Buffer.from('x')]), 10_000).ok).toBe(false);
  });
});
