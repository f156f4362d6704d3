import { execFileSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { Released } from '../support/released.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { sealed, tarEntry, twoFaced } from '../support/tar.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

let released: Released;
afterEach(() => released.close());

/** The archive with one header field or file altered, and all checksums of the tar format right again. */
function altered(archive: Uint8Array, change: (tar: Buffer) => Uint8Array): Uint8Array {
  return gzipSync(change(Buffer.from(gunzipSync(archive))));
}

/** Where the header of an entry is. */
function headerOf(tar: Buffer, name: string): number {
  const at = tar.indexOf(`${name}\0`);
  if (at < 0 || at % 512 !== 0) throw new Error(`${name} is not in the archive`);
  return at;
}

function withMode(tar: Buffer, name: string, mode: string): Uint8Array {
  const at = headerOf(tar, name);
  tar.write(mode, at + 100, 'latin1');
  tar.set(sealed(tar.subarray(at, at + 512)), at);
  return tar;
}

describe('swapped-archive: the archive behind the url is not what the tag has', () => {
  const attacks: readonly (readonly [string, (tar: Buffer) => Uint8Array, string])[] = [
    [
      'one byte of one file',
      (tar) => {
        tar.write('43', tar.indexOf('let answer = 42') + 13);
        return tar;
      },
      'src/foo.ml',
    ],
    ['one mode', (tar) => withMode(tar, 'foo-1.0/src/foo.ml', '0000755'), 'src/foo.ml'],
    [
      'an added file',
      (tar) => {
        const evil = tarEntry({ name: 'foo-1.0/src/dune', data: '(rule (action (run sh -c "id")))' });
        const first = headerOf(tar, 'foo-1.0/src/foo.ml');
        return Buffer.concat([tar.subarray(0, first), evil, tar.subarray(first)]);
      },
      'src/dune',
    ],
  ];

  test.each(attacks)(
    'verify-pr rejects %s, and names the file and the checksum',
    async (_what, change, file) => {
      released = await Released.create();
      released.serveArchive(altered(released.archive, change));
      const report = await released.verifyPr();
      expectRejected(report, 'release.archive-differs', file);
      const url = `${released.server.url}/releases/foo-1.0.tar.gz`;
      expect(
        expectRejected(report, 'release.checksum-mismatch', 'packages/foo/foo.1.0/opam').message,
      ).toContain(url);
    },
  );

  test('verify-pr rejects what is the tree as a tar and something else when it is unpacked', async () => {
    released = await Released.create();
    const tar = gunzipSync(released.archive);
    const evil = Buffer.from(tar);
    evil.write('43', evil.indexOf('let answer = 42') + 13);
    const archive = twoFaced(tar, evil);
    const folder = await temporaryFolder();
    execFileSync('tar', ['-xz'], { cwd: folder, input: archive });
    const unpacked = execFileSync('cat', ['foo-1.0/src/foo.ml'], { cwd: folder, encoding: 'latin1' });
    expect(unpacked).toContain('let answer = 43');
    released.serveArchive(archive);
    expectRejected(await released.verifyPr(), 'release.archive-differs', 'src/foo.ml');
  });

  test.each([
    ['sha256', /sha256=\w{64}/, `sha256=${'0'.repeat(64)}`],
    ['sha512', /sha512=\w{128}/, `sha512=${'0'.repeat(128)}`],
  ])('verify-pr rejects an archive that has not the %s that was signed for', async (_what, was, is) => {
    released = await Released.create();
    await released.restate((text) => text.replace(was, is));
    const found = expectRejected(
      await released.verifyPr(),
      'release.archive-stated',
      'packages/foo/foo.1.0/opam',
    );
    expect(found.message).toContain(is);
  });

  test('verify-pr rejects an archive that is signed for at another address than users get it from', async () => {
    released = await Released.create();
    const elsewhere = `${released.server.url}/releases/elsewhere.tar.gz`;
    released.server.files.set('/releases/elsewhere.tar.gz', released.archive);
    await released.restate((text) => text.replace(/(Signet-Archive: )\S+/, `$1${elsewhere}`));
    const found = expectRejected(await released.verifyPr(), 'release.archive-stated', elsewhere);
    expect(found.mend).toContain('opam-signet publish');
  });

  test('the same statement signed again is verified', async () => {
    released = await Released.create();
    await released.restate((text) => text);
    expectVerified(await released.verifyPr());
  });

  test('the archive as it was published is verified', async () => {
    released = await Released.create();
    expectVerified(await released.verifyPr());
  });

  test('the same files packed anew have other bytes than the opam file pins', async () => {
    released = await Released.create();
    released.serveArchive(gzipSync(gunzipSync(released.archive), { level: 1 }));
    const report = await released.verifyPr();
    expectRejected(report, 'release.checksum-mismatch', 'packages/foo/foo.1.0/opam');
    expect(report.claims.find(({ id }) => id === 'release.archive')?.status).toBe('upheld');
  });
});
