import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a command as a whole process. */
export interface Run {
  readonly seconds: number;
  /** Processor time of the program and the programs that it ran, in seconds. */
  readonly processorSeconds: number;
  /** The largest resident set that was seen, in MB; 0 where the system does not tell. */
  readonly peakMegabytes: number;
  readonly output: string;
  readonly status: number | null;
}

/** Runs a program once. Its standard output is kept only if asked for; memory is sampled every 20 ms. */
export function measure(
  program: string,
  args: readonly string[],
  options: { readonly keep?: boolean; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const begin = process.hrtime.bigint();
  return new Promise((resolve, reject) => {
    // bash waits for the program's children as well, and tells their processor time on stderr.
    const child = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" 2>&3', 'bash', program, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', 2],
      env: { ...process.env, ...options.env },
    });
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error('unreachable: they are pipes');
    const chunks: Buffer[] = [];
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, residentMegabytes(childOf(child.pid)));
    }, 20);
    stdout.on('data', (chunk: Buffer) => {
      if (options.keep === true) chunks.push(chunk);
    });
    let times = '';
    stderr.on('data', (chunk: Buffer) => {
      times += chunk.toString('latin1');
    });
    stdin.on('error', () => undefined);
    stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(sampling);
      const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
      const processorSeconds = times
        .trim()
        .split(' ')
        .reduce((sum, one) => sum + Number(one), 0);
      resolve({
        seconds,
        processorSeconds,
        peakMegabytes: peak,
        output: Buffer.concat(chunks).toString('latin1'),
        status,
      });
    });
  });
}

function childOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ');
    return child === undefined || child === '' ? undefined : Number(child);
  } catch {
    return undefined;
  }
}

function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined) return 0;
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
    return (Number(pages) * 4096) / 1e6;
  } catch {
    return 0;
  }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
