import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findToken } from '../../src/adapters/github-token.ts';
import { GitHub } from '../../src/adapters/github-client.ts';
import { Fault } from '../../src/core/fault.ts';
import type { Disturbance } from '../support/forge-server/forge-server.ts';
import { ForgeWorld } from '../support/forge-world.ts';
import { clientOf } from '../support/github.ts';
import { temporaryFolder } from '../support/scratch.ts';

let world: ForgeWorld;
beforeAll(async () => {
  world = await ForgeWorld.create();
});
afterAll(() => world.server.close());
afterEach(() => {
  world.server.disturb = () => undefined;
});

const upstream = { owner: 'ocaml', repo: 'opam-repository' };
const reading = (client: GitHub) => client.ask('read the repository', (rest) => rest.repos.get(upstream));

/** The first requests of a test are disturbed, one by one; those after them are not. */
function disturb(...disturbances: readonly Disturbance[]): void {
  const left = [...disturbances];
  world.server.disturb = () => left.shift();
}

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw new Error(`no Fault but ${String(error)}`);
}

describe('a call', () => {
  test('that fails for a moment is made again if it only reads', async () => {
    disturb({ status: 502 }, 'cut', { status: 503 });
    expect(await reading(clientOf(world.server, world.tokens.alice))).toMatchObject({
      name: 'opam-repository',
    });
  });

  test('that writes is not made again, but looked after: its answer may be all that was lost', async () => {
    const alice = clientOf(world.server, world.tokens.alice);
    const before = world.server.requests.length;
    disturb('cut-after');
    const made = await alice.write(
      'fork',
      (rest) => rest.repos.createFork(upstream),
      () => alice.find('read', (rest) => rest.repos.get({ owner: 'alice', repo: 'opam-repository' })),
    );
    expect(made.full_name).toBe('alice/opam-repository');
    expect(world.server.requests.slice(before).map(({ method }) => method)).toEqual(['POST', 'GET']);
    disturb('cut');
    const lost = alice.write(
      'make a release',
      (rest) => rest.repos.createRelease({ ...upstream, tag_name: 'v1' }),
      () => Promise.resolve(undefined),
    );
    expect((await faultOf(lost)).code).toBe('network.failed');
  });

  test('waits as long as a rate limit asks for, if that is not long, and says so', async () => {
    const waits: string[] = [];
    const client = clientOf(world.server, world.tokens.alice, {
      second: 1,
      onWait: (one) => waits.push(one),
    });
    disturb({
      status: 403,
      message: 'You have exceeded a secondary rate limit',
      headers: { 'retry-after': '30' },
    });
    expect(await reading(client)).toMatchObject({ name: 'opam-repository' });
    expect(waits).toEqual([expect.stringMatching(/^GitHub asks to wait 30 s before GET .*repos/)]);
    disturb({ status: 429, message: 'secondary rate limit', headers: { 'retry-after': '3600' } });
    expect((await faultOf(reading(client))).code).toBe('forge.rate-limit');
  });

  test('ends when no answer comes', async () => {
    disturb({ delay: 200 }, { delay: 200 }, { delay: 200 }, { delay: 200 });
    const fault = await faultOf(reading(clientOf(world.server, undefined, { patience: 50 })));
    expect(fault).toMatchObject({
      code: 'network.failed',
      message: expect.stringContaining(world.server.api) as string,
    });
  });
});

