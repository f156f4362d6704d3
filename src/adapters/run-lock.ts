import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';

/** A process on some machine. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

/** The process that takes a lock, and how it tells whether another one on its machine still runs. */
export interface LockingProcess extends LockHolder {
  isRunning(pid: number): boolean;
}

/**
 * The right to act on a folder, for one process at a time. Its file names the process; where that runs no more, the
 * lock is nobody's. A file is never taken over: whoever finds the newest one dead makes the next number, which only
 * one can do. (A library that goes by a file's age would take a process that waits for a passphrase for dead.)
 */
export class RunLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** A `publish.in-use` Fault where another process has it. */
  static async take(folder: string, self: LockingProcess): Promise<RunLock> {
    const { number, holder } = await newestLock(folder);
    if (holder !== undefined && (await isAlive(holder, self))) throw inUse(folder, number, holder);
    const path = lockPath(folder, number + 1);
    const { pid, host } = self;
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(JSON.stringify({ pid, host, started: await startOf(pid) }));
      await file.close();
    } catch (error) {
      const { holder: other = {} } = await newestLock(folder);
      throw inUse(folder, number + 1, other, error);
    }
    return new RunLock(path);
  }

  /** Gives it back. Nothing happens where its folder is gone. */
  release(): Promise<void> {
    return rm(this.#path, { force: true });
  }
}

/** Removes all locks, those of dead processes too, where nothing is left to be done. */
export async function forgetLocks(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  await Promise.all(names.filter(isLock).map((name) => rm(join(folder, name), { force: true })));
}

/** The process that acts on a folder now; undefined: none. */
export async function holderOf(folder: string, self: LockingProcess): Promise<LockHolder | undefined> {
  const { holder } = await newestLock(folder);
  if (holder?.pid === undefined || holder.host === undefined) return undefined;
  return (await isAlive(holder, self)) ? { pid: holder.pid, host: holder.host } : undefined;
}

/** As its file has it, which may be being written. */
interface WrittenHolder extends Partial<LockHolder> {
  readonly started?: string | undefined;
}

const isLock = (name: string): boolean => /^lock-\d{1,9}$/.test(name);

const lockPath = (folder: string, number: number): string => join(folder, `lock-${number}`);

/** The lock of the highest number; number 0 and no holder where there is none. */
async function newestLock(
  folder: string,
): Promise<{ readonly number: number; readonly holder: WrittenHolder | undefined }> {
  const names = await readdir(folder).catch(() => []);
  const numbers = names.filter(isLock).map((name) => Number(name.slice('lock-'.length)));
  const number = Math.max(0, ...numbers);
  if (number === 0) return { number, holder: undefined };
  const text = await readFile(lockPath(folder, number), 'utf8').catch(() => undefined);
  return { number, holder: text === undefined ? undefined : parseHolder(text) };
}

function parseHolder(text: string): WrittenHolder {
  try {
    const { pid, host, started } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(typeof pid === 'number' && { pid }),
      ...(typeof host === 'string' && { host }),
      ...(typeof started === 'string' && { started }),
    };
  } catch {
    return {};
  }
}

/** In doubt it runs: a process of another machine, or one whose file is being written. */
async function isAlive({ pid, host, started }: WrittenHolder, self: LockingProcess): Promise<boolean> {
  if (pid === undefined || host !== self.host) return true;
  if (!self.isRunning(pid)) return false;
  // The number of a dead process is given to another one some day.
  return started === undefined || started === (await startOf(pid));
}

/** When a process began, in ticks since the machine did (proc(5)); undefined where nobody tells. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
}

function inUse(folder: string, number: number, { pid, host }: WrittenHolder, cause?: unknown): Fault {
  const who = pid === undefined ? 'Another process' : `Process ${pid} on ${host ?? 'some machine'}`;
  return new Fault(
    'publish.in-use',
    `${who} is at work on the run in ${folder}.`,
    `Let it end, or end it, and run the command again. If no such process runs there any more, remove ${lockPath(folder, number)}.`,
    cause,
  );
}
