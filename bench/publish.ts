/**
 * What a publish costs on the wire, with git and without it, beside a full clone, which other publishers begin with: bytes that were fetched
 * and objects that were pushed, as the server counts them. The package repository is served over HTTP from a copy that
 * shares its objects; nothing is written to it.
 *
 *   npm run bench -- publish REPOSITORY
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answerAs, runBackend } from '../test/support/git-backend.ts';
import { measure, say } from './measure.ts';

const [repository] = process.argv.slice(2);
if (repository === undefined) throw new Error('Usage: npm run bench -- publish REPOSITORY');

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));
const room = mkdtempSync(join(tmpdir(), 'sb-'));
const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: room,
  GNUPGHOME: join(room, 'gpg'),
  GIT_CONFIG_GLOBAL: join(room, 'gitconfig'),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};
const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', folder, ...args], { env: environment, encoding: 'utf8' }).trim();

/** Bytes of all answers, and objects of all packs that came in. */
const wire = { sent: 0, pushed: 0 };

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body: Buffer[] = [];
  request.on('data', (chunk: Buffer) => body.push(chunk));
  void runBackend({ folder: room, url, request, environment }).then((output) => {
    wire.sent += output.length;
    wire.pushed += objectsOf(Buffer.concat(body));
    answerAs(output, response);
  });
});

/** The number of objects that a pack says to have (gitformat-pack(5)); none where there is no pack. */
function objectsOf(body: Buffer): number {
  const start = body.indexOf('PACK\0\0\0\u0002', 0, 'latin1');
  return start < 0 ? 0 : body.readUInt32BE(start + 8);
}

async function count(
  what: string,
  args: readonly string[],
  command: string,
  env: Readonly<Record<string, string>> = environment,
): Promise<number> {
  Object.assign(wire, { sent: 0, pushed: 0 });
  const { seconds, status } = await measure(command, args, { env });
  if (status !== 0) throw new Error(`${what} ended with status ${status ?? 'none'}`);
  say(
    `${what}: ${wire.sent.toLocaleString('en')} bytes fetched, ${wire.pushed} objects pushed, ${seconds.toFixed(1)} s`,
  );
  return wire.sent;
}

try {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/packages.git`;
  git(room, 'clone', '--quiet', '--bare', '--shared', repository, 'packages.git');
  git(join(room, 'packages.git'), 'config', 'uploadpack.allowFilter', 'true');
  prepareAuthor();
  const flags = [
    '--to',
    address,
    '--tag',
    'v1.0',
    '--archive-url',
    'https://example.org/signet-bench-1.0.tar.gz',
  ];
  const folder = join(room, 'source');
  const ours = await count(
    'publish',
    [program, 'publish', '-C', folder, ...flags, '--yes', '--no-input'],
    process.execPath,
  );
  const without = [
    ...['--to', address, '--tag', 'v1.1', '--branch', 'without-git'],
    // The archive of the first run lies in the source.
    ...['--archive-url', 'https://example.org/signet-bench-1.1.tar.gz', '--allow-dirty'],
  ];
  await count(
    'publish without git',
    [program, 'publish', '-C', folder, ...without, '--yes', '--no-input'],
    process.execPath,
    { ...environment, PATH: folderWithGpg() },
  );
  const clone = await count(
    'full clone',
    ['clone', '--quiet', '--no-checkout', address, join(room, 'clone')],
    'git',
  );
  say(`a full clone fetches ${(clone / ours).toFixed(0)} times as much`);
} finally {
  server.close();
  execFileSync('gpgconf', ['--kill', 'all'], { env: environment });
  rmSync(room, { recursive: true, force: true });
}

/** A folder for the PATH with gpg, and bash that measures, but without git. */
function folderWithGpg(): string {
  const folder = join(room, 'bin');
  mkdirSync(folder);
  for (const name of ['gpg', 'bash']) {
    const find = ['-c', `command -v ${name}`];
    const where = execFileSync('/bin/sh', find, { env: environment, encoding: 'utf8' });
    symlinkSync(where.trim(), join(folder, name));
  }
  return folder;
}

/** A project of one package, with a key in a gpg of its own. */
function prepareAuthor(): void {
  const person = 'Alice Example <alice@example.org>';
  mkdirSync(environment.GNUPGHOME, { mode: 0o700 });
  execFileSync(
    'gpg',
    ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', person, 'ed25519', 'sign'],
    {
      env: environment,
      stdio: 'ignore',
    },
  );
  writeFileSync(
    environment.GIT_CONFIG_GLOBAL,
    '[user]\n\tname = Alice Example\n\temail = alice@example.org\n[init]\n\tdefaultBranch = main\n',
  );
  const folder = join(room, 'source');
  mkdirSync(folder);
  const opam = [
    'opam-version: "2.0"',
    'synopsis: "A package for a benchmark"',
    `maintainer: "${person}"`,
    'authors: "Alice Example"',
    'license: "ISC"',
    'homepage: "https://example.org"',
    'bug-reports: "https://example.org/issues"',
    'dev-repo: "git+https://example.org/signet-bench.git"',
  ];
  writeFileSync(join(folder, 'signet-bench.opam'), `${opam.join('\n')}\n`);
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', 'Release');
}