describe('what fails', () => {
  const token = 'ghp_nobodyKnowsThis';
  const cases: readonly (readonly [string, Disturbance | undefined, string, RegExp, RegExp])[] = [
    [
      'a token that GitHub does not know',
      undefined,
      'token.refused',
      /read the repository: Bad credentials/,
      /came from GH_TOKEN/,
    ],
    [
      'a token without the scope',
      { status: 403, message: 'Resource not accessible' },
      'token.refused',
      /Resource not accessible/,
      /scope public_repo/,
    ],
    ['nothing there', { status: 404, message: 'Not Found' }, 'forge.refused', /Not Found/, /Check the names/],
    [
      'values that are wrong',
      { status: 422, message: 'Validation Failed' },
      'forge.refused',
      /Validation Failed/,
      /Mend what GitHub says/,
    ],
    [
      'a limit that lasts',
      {
        status: 403,
        message: 'API rate limit exceeded',
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' },
      },
      'forge.rate-limit',
      /too many requests/,
      /00:00 UTC/,
    ],
  ];
  test.each(cases)(
    '%s is a Fault that says what, and what mends it',
    async (_, disturbance, code, message, mend) => {
      if (disturbance !== undefined) disturb(disturbance);
      const fault = await faultOf(reading(clientOf(world.server, token)));
      expect(fault).toMatchObject({ code, message: expect.stringMatching(message) as string });
      expect(fault.mend).toMatch(mend);
      expect(JSON.stringify([fault.message, fault.mend, fault.stack, fault.cause])).not.toContain(token);
    },
  );

  test('a server that is not there names its address', async () => {
    const client = new GitHub({
      api: 'http://127.0.0.1:1',
      token: { secret: token, origin: 'GH_TOKEN' },
      second: 0,
    });
    const fault = await faultOf(reading(client));
    expect(fault).toMatchObject({
      code: 'network.failed',
      message: expect.stringContaining('http://127.0.0.1:1') as string,
    });
  });

  test('writing without a token asks for one before anything is sent', async () => {
    const before = world.server.requests.length;
    const client = clientOf(world.server);
    const fault = await faultOf(client.login());
    expect(fault).toMatchObject({
      code: 'token.missing',
      mend: expect.stringContaining('gh auth login') as string,
    });
    expect(world.server.requests).toHaveLength(before);
  });
});

describe('the token', () => {
  const host = 'github.com';

  test('is taken from GH_TOKEN before GITHUB_TOKEN, and must be one word', async () => {
    const find = (environment: Record<string, string>) => findToken({ environment, host, file: undefined });
    expect(await find({ GH_TOKEN: 'one\n', GITHUB_TOKEN: 'two' })).toEqual({
      secret: 'one',
      origin: 'GH_TOKEN',
    });
    expect(await find({ GH_TOKEN: ' ', GITHUB_TOKEN: 'two' })).toEqual({
      secret: 'two',
      origin: 'GITHUB_TOKEN',
    });
    const fault = await faultOf(find({ GH_TOKEN: 'se cret\nx' }));
    expect(fault.code).toBe('config.invalid');
    expect(`${fault.message}${fault.mend}`).not.toContain('cret');
  });

  test("is taken from GitHub's own command line for this host", async () => {
    const folder = await temporaryFolder();
    const script =
      '#!/bin/sh\n[ "$*" = "auth token --hostname github.com" ] && echo gho_fromTheCommandLine\n';
    await writeFile(join(folder, 'gh'), script, { mode: 0o755 });
    const environment = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };
    const found = await findToken({ environment, host, file: undefined });
    expect(found).toEqual({ secret: 'gho_fromTheCommandLine', origin: 'gh auth token' });
    expect(await findToken({ environment, host: 'github.example.org', file: undefined })).toBeUndefined();
  });

  test('is taken from a file that nobody else may read, and from no other', async () => {
    const home = await temporaryFolder();
    const folder = join(home, '.config', 'opam-signet');
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'github-token');
    await writeFile(path, 'ghp_fromAFile\n', { mode: 0o600 });
    const environment = { HOME: home, PATH: '' };
    expect(await findToken({ environment, host, file: undefined })).toEqual({
      secret: 'ghp_fromAFile',
      origin: path,
    });
    await chmod(path, 0o644);
    const fault = await faultOf(findToken({ environment, host, file: path }));
    expect(fault).toMatchObject({ code: 'config.invalid', mend: `chmod 600 ${path}` });
    expect((await faultOf(findToken({ environment, host, file: join(home, 'none') }))).code).toBe(
      'file.not-found',
    );
  });
});
