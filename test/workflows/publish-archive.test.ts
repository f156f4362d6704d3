import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { GitHub } from '../../src/adapters/github-client.ts';
import { githubReleases } from '../../src/adapters/github-releases.ts';
import { parseJournal } from '../../src/adapters/journal-entries.ts';
import { CertificateSet } from '../../src/core/openpgp/certificate-set.ts';
import { readCertificates } from '../../src/core/openpgp/certificate.ts';
import { judgeSignature } from '../../src/core/openpgp/signature.ts';
import { recordIn } from '../../src/core/publish/journal-entry.ts';
import { publish } from '../../src/workflows/publish.ts';
import type { PublishOptions, PublishPorts } from '../../src/workflows/publish-request.ts';
import { abortRun, continueRun, type OpenedRun, openRun } from '../../src/workflows/resume-publish.ts';
import type { ForgeRelease } from '../support/forge-server/forge-state.ts';
import { ForgeServer } from '../support/forge-server/forge-server.ts';
import { ScriptedPrompter } from '../support/prompter.ts';
import { now, PublishWorld, type WorldPlan } from '../support/publish-world.ts';

let world: PublishWorld;
let server: ForgeServer;
afterEach(async () => {
  await world.close();
  await server.close();
});

/** Alice's source at a forge; its tag is there unless none was made. */
async function atForge(plan: WorldPlan = {}): Promise<PublishPorts> {
  world = await PublishWorld.create(plan);
  server = await ForgeServer.start(() => now);
  const secret = server.addUser('alice');
  await server.addRepository('alice', 'foo', world.origin);
  await world.source.git('remote', 'set-url', 'origin', `${server.url}/alice/foo.git`);
  const github = new GitHub({ api: server.api, token: { secret, origin: 'a test' }, second: 0 });
  return world.ports({ openReleaseHost: (forge) => githubReleases(github, forge) });
}

const byForge = (changes: Partial<PublishOptions> = {}): Partial<PublishOptions> => ({
  archiveUrl: undefined,
  archiveFile: undefined,
  sourceForge: 'github',
  ...changes,
});

const releases = (): readonly ForgeRelease[] => server.state.repository('alice', 'foo', 'alice').releases;

describe('the tarball of the forge', () => {
  test('is taken where nothing else is said, compared with the tag, and warned of', async () => {
    const ports = await atForge();
    const planning = await world.plan(byForge(), ports);
    expect(planning.problems.map(({ code }) => code)).toContain('archive.generated');
    expect(planning.problems.map(({ code }) => code)).toContain('source.elsewhere');
    const prepared = await world.prepared(byForge(), ports);
    const { plan, account, head } = await publish(prepared, world.journal(), ports);
    expect(account.failed).toBeUndefined();
    expect(plan.archive.url).toBe(`${server.url}/alice/foo/archive/refs/tags/v1.0.tar.gz`);
    expect(plan.source?.url).toBe(`${server.url}/alice/foo`);
    const downloads = server.requests.filter(({ path }) => path.includes('/archive/'));
    expect(downloads).toHaveLength(3);
    const opam = await world.target.git('show', `${head}:packages/foo/foo.1.0/opam`);
    expect(opam).toContain(`src: "${plan.archive.url}"`);
  });

  test('that changes between two downloads keeps everything on this machine', async () => {
    const ports = await atForge();
    const prepared = await world.prepared(byForge(), ports);
    await server.state.repository('alice', 'foo', 'alice').git.git('config', 'tar.umask', '0077');
    await expect(publish(prepared, world.journal(), ports)).rejects.toMatchObject({
      code: 'publish.refused',
      message: expect.stringMatching(/other bytes the second time .* Nothing was pushed\./s) as string,
    });
    expect(await world.target.git('for-each-ref', 'refs/heads/publish-*', 'refs/tags')).toBe('');
  });

  test('is not to be had before the tag is there, which the problem says with what to do', async () => {
    const ports = await atForge({ tag: null });
    const problems = await world.problems(byForge({ tag: 'v1.0', tarball: true }), ports);
    expect(problems[0]).toMatchObject({
      code: 'archive.tag-not-there',
      mend: expect.stringContaining('--asset') as string,
    });
  });

  test('is one of the choices of somebody at a terminal, beside an asset', async () => {
    const ports = await atForge();
    const flag = '--asset, --tarball or --archive-url';
    const prompter = new ScriptedPrompter({ [flag]: '--tarball' });
    await world.prepared(byForge(), { ...ports, prompter });
    expect(prompter.choices.get(flag)).toEqual(['--asset', '--tarball', '--archive-url']);
  });

  test('needs a forge that somebody knows', async () => {
    const ports = await atForge();
    const [problem] = await world.problems(byForge({ tarball: true, sourceForge: undefined }), ports);
    expect(problem).toMatchObject({
      code: 'archive.unknown-forge',
      mend: expect.stringContaining('--source-forge KIND') as string,
    });
  });
});

