import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type KeyServers, serveKeys } from './support/key-servers.ts';
import { day } from './support/keyring.ts';
import { alice, Desk, now } from './support/keyring-desk.ts';
import { temporaryFolder } from './support/scratch.ts';

const templates = resolve(import.meta.dirname, '../templates');
const workflow = parse(await readFile(join(templates, 'refresh-keyring.workflow.yml'), 'utf8')) as {
  readonly jobs: { readonly propose: { readonly steps: readonly { readonly run: string }[] } };
};
const propose = workflow.jobs.propose.steps[0]?.run ?? 'false';

/** When the job runs, by the clock of the program: a day after the keyring was made, and an hour after a key. */
const night = now + day;
const clock = `--import=data:text/javascript,Date.now=()=>${night * 1000}`;

let desk: Desk;
let servers: KeyServers;
let runner: Readonly<Record<string, string>>;

/** Runs bash as a runner would, and gives what it wrote to the file of outputs too. */
async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const temp = await temporaryFolder();
  const env = { ...runner, RUNNER_TEMP: temp, GITHUB_OUTPUT: join(temp, 'output'), ...more };
  const variables = { ...env, GITHUB_STEP_SUMMARY: join(temp, 'summary') };
  const answer = await new Promise<{ status: number; output: string }>((done) => {
    execFile('bash', args, { env: variables }, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const outputs = await read(variables.GITHUB_OUTPUT);
  return {
    ...answer,
    summary: await read(variables.GITHUB_STEP_SUMMARY),
    bundle: /^bundle=(.*)$/m.exec(outputs)?.[1] ?? '',
  };
}

const git = async (...args: readonly string[]): Promise<string> =>
  (await desk.repository?.git(...args)) ?? '';
const refresh = () => run([join(templates, 'refresh/refresh.sh')]);

beforeAll(async () => {
  desk = await Desk.withVersion1();
  servers = await serveKeys();
  await git('branch', '-M', 'main');
  const tools = await temporaryFolder();
  // As gh says it where there is no pull request, and where one is opened.
  await writeFile(join(tools, 'gh'), '#!/bin/sh\n[ "$2" = view ] && exit 1\necho "$@" >>"$GH_LOG"\n');
  await chmod(join(tools, 'gh'), 0o755);
  runner = {
    PATH: `${tools}:${process.env['PATH'] ?? ''}`,
    HOME: tools,
    LC_ALL: 'C.UTF-8',
    GH_LOG: join(tools, 'log'),
    GH_TOKEN: 'secret',
    GITHUB_SERVER_URL: `file://${dirname(desk.folder)}`,
    GITHUB_REPOSITORY: basename(desk.folder),
    GITHUB_API_URL: 'https://api.github.com',
    BRANCH: 'main',
    BASE: 'main',
    SOURCES: 'server',
    NODE_OPTIONS: clock,
    OPAM_SIGNET_KEY_SERVER: servers.url,
  };
});
afterAll(() => servers.close());

describe('the nightly refresh', () => {
  test('hands nothing on where nothing has grown, and says what the admins have to look at', async () => {
    const answer = await refresh();
    expect(answer, answer.output).toMatchObject({ status: 0, bundle: '' });
    expect(answer.summary).toContain('keyring.thin-quorum');
  });

  test('proposes the certificate that grew, and opens a pull request for it', async () => {
    const newer = await alice.withSubkey({ created: night - 60 * 60 });
    const path = `/pks/lookup?op=get&options=mr&search=0x${alice.fingerprint}`;
    servers.files.set(path, newer.armoredCertificate);
    const { status, output, bundle } = await refresh();
    expect(bundle, `${output}${servers.requests.join('\n')}`).not.toBe('');
    expect(status).toBe(0);
    const proposed = await run(['-c', propose], { BUNDLE: bundle });
    expect(proposed, proposed.output).toMatchObject({ status: 0 });
    expect(await git('diff', '--name-only', 'main', 'keyring-refresh')).toBe(
      `keyring/${alice.fingerprint}.asc`,
    );
    expect(await readFile(runner['GH_LOG'] ?? '', 'utf8')).toMatch(/^pr create .*--head keyring-refresh/);
  });

  test('pushes nothing that is more than grown certificates', async () => {
    await git('switch', '--quiet', '--create', 'keyring-refresh-evil', 'main');
    await writeFile(join(desk.folder, 'keyring', 'more.asc'), 'x');
    await git('add', 'keyring/more.asc');
    await git('-c', 'user.name=M', '-c', 'user.email=m@m', 'commit', '--quiet', '-m', 'More');
    const before = await git('rev-parse', 'keyring-refresh');
    const file = join(await temporaryFolder(), 'evil.bundle');
    const elsewhere = join(await temporaryFolder(), 'evil.git');
    await git('clone', '--quiet', '--bare', '.', elsewhere);
    await git('-C', elsewhere, 'update-ref', 'refs/heads/keyring-refresh', 'refs/heads/keyring-refresh-evil');
    await git('-C', elsewhere, 'bundle', 'create', '--quiet', file, 'main..keyring-refresh');
    const answer = await run(['-c', propose], { BUNDLE: (await readFile(file)).toString('base64') });
    expect(answer.status, answer.output).toBe(1);
    expect(answer.output).toContain('changed more than certificates');
    expect(answer.output).not.toContain('secret');
    expect(await git('rev-parse', 'keyring-refresh')).toBe(before);
  });
});
