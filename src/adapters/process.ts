import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../core/fault.ts';

/** Environment variables, handed in by whoever composed the program: nothing is inherited by itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface StartOptions {
  readonly env: Environment;
  readonly cwd?: string;
}

export interface RunOptions extends StartOptions {
  readonly input?: string | Uint8Array;
  /** Milliseconds; no end if left out. */
  readonly timeout?: number;
  /** Bytes of standard output; 64 MiB if left out. */
  readonly maximumOutput?: number;
  /** Ends the program when it fires; its reason says why, in a sentence. */
  readonly signal?: AbortSignal;
}

export interface ProcessAnswer {
  readonly status: number;
  readonly stdout: Uint8Array;
  /** Without control characters, and cut off after 64 KiB. */
  readonly stderr: string;
}

/** How a process ended: with an exit status, or by a signal or without ever starting, in words. */
export interface ProcessEnd {
  readonly status: number | undefined;
  readonly stderr: string;
  readonly reason: string;
}

/** A process that answers while it is being talked to. */
export interface RunningProcess {
  /** Sends to its standard input; lost if it has ended. */
  send(input: string | Uint8Array): void;
  /** Ends its standard input. */
  finish(): void;
  /** Its standard output; it is held back while nobody takes the next chunk. */
  readonly output: AsyncIterable<Buffer>;
  /** Settles when it has ended and its output is closed. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  kill(): void;
}

const maximumStderr = 64 * 1024;
const usualMaximumOutput = 64 * 1024 * 1024;

/**
 * Runs a program without a shell until it ends. Every exit status is an answer; a program that is not installed,
 * is killed, takes too long or says too much is a `process.failed` Fault.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ProcessAnswer> {
  const { env, cwd, input = '', timeout, signal, maximumOutput = usualMaximumOutput } = options;
  const running = start(await locate(program, options.env), args, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  running.send(input);
  running.finish();
  let excess: string | undefined;
  const stop = (reason: string): void => {
    excess ??= reason;
    running.kill();
  };
  const timer =
    timeout === undefined ? undefined : setTimeout(stop, timeout, `It took longer than ${timeout / 1000} s.`);
  const aborted = (): void => {
    stop(String(signal?.reason));
  };
  // An event that has passed is not told again.
  if (signal?.aborted === true) aborted();
  signal?.addEventListener('abort', aborted, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of running.output) {
      size += chunk.length;
      if (size > maximumOutput) stop(`It printed more than ${maximumOutput} bytes.`);
      else chunks.push(chunk);
    }
    await running.ended;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
  }
  const { status, stderr, reason } = await running.ended;
  if (excess === undefined && status !== undefined) return { status, stdout: Buffer.concat(chunks), stderr };
  throw new Fault(
    'process.failed',
    [`${program} failed. ${excess ?? reason}`, inOneLine(stderr)].join(' ').trimEnd(),
    `Run ${program} by hand to see what is wrong with it.`,
  );
}

/** Starts a program without a shell, by its whole path. */
export function start(path: string, args: readonly string[], options: StartOptions): RunningProcess {
  const child = spawn(path, args, { ...options, env: { ...options.env }, stdio: 'pipe', shell: false });
  // A program may end before it has read everything (EPIPE). How it ended says more than that.
  child.stdin.on('error', () => undefined);
  const errors: Buffer[] = [];
  let kept = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    if (kept < maximumStderr) errors.push(chunk.subarray(0, maximumStderr - kept));
    kept += chunk.length;
  });
  const ended = new Promise<ProcessEnd>((resolve) => {
    let failure: string | undefined;
    child.once('error', (error) => {
      failure = error.message;
    });
    child.once('close', (status, signal) => {
      const reason =
        failure ?? (signal === null ? `It ended with status ${status ?? ''}.` : `It was ended by ${signal}.`);
      resolve({
        status: failure === undefined ? (status ?? undefined) : undefined,
        stderr: printable(errors),
        reason,
      });
    });
  });
  return {
    send: (input) => void child.stdin.write(input),
    finish: () => void child.stdin.end(),
    output: untilDestroyed(child.stdout),
    ended,
    kill: () => {
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open for as long as it likes.
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** The chunks of a stream; being destroyed is one way to end. */
async function* untilDestroyed(stream: Readable): AsyncIterable<Buffer> {
  const chunks: AsyncIterable<Buffer> = stream;
  try {
    yield* chunks;
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}

/** The whole path of an installed program; undefined if no absolute folder of PATH has it. */
export async function which(program: string, env: Environment): Promise<string | undefined> {
  // A relative folder would find whatever lies in the repository being verified.
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const path = join(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function locate(program: string, env: Environment): Promise<string> {
  const path = isAbsolute(program) ? program : await which(program, env);
  if (path !== undefined) return path;
  throw new Fault(
    'process.failed',
    `${program} is not installed, or not on the PATH.`,
    `Install ${program}.`,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Text of a foreign program, without what could steer a terminal. */
function printable(chunks: readonly Buffer[]): string {
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n');
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD').trimEnd();
}

/** What a program wrote on many lines, for a message, which is one line. */
export const inOneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');
