import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openGpgSigner } from '../../src/adapters/gpg-signer.ts';
import { openSecretKey } from '../../src/adapters/openpgp-signer.ts';
import { lintWithOpam } from '../../src/adapters/opam-lint.ts';
import type { Signer } from '../../src/core/ports.ts';
import type { Published } from '../../src/core/publish/outcome.ts';
import { publish } from '../../src/workflows/publish.ts';
import type { PublishPorts } from '../../src/workflows/publish-request.ts';
import { type GitHttpServer, serveGit } from '../support/git-http-server.ts';
import { GpgHome, installed, runProgram } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { now, opamSource, PublishWorld } from '../support/publish-world.ts';
import { temporaryFolder } from '../support/scratch.ts';

let world: PublishWorld;
let server: GitHttpServer | undefined;
afterEach(async () => {
  await world.close();
  await server?.close();
  server = undefined;
});

async function publishIn(of: PublishWorld, to: string, changes: Partial<PublishPorts>): Promise<Published> {
  const prepared = await of.prepared({ to, tag: 'v1.0' }, changes);
  return publish(prepared, of.journal(), await of.ports(changes));
}

const hasGpg = installed('gpg');

describe.skipIf(!hasGpg)(`publishing with the user's gpg${hasGpg ? '' : ' (gpg is not installed)'}`, () => {
  const home = hasGpg ? new GpgHome() : undefined;
  const alice = home?.generate('Alice Example <alice@example.org>', now - 30 * day);
  afterAll(() => home?.close());

  /** gpg whose clock stands still at the time of these tests, as a program of its own. */
  async function gpgAtNow(): Promise<string> {
    const folder = await temporaryFolder();
    const program = join(folder, 'gpg');
    const clock = `exec gpg --batch --no-tty --faked-system-time ${now}! "$@"`;
    await writeFile(program, `#!/bin/sh\nGNUPGHOME=${home?.folder ?? ''} ${clock}\n`, { mode: 0o755 });
    return program;
  }

  function signerFor(program: string): Promise<Signer> {
    return openGpgSigner({
      format: 'openpgp',
      key: alice,
      program,
      committer: 'Alice Example <alice@example.org>',
      env: { PATH: process.env['PATH'], HOME: home?.folder, LC_ALL: 'C' },
      terminal: undefined,
    });
  }

  test.each(['path', 'file', 'http'] as const)(
    'over a %s gives a commit, a submission tag and a release tag that git and gpg find good',
    async (kind) => {
      const files = { 'foo.opam': opamSource('foo'), 'foo-lwt.opam': opamSource('foo-lwt') };
      world = await PublishWorld.create({ tag: null, files });
      const program = await gpgAtNow();
      const signer = await signerFor(program);
      if (kind === 'http') server = await serveGit(dirname(world.target.folder));
      const address = {
        path: world.target.folder,
        file: `file://${world.target.folder}`,
        http: `${server?.url ?? ''}/${basename(world.target.folder)}`,
      }[kind];
      const published = await publishIn(world, address, { openSigner: () => Promise.resolve(signer) });
      expect(published.account.failed).toBeUndefined();
      expect(published.selfCheck.own).toBe('verified');

      const verify = async (repository: typeof world.target, what: string, name: string) =>
        (await repository.tryGit(['-c', `gpg.program=${program}`, what, '--raw', name])).stderr;
      const good = `[GNUPG:] VALIDSIG ${signer.fingerprint}`;
      expect(await verify(world.target, 'verify-commit', 'publish-foo.1.0')).toContain(good);
      expect(await verify(world.target, 'verify-tag', 'signet/foo.1.0')).toContain(good);
      expect(await verify(world.origin, 'verify-tag', 'v1.0')).toContain(good);
      expect(await world.target.git('ls-tree', '-r', '--name-only', 'publish-foo.1.0', 'packages/')).toBe(
        'packages/foo-lwt/foo-lwt.1.0/opam\npackages/foo/foo.0.9/opam\npackages/foo/foo.1.0/opam\npackages/other/other.1/opam',
      );
    },
  );
});

test('publishing with an armored secret key needs no gpg', async () => {
  world = await PublishWorld.create({ tag: null });
  const text = { armored: world.alice.armoredSecretKey, passphrase: undefined, source: 'key.asc', now };
  const published = await publishIn(world, world.target.folder, { openSigner: () => openSecretKey(text) });
  expect(published.selfCheck.own).toBe('verified');
  expect(await world.target.git('rev-parse', 'publish-foo.1.0')).toBe(published.head);
});

const hasOpam = installed('opam');

describe.skipIf(!hasOpam)(
  `the published opam file and opam${hasOpam ? '' : ' (opam is not installed)'}`,
  () => {
    test('is what opam lint has nothing against, as part of the checks and by hand', async () => {
      world = await PublishWorld.create({ tag: null });
      const lint: PublishPorts['lint'] = (nameVersion, opam) =>
        lintWithOpam(nameVersion, opam, world.environment, tmpdir());
      const published = await publishIn(world, world.target.folder, { lint });
      expect(published.account.failed).toBeUndefined();
      const text = await world.target.git('show', 'publish-foo.1.0:packages/foo/foo.1.0/opam');
      const opam = join(world.home, 'opam');
      await writeFile(opam, `${text}\n`);
      const { stdout, status } = runProgram('opam', ['lint', '--short', opam], {
        env: { OPAMROOT: join(world.home, 'root') },
      });
      expect([status, Buffer.from(stdout).toString().trim()]).toEqual([0, '']);
    });

    test('is refused for what opam lint calls an error, and told its warnings', async () => {
      const bad = opamSource('foo')
        .replace('license: "ISC"', 'license: "free for all"')
        .replace('name]', 'name] \nflags: [zoo]');
      world = await PublishWorld.create({
        files: { 'foo.opam': bad.replace('maintainer: "Alice Example <alice@example.org>"', '') },
      });
      const lint: PublishPorts['lint'] = (nameVersion, opam) =>
        lintWithOpam(nameVersion, opam, world.environment, tmpdir());
      const found = await world.problems({}, { lint });
      const told = found.filter(({ code }) => code.startsWith('opam.')).map(({ code, what }) => [code, what]);
      expect(told).toEqual(
        expect.arrayContaining([
          ['opam.lint', "opam lint of foo.1.0: error 23: Missing field 'maintainer'"],
          ['opam.lint-warning', expect.stringMatching(/^opam lint of foo\.1\.0: warning 62: /) as string],
        ]),
      );
    });
  },
);
