/**
 * What a large keyring costs: one pull request verified, the keyring shown and checked; and in one process, opening it
 * for one signature beside verifying every certificate in it.
 *
 *   npm run bench -- keyring FOLDER [PEOPLE] [CERTIFICATES-EACH]
 *
 * Makes the repository in FOLDER, which takes minutes, unless it stands there from an earlier run.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateKey } from 'openpgp';
import { openKeyringFolder } from '../src/adapters/keyring-folder.ts';
import { openKeyring } from '../src/core/trust/keyring-state.ts';
import { measure, say } from './measure.ts';

const [folder, people = '5000', each = '2'] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('Usage: npm run bench -- keyring FOLDER [PEOPLE] [CERTIFICATES-EACH]');

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));
const adminKey = join(folder, 'admin.key');
const repository = join(folder, 'repository');

const git = (...args: readonly string[]) =>
  measure('git', ['-C', repository, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args], {
    keep: true,
  });
const signet = (...args: readonly string[]) =>
  measure(process.execPath, [program, ...args, '-C', repository], { keep: true });

const makeOne = (name: string) =>
  generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name, email: `${name}@example.org` }],
    subkeys: [{ sign: true }, {}],
    format: 'armored',
  });

async function must(run: ReturnType<typeof measure>): Promise<string> {
  const { status, output } = await run;
  if (status !== 0) throw new Error(`A command ended with status ${status ?? 'none'}: ${output}`);
  return output.trim();
}

async function makeRepository(): Promise<void> {
  await mkdir(repository, { recursive: true });
  const admin = await makeOne('admin');
  await writeFile(adminKey, admin.privateKey);
  await writeFile(join(folder ?? '', 'admin.asc'), admin.publicKey);
  const entries = ['version = 0', 'commit_goodlist = []'];
  for (let number = 0; number < Number(people); number++) {
    const keys: string[] = [];
    for (let one = 0; one < Number(each); one++) keys.push((await makeOne(`person-${number}`)).publicKey);
    entries.push(`[authorization.person-${number}]`, `keyring = """\n${keys.join('\n')}"""`);
  }
  await writeFile(join(folder ?? '', 'openpgp-policy.toml'), entries.join('\n'));
  await must(git('init', '--quiet', '--initial-branch=main'));
  await mkdir(join(repository, 'packages', 'foo', 'foo.1'), { recursive: true });
  await writeFile(join(repository, 'packages', 'foo', 'foo.1', 'opam'), 'opam-version: "2.0"\n');
  await writeFile(join(repository, 'repo'), 'opam-version: "2.0"\n');
  await must(
    signet(
      'keyring',
      'init',
      '--repository',
      'https://example.org/bench',
      '--threshold',
      '1',
      '--admin',
      `admin=${join(folder ?? '', 'admin.asc')}`,
      '--yes',
    ),
  );
  await must(signet('keyring', 'import', join(folder ?? '', 'openpgp-policy.toml'), '--yes'));
  await must(signet('keyring', 'sign', '--key-file', adminKey, '--yes'));
  await must(git('add', '--all'));
  await must(git('commit', '--quiet', '--message', 'Begin'));
  await must(git('switch', '--quiet', '--create', 'change'));
  await writeFile(
    join(repository, 'packages', 'foo', 'foo.1', 'opam'),
    'opam-version: "2.0"\nsynopsis: "x"\n',
  );
  await must(git('commit', '--quiet', '--all', '--message', 'Change'));
  await must(git('switch', '--quiet', 'main'));
  await writeFile(join(folder ?? '', 'done'), '');
}

if (!existsSync(join(folder, 'done'))) {
  await rm(repository, { recursive: true, force: true });
  await makeRepository();
}

const overview: unknown = JSON.parse(await must(signet('keyring', 'show', 'admin', '--json')));
const [, fingerprint = ''] =
  /"fingerprint": "([0-9A-F]{40})"/.exec(JSON.stringify(overview, undefined, 1)) ?? [];
const anchor = ['--quorum', '1', '--fingerprint', fingerprint];
const env = { XDG_CACHE_HOME: join(folder, 'cache') };
await rm(env.XDG_CACHE_HOME, { recursive: true, force: true });
for (const [title, ...args] of [
  ['verify-pr', 'verify-pr', 'main..change', ...anchor, '--offline', '--json'],
  ['keyring show ID', 'keyring', 'show', 'person-7'],
  ['keyring show', 'keyring', 'show'],
  ['keyring check', 'keyring', 'check'],
] as const) {
  for (const [how, ...flags] of [['without memory', '--no-cache'], ['first run'], ['second run']] as const) {
    const run = await measure(process.execPath, [program, ...args, ...flags, '-C', repository], { env });
    const { processorSeconds, seconds, peakMegabytes } = run;
    say(
      `${title}, ${how}: ${processorSeconds.toFixed(2)} s of processor time, ${seconds.toFixed(2)} s, peak ${peakMegabytes.toFixed(0)} MB`,
    );
  }
}

const timed = async <Value>(title: string, run: () => Value): Promise<Awaited<Value>> => {
  const begin = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(begin);
  say(`${title}: ${((user + system) / 1e6).toFixed(2)} s of processor time`);
  return value;
};
await timed('loading everything', async () => {
  const files = await timed('  reading the folder', () =>
    openKeyringFolder(join(repository, 'keyring')).read(),
  );
  const opened = files && (await timed('  opening it', () => openKeyring(files)));
  if (opened?.ok !== true) throw new Error(`${folder} has no keyring that can be opened.`);
  await timed('  verifying every certificate', () => {
    const { certificateFiles, certificates } = opened.state;
    for (const one of certificateFiles.keys()) certificates.find(one);
  });
});
