import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));

export interface SignetAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user without a terminal would, with nothing of the user's settings in reach. */
export async function runSignet(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<SignetAnswer> {
  const home = options.cwd ?? (await temporaryFolder());
  const env = { ...scrubbedEnvironment(home), ...options.env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: home, env, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** Runs it with a standard output whose reader has gone (`| true`). */
export async function runUnread(args: readonly string[]): Promise<Omit<SignetAnswer, 'stdout'>> {
  const child = spawn(process.execPath, [program, ...args], {
    env: scrubbedEnvironment(await temporaryFolder()),
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (status) => {
      resolve({ status: status ?? -1, stderr });
    });
  });
}

export interface EndedSignet extends SignetAnswer {
  /** What ended it; null: it ended by itself. */
  readonly signal: NodeJS.Signals | null;
}

interface RunningSignet {
  readonly ended: Promise<EndedSignet>;
  /** Ctrl-C: every program of it gets the signal, as a terminal gives it to all in its foreground. */
  interrupt(): void;
  /** Settles once it has said something like this to its user. */
  said(words: RegExp): Promise<void>;
}

/** As {@link runSignet}, in a process group of its own, while something happens to it. */
export function startSignet(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): RunningSignet {
  const child = spawn(process.execPath, [program, ...args], {
    ...{ cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<EndedSignet>((resolve) => {
    child.on('close', (code, signal) => {
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
      resolve({ status: code ?? -1, signal, stdout: text(stdout), stderr: text(stderr) });
    });
  });
  return {
    ended,
    interrupt: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    },
    said: (words) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (words.test(Buffer.concat(stderr).toString())) resolve();
        };
        child.stderr.on('data', look);
        look();
      }),
  };
}
