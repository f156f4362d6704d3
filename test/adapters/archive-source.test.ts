import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { archiveSource } from '../../src/adapters/archive-source.ts';
import type { Progress } from '../../src/core/ports.ts';
import { temporaryFolder } from '../support/scratch.ts';

let server: Server | undefined;
afterEach(() => server?.close());

class RecordingProgress implements Progress {
  readonly stages: (readonly [title: string, total: number | undefined])[] = [];
  advanced = 0;
  ended = 0;
  stage(title: string, total?: number): void {
    this.stages.push([title, total]);
  }
  advance(by = 1): void {
    this.advanced += by;
  }
  end(): void {
    this.ended += 1;
  }
}

async function serve(status: number, chunks: readonly string[], cut = false): Promise<string> {
  server = createServer((_, response) => {
    response.writeHead(status, cut ? { 'content-length': '1000' } : {});
    for (const chunk of chunks) response.write(chunk);
    if (cut) setImmediate(() => response.destroy());
    else response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tgz`;
}

describe('reading', () => {
  test('takes paths below the folder, absolute paths and file URLs', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a b.tgz');
    await writeFile(path, 'bytes');
    const source = archiveSource(folder, new RecordingProgress());
    for (const location of ['a b.tgz', path, pathToFileURL(path).href]) {
      expect(Buffer.from(await source.read(location)).toString()).toBe('bytes');
    }
  });

  test('names the file that is not there', async () => {
    const source = archiveSource('/nowhere', new RecordingProgress());
    await expect(source.read('a.tgz')).rejects.toMatchObject({
      code: 'file.not-found',
      message: expect.stringContaining('/nowhere/a.tgz') as string,
    });
  });

  test('downloads, and tells how far it is', async () => {
    const progress = new RecordingProgress();
    const url = await serve(200, ['abc', 'def']);
    expect(Buffer.from(await archiveSource('/', progress).read(url)).toString()).toBe('abcdef');
    expect(progress).toMatchObject({ stages: [[`Downloading ${url}`, undefined]], advanced: 6, ended: 1 });
  });

  test.each(['file', 'download'])('is bounded: a %s over the limit is refused', async (kind) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.tgz'), 'abcdef');
    const location = kind === 'file' ? 'a.tgz' : await serve(200, ['abc', 'def']);
    await expect(archiveSource(folder, new RecordingProgress(), 5).read(location)).rejects.toMatchObject({
      code: 'limit.archive',
    });
  });

  test.each([
    ['an error of the server', 404, false, 'The server answers 404'],
    ['a connection that is cut', 200, true, 'was not downloaded'],
  ])('%s is told with the address', async (_, status, cut, why) => {
    const url = await serve(status, ['abc'], cut);
    await expect(archiveSource('/', new RecordingProgress()).read(url)).rejects.toMatchObject({
      code: 'network.failed',
      message: expect.stringMatching(new RegExp(`${url}.*${why}|${why}`)) as string,
    });
  });

  test('shows no password of an address', async () => {
    const attempt = archiveSource('/', new RecordingProgress()).read('http://me:hunter2@127.0.0.1:1/a.tgz');
    await expect(attempt).rejects.not.toMatchObject({
      message: expect.stringContaining('hunter2') as string,
    });
  });
});

describe('writing', () => {
  const writing = (folder: string, text: string) =>
    archiveSource(folder, new RecordingProgress()).write('a.tgz', Buffer.from(text));

  test('happens only when the act is performed, and is taken back with it', async () => {
    const folder = await temporaryFolder();
    const act = writing(folder, 'new');
    await expect(readFile(join(folder, 'a.tgz'))).rejects.toThrow('ENOENT');
    expect(await act.perform()).toEqual({ outcome: join(folder, 'a.tgz'), made: true });
    expect(await readFile(join(folder, 'a.tgz'), 'utf8')).toBe('new');
    expect(await act.undo?.(undefined)).toMatchObject({ undone: true });
    await expect(readFile(join(folder, 'a.tgz'))).rejects.toThrow('ENOENT');
    expect(await act.undo?.(undefined)).toMatchObject({ undone: false });
  });

  test('never overwrites or removes another file, not even one that came meanwhile', async () => {
    const folder = await temporaryFolder();
    const source = archiveSource(folder, new RecordingProgress());
    const act = writing(folder, 'new');
    expect(await source.taken('a.tgz', Buffer.from('new'))).toBe(false);
    await writeFile(join(folder, 'a.tgz'), 'mine');
    expect(await source.taken('a.tgz', Buffer.from('new'))).toBe(true);
    await expect(act.perform()).rejects.toMatchObject({ code: 'file.failed' });
    await expect(act.perform(true)).rejects.toMatchObject({ code: 'file.failed' });
    expect(await act.undo?.(undefined)).toMatchObject({ undone: false });
    expect(await readFile(join(folder, 'a.tgz'), 'utf8')).toBe('mine');
  });

  test('of the bytes that stand there already is fine', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.tgz'), 'same');
    expect(await writing(folder, 'same').perform()).toMatchObject({ made: false });
    expect(await writing(folder, 'same').perform(true)).toMatchObject({ made: true });
  });

  test('goes on where an earlier run was interrupted in the middle of the file', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.tgz'), 'the first ha');
    expect(await writing(folder, 'the first half and the second').perform(true)).toMatchObject({
      made: true,
    });
    expect(await readFile(join(folder, 'a.tgz'), 'utf8')).toBe('the first half and the second');
  });
});
