import { gzipSync } from 'node:zlib';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { PublishWorld } from '../support/publish-world.ts';
import { Released } from '../support/released.ts';
import { type TarEntry, tarOf } from '../support/tar.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const file = (name: string): TarEntry => ({ name, data: 'x' });

/** Archives that would write outside of the folder they are unpacked in, and what is named of each. */
const escapes: readonly (readonly [string, readonly TarEntry[], string])[] = [
  ['a path with ..', [file('foo-1.0/a'), file('foo-1.0/../../../signet-escaped')], 'signet-escaped'],
  ['an absolute path', [file('foo-1.0/a'), file('/tmp/signet-escaped')], '/tmp/signet-escaped'],
  [
    'a link out, and a file through it',
    [{ name: 'foo-1.0/out', type: '2', link: '../../..' }, file('foo-1.0/out/signet-escaped')],
    'foo-1.0/out',
  ],
  [
    'a link to an absolute path',
    [file('foo-1.0/a'), { name: 'foo-1.0/out', type: '2', link: '/etc/passwd' }],
    'out',
  ],
  ['a hard link', [file('foo-1.0/a'), { name: 'foo-1.0/b', type: '1', link: '/etc/passwd' }], 'foo-1.0/b'],
  ['a device', [file('foo-1.0/a'), { name: 'foo-1.0/null', type: '3' }], 'foo-1.0/null'],
  ['a pipe', [file('foo-1.0/a'), { name: 'foo-1.0/pipe', type: '6' }], 'foo-1.0/pipe'],
];

const packed = (entries: readonly TarEntry[]): Uint8Array => gzipSync(tarOf(...entries));

describe('archive-escape: an archive that reaches outside of its folder', () => {
  let released: Released | undefined;
  let world: PublishWorld | undefined;
  afterEach(async () => {
    await released?.close();
    await world?.close();
    released = world = undefined;
  });

  test.each(escapes)('verify-pr rejects %s', async (_what, entries, named) => {
    released = await Released.create();
    released.serveArchive(packed(entries));
    const report = await released.verifyPr();
    const refusal = report.findings.find(({ code }) => code.startsWith('archive.'));
    expect(refusal, JSON.stringify(report.findings)).toBeDefined();
    if (refusal !== undefined) expectRejected(report, refusal.code, named);
  });

  test.each(escapes)('publish refuses %s, and writes nothing outside', async (_what, entries, named) => {
    world = await PublishWorld.create();
    const archive = join(world.home, 'foo.tar.gz');
    await writeFile(archive, packed(entries));
    const beside = await readdir(dirname(world.home));
    const problems = await world.problems({ archive });
    const [problem] = problems.filter(({ code }) => code.startsWith('archive.'));
    expect(problem?.severity).toBe('error');
    expect(problem?.what).toContain(named);
    expect((await readdir(dirname(world.home))).filter((name) => name.includes('escaped'))).toEqual([]);
    expect(beside).toContain(world.home.slice(dirname(world.home).length + 1));
  });

  test('an archive that stays in its folder is verified', async () => {
    released = await Released.create();
    expectVerified(await released.verifyPr());
  });
});
