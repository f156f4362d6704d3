import { execFile } from 'node:child_process';
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
