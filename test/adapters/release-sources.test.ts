import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveSource } from '../../src/adapters/archive-source.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { releaseSources, type ReleaseSourcesOptions } from '../../src/adapters/release-sources.ts';
import { type GitHttpServer, serveGit } from '../support/git-http-server.ts';
import { silent } from '../support/judging.ts';
import { TestRepository } from '../support/repository.ts';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';

const date = Date.UTC(2026, 0, 5) / 1000;

let server: GitHttpServer | undefined;
let silentServer: Server | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  silentServer?.closeAllConnections();
  silentServer?.close();
  server = silentServer = undefined;
});

async function sourcesWith(changes: Partial<ReleaseSourcesOptions> = {}) {
  const home = await temporaryFolder();
  const environment = scrubbedEnvironment(home);
  const open = (folder: string) => openStore(folder, { kind: 'git', environment });
  const archives = archiveSource(home, silent);
  return releaseSources({ environment, archives, openStore: open, local: true, ...changes });
}

/** A served repository with a tag v1 on a commit whose one file has these bytes. */
async function served(content: Uint8Array | string): Promise<{ url: string; repository: TestRepository }> {
  const repository = await TestRepository.create({ bare: true });
  const commit = await repository.commitFiles({ files: { a: content }, date });
  await repository.tag({ name: 'v1', object: commit, date });
  server = await serveGit(dirname(repository.folder));
  return { url: `${server.url}/${basename(repository.folder)}`, repository };
}

/** Other tests fetch sources into the machine's own folder for temporary files at the same time. */
beforeEach(async () => {
  vi.stubEnv('TMPDIR', await temporaryFolder());
});

/** Folders of fetched sources that lie about. */
const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('opam-signet-source-'));

describe('a source tag', () => {
  test('is fetched with its commit and files, and leaves nothing behind', async () => {
    const { url, repository } = await served('hello\n');
    const fetched = await (await sourcesWith()).fetchTag(url, 'v1');
    expect(fetched?.oid).toBe(await repository.git('rev-parse', 'refs/tags/v1'));
    const blob = await repository.git('rev-parse', 'v1:a');
    expect(await fetched?.store.read(blob as NonNullable<typeof fetched>['oid'])).toMatchObject({
      type: 'blob',
    });
    await fetched?.close();
    expect(await leftovers()).toEqual([]);
  });

  test('that the repository does not have is undefined', async () => {
    const { url } = await served('hello\n');
    expect(await (await sourcesWith()).fetchTag(url, 'v2')).toBeUndefined();
  });

  test('is not fetched by another protocol than https, unless that is allowed', async () => {
    const { url } = await served('hello\n');
    const careful = await sourcesWith({ local: false });
    for (const address of [url, 'file:///etc', 'ext::sh -c id', '/etc', 'ssh://host/x']) {
      await expect(careful.fetchTag(address, 'v1')).rejects.toMatchObject({ code: 'network.failed' });
    }
    await expect((await sourcesWith()).fetchTag('ext::sh -c id', 'v1')).rejects.toMatchObject({
      code: 'network.failed',
    });
  });

  test('is given up where it fills the disk, and what came is removed', async () => {
    const { url } = await served(randomBytes(8_000_000));
    const sources = await sourcesWith({ limits: { bytes: 1000, seconds: 60 } });
    await expect(sources.fetchTag(url, 'v1')).rejects.toThrow('It brought more than 1000 bytes.');
    expect(await leftovers()).toEqual([]);
  });

  test('asks for no password, whatever its server wants', async () => {
    const asked = join(await temporaryFolder(), 'asked');
    const program = join(dirname(asked), 'ask');
    await writeFile(program, `#!/bin/sh\ntouch '${asked}'\necho secret\n`, { mode: 0o700 });
    silentServer = createServer((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="opam.ocaml.org"' }).end();
    });
    await new Promise<void>((resolve) => silentServer?.listen(0, '127.0.0.1', resolve));
    const { port } = silentServer.address() as AddressInfo;
    const environment = {
      ...scrubbedEnvironment(await temporaryFolder()),
      ...{ GIT_ASKPASS: program, SSH_ASKPASS: program },
    };
    const sources = await sourcesWith({ environment });
    await expect(sources.fetchTag(`http://127.0.0.1:${port}/foo.git`, 'v1')).rejects.toMatchObject({
      code: 'network.failed',
    });
    await expect(readdir(dirname(asked))).resolves.toEqual(['ask']);
  });

  test('is given up where the server never answers', async () => {
    silentServer = createServer(() => undefined);
    await new Promise<void>((resolve) => silentServer?.listen(0, '127.0.0.1', resolve));
    const { port } = silentServer.address() as AddressInfo;
    const sources = await sourcesWith({ limits: { bytes: 1e9, seconds: 0 } });
    await expect(sources.fetchTag(`http://127.0.0.1:${port}/x`, 'v1')).rejects.toThrow('longer than 0 s');
  });
});

describe('an archive', () => {
  test('is not fetched by another protocol than https, unless that is allowed', async () => {
    const careful = await sourcesWith({ local: false });
    for (const address of ['http://127.0.0.1:1/a.tgz', 'file:///etc/passwd', '/etc/passwd']) {
      await expect(careful.fetchArchive(address)).rejects.toThrow('a submission may only name https');
    }
  });
});