describe('a release asset', () => {
  test('is made here, uploaded with its signature to a draft, and public at the end', async () => {
    const ports = await atForge();
    const prepared = await world.prepared(byForge({ asset: true }), ports);
    const { account, plan } = await publish(prepared, world.journal(), ports);
    expect(account.failed).toBeUndefined();
    expect(account.done.map(({ act }) => act.id)).toEqual([
      'make-release',
      'upload-asset',
      'upload-asset',
      'push-submission',
      'publish-release',
    ]);
    const [release] = releases();
    expect(release).toMatchObject({ tag: 'v1.0', draft: false, name: 'foo 1.0', body: '- First release' });
    const [archive, signature] = release?.assets ?? [];
    expect([archive?.name, signature?.name]).toEqual(['foo-1.0.tar.gz', 'foo-1.0.tar.gz.asc']);
    expect(plan.archive.url).toBe(`${server.url}/alice/foo/releases/download/v1.0/foo-1.0.tar.gz`);
    const downloaded = await ports.archiveSource.digest(plan.archive.url);
    expect(downloaded.sha512).toBe(plan.archive.sha512);
    const { certificates } = readCertificates(world.alice.certificate);
    const signed = {
      payload: archive?.content ?? Buffer.alloc(0),
      signature: signature?.content ?? Buffer.alloc(0),
    };
    const times = { now, position: now, object: now };
    expect(judgeSignature(signed, new CertificateSet(certificates), times).verdict).toBe('good');
  });

  test('needs somebody who is logged in, and says so before anything is signed', async () => {
    const ports = await atForge();
    const github = new GitHub({ api: server.api, token: undefined, second: 0 });
    const openReleaseHost: PublishPorts['openReleaseHost'] = (forge) => githubReleases(github, forge);
    const attempt = world.plan(byForge({ asset: true }), { ...ports, openReleaseHost });
    await expect(attempt).rejects.toMatchObject({ code: 'token.missing' });
    const dry = await world.plan(byForge({ asset: true, dryRun: true }), { ...ports, openReleaseHost });
    expect(dry.kind).toBe('planned');
  });
});

/** What writes to the forge, by the requests that do it. */
const writes = [
  ['make-release', 'POST', /\/releases$/],
  ['upload-asset', 'POST', /\/assets$/],
  ['publish-release', 'PATCH', /\/releases\/\d+$/],
] as const;

const stops = writes.flatMap(([act, method, path]) =>
  (['cut', 'cut-after'] as const).map((how) => ({ act, how, method, path })),
);

describe.each(stops)('a connection that is $how at $act', ({ method, path, how }) => {
  async function stopped(): Promise<PublishPorts> {
    const ports = await atForge();
    const prepared = await world.prepared(byForge({ asset: true }), ports);
    let down = false;
    server.disturb = (request) => {
      if (!down && (request.method !== method || !path.test(request.path))) return undefined;
      const first = !down;
      down = true;
      return first ? how : 'cut';
    };
    const { account } = await publish(prepared, world.journal(), ports);
    expect(account.failed).toBeDefined();
    server.disturb = () => undefined;
    return ports;
  }

  async function reopened(ports: PublishPorts): Promise<OpenedRun> {
    const entries = parseJournal(await readFile(world.journal().path, 'utf8')) ?? [];
    const record = recordIn(entries);
    if (record === undefined) throw new Error('nothing planned');
    const journal = world.journal();
    return openRun({ record, entries, journal, kept: await journal.kept() }, ports);
  }

  test('is gone on from without doing anything twice', async () => {
    const ports = await stopped();
    const opened = await reopened(ports);
    expect(await continueRun(opened, ports)).toMatchObject({ failed: undefined, notBegun: [] });
    expect(releases().map(({ draft, assets }) => [draft, assets.length])).toEqual([[false, 2]]);
    await opened.repository.close();
  });

  test('is taken back without a trace', async () => {
    const ports = await stopped();
    const opened = await reopened(ports);
    expect((await abortRun(opened, ports)).failed).toEqual([]);
    expect(releases()).toEqual([]);
    expect(await world.target.git('for-each-ref', 'refs/heads/publish-*', 'refs/tags')).toBe('');
    await opened.repository.close();
  });
});
