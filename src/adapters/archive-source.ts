import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { sha512Hex } from '../core/digest.ts';
import { Fault } from '../core/fault.ts';
import type { OutwardAct, Undone } from '../core/outward-act.ts';
import { maximumArchiveBytes, type ArchiveSource, type Progress } from '../core/ports.ts';
import { withoutPasswords } from './user-git.ts';

/** Reads archives from disk and from the web. Paths are relative to the folder. */
export function archiveSource(
  folder: string,
  progress: Progress,
  maximumBytes = maximumArchiveBytes,
): ArchiveSource {
  return {
    read: (location) => read(location, { folder, progress, maximumBytes }),
    digest: async (location) => {
      if (!isOnWeb(location)) {
        const bytes = await read(location, { folder, progress, maximumBytes });
        return { sha512: sha512Hex(bytes), bytes: bytes.length };
      }
      const hash = createHash('sha512');
      const bytes = await download(location, progress, maximumBytes, (chunk) => hash.update(chunk));
      return { sha512: hash.digest('hex'), bytes };
    },
    taken: async (path, bytes) => {
      const there = await standingAt(resolve(folder, path));
      return there !== undefined && !there.equals(bytes);
    },
    write: (path, bytes) => writeArchive(resolve(folder, path), bytes),
  };
}

interface Reading {
  readonly folder: string;
  readonly progress: Progress;
  readonly maximumBytes: number;
}

async function read(location: string, { folder, progress, maximumBytes }: Reading): Promise<Uint8Array> {
  if (!isOnWeb(location)) return readBounded(pathOf(location, folder), maximumBytes);
  const chunks: Uint8Array[] = [];
  await download(location, progress, maximumBytes, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

const isOnWeb = (location: string): boolean => /^https?:/i.test(location);

function pathOf(location: string, folder: string): string {
  if (!/^file:/i.test(location)) return resolve(folder, location);
  try {
    return fileURLToPath(location);
  } catch (error) {
    throw new Fault('usage.argument', `${location} names no file on this machine.`, 'Give its path.', error);
  }
}

async function readBounded(path: string, maximumBytes: number): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw new Fault(
      'file.not-found',
      `The archive ${path} cannot be opened.`,
      'Check the path of --archive.',
      error,
    );
  });
  try {
    const { size } = await file.stat();
    if (size > maximumBytes) throw tooLarge(path, maximumBytes);
    return await file.readFile();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('file.failed', `The archive ${path} cannot be read.`, 'Check who may read it.', error);
  } finally {
    await file.close();
  }
}

/** No answer for this long, in milliseconds, and a download is given up. */
const patience = 60_000;

/** Hands on each chunk as it comes. Returns how many bytes there were. */
async function download(
  url: string,
  progress: Progress,
  maximumBytes: number,
  take: (chunk: Uint8Array) => void,
): Promise<number> {
  const shown = withoutPasswords(url);
  let received = 0;
  const abort = new AbortController();
  const giveUp = (): void => {
    abort.abort();
  };
  let timer = setTimeout(giveUp, patience);
  try {
    const response = await fetch(url, { signal: abort.signal, headers: { 'accept-encoding': 'identity' } });
    if (/^https:/i.test(url) && !/^https:/i.test(response.url)) {
      throw notDownloaded(
        shown,
        `The server sends to ${withoutPasswords(response.url)}, which is no https address.`,
      );
    }
    if (!response.ok || response.body === null) {
      throw notDownloaded(shown, `The server answers ${response.status} ${response.statusText}.`);
    }
    const length = Number(response.headers.get('content-length'));
    progress.stage(
      `Downloading ${shown}`,
      Number.isSafeInteger(length) && length > 0 ? length : undefined,
      'bytes',
    );
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, patience);
      received += chunk.length;
      if (received > maximumBytes) throw tooLarge(shown, maximumBytes);
      take(chunk);
      progress.advance(chunk.length);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const why = abort.signal.aborted ? `Nothing came for ${patience / 1000} s.` : causeOf(error);
    throw notDownloaded(shown, why, error);
  } finally {
    clearTimeout(timer);
    abort.abort();
    progress.end();
  }
  return received;
}

/** What went wrong is in the cause; fetch itself only says that it failed. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

const notDownloaded = (url: string, why: string, cause?: unknown): Fault =>
  new Fault(
    'network.failed',
    `${url} was not downloaded. ${withoutPasswords(why)}`,
    'Check the address in a browser. Where you publish, a downloaded archive will do: --archive FILE.',
    cause,
  );

const tooLarge = (what: string, maximumBytes: number): Fault =>
  new Fault(
    'limit.archive',
    `${what} has more than ${maximumBytes} bytes.`,
    'Publish a smaller source archive, without generated or binary files.',
  );

function writeArchive(path: string, bytes: Uint8Array): OutwardAct {
  return {
    id: 'write-archive',
    title: `write the archive to ${path}`,
    details: { path, bytes: String(bytes.length) },
    async perform(begun = false) {
      const there = await standingAt(path);
      if (there?.equals(bytes) === true) return { outcome: `${path} stands already`, made: begun };
      // What an earlier run was writing when it ended is ours to write again; nothing else is overwritten.
      const ours = begun && there?.equals(bytes.subarray(0, there.length)) === true;
      await writeFile(path, bytes, { flag: ours ? 'w' : 'wx' }).catch((error: unknown) => {
        throw new Fault(
          'file.failed',
          `The archive ${path} cannot be written.`,
          'Choose another place: --archive-file.',
          error,
        );
      });
      return { outcome: path, made: true };
    },
    undo: () => removeArchive(path, bytes),
  };
}

const standingAt = (path: string): Promise<Buffer | undefined> => readFile(path).catch(() => undefined);

async function removeArchive(path: string, bytes: Uint8Array): Promise<Undone> {
  const there = await standingAt(path);
  if (there === undefined) return { undone: false, outcome: `${path} is gone already` };
  if (!there.equals(bytes)) return { undone: false, outcome: `${path} is another archive now and stays` };
  await rm(path);
  return { undone: true, outcome: `removed ${path}` };
}
