import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Seconds } from '../../src/core/ports.ts';

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs a program with nothing of the user's environment but the search path. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly input?: Uint8Array; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): ProgramResult {
  const result = spawnSync(program, args, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...options.env },
    maxBuffer: 1 << 28,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return {
    status: result.status,
    stdout: new Uint8Array(result.stdout),
    stderr: result.stderr.toString('latin1'),
  };
}

/** Whether the program can be started here; tests that need it are skipped where it can't. */
export function installed(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** What gpg said about a signature: the keywords of its status lines and the whole lines. */
export interface GpgVerdict {
  readonly status: number | null;
  /** Keyword after `[GNUPG:]`, such as GOODSIG, BADSIG, EXPKEYSIG. */
  readonly keywords: readonly string[];
  readonly lines: readonly string[];
  /** The key that made a valid signature: the first fingerprint of VALIDSIG. */
  readonly fingerprint: string | undefined;
}

/** A throw-away GnuPG home with the real gpg and its agent, in a path short enough for the agent's socket. */
export class GpgHome {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'g'));
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, 'gpg-agent.conf'), 'allow-loopback-pinentry\n');
  }

  get env(): NodeJS.ProcessEnv {
    return { GNUPGHOME: this.folder, HOME: this.folder };
  }

  /** Runs gpg without questions; `at` sets its clock, which then stands still. */
  run(
    args: readonly string[],
    options: { readonly input?: Uint8Array; readonly at?: Seconds } = {},
  ): ProgramResult {
    const clock = options.at === undefined ? [] : ['--faked-system-time', `${options.at}!`];
    const fixed = [
      '--batch',
      '--no-tty',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--trust-model',
      'always',
    ];
    return runProgram('gpg', [...fixed, ...clock, ...args], {
      env: this.env,
      ...(options.input === undefined ? {} : { input: options.input }),
    });
  }

  /**
   * Makes a key at a given time and returns its primary fingerprint. `algorithm` and `usage` as
   * `--quick-generate-key` takes them; `expires` in seconds from then (0: never).
   */
  generate(
    userId: string,
    at: Seconds,
    options: { algorithm?: string; usage?: string; expires?: Seconds; passphrase?: string } = {},
  ): string {
    const { algorithm = 'ed25519', usage = 'sign', expires = 0, passphrase = '' } = options;
    const lifetime = expires === 0 ? 'never' : `seconds=${expires - at}`;
    const args = ['--passphrase', passphrase, '--status-fd', '1', '--quick-generate-key', userId, algorithm];
    const { stdout, stderr } = this.run([...args, usage, lifetime], { at });
    const made = /KEY_CREATED . ([0-9A-F]+)/.exec(Buffer.from(stdout).toString('latin1'));
    if (made?.[1] === undefined) throw new Error(`gpg made no key: ${stderr}`);
    return made[1];
  }

  addSubkey(primary: string, at: Seconds, algorithm = 'ed25519', usage = 'sign', expires: Seconds = 0): void {
    const lifetime = expires === 0 ? 'never' : `seconds=${expires - at}`;
    this.#must(
      this.run(['--passphrase', '', '--quick-add-key', primary, algorithm, usage, lifetime], { at }),
    );
  }

  /** Imports certificates or secret keys. A partly refused import is not an error. */
  import(data: Uint8Array): ProgramResult {
    return this.run(['--import'], { input: data });
  }

  export(fingerprint: string): Uint8Array {
    return this.#must(this.run(['--export', fingerprint])).stdout;
  }

  exportSecret(fingerprint: string, passphrase = ''): string {
    const { stdout } = this.#must(
      this.run(['--armor', '--passphrase', passphrase, '--export-secret-keys', fingerprint]),
    );
    return Buffer.from(stdout).toString('latin1');
  }

  /** A detached armored signature, as git asks for one. */
  sign(fingerprint: string, payload: Uint8Array, at: Seconds, options: readonly string[] = []): string {
    const args = ['--passphrase', '', ...options, '-bsau', fingerprint];
    return Buffer.from(this.#must(this.run(args, { input: payload, at })).stdout).toString('latin1');
  }

  verify(signature: Uint8Array | string, payload: Uint8Array, at?: Seconds): GpgVerdict {
    const file = join(this.folder, 'signature');
    writeFileSync(file, signature);
    const clock = at === undefined ? {} : { at };
    const { status, stdout } = this.run(['--status-fd', '1', '--verify', file, '-'], {
      input: payload,
      ...clock,
    });
    const lines = Buffer.from(stdout)
      .toString('latin1')
      .split('\n')
      .filter((line) => line.startsWith('[GNUPG:] '));
    return {
      status,
      keywords: lines.map((line) => line.split(' ')[1] ?? ''),
      lines,
      fingerprint: lines
        .map((line) => /VALIDSIG ([0-9A-F]+)/.exec(line)?.[1])
        .find((found) => found !== undefined),
    };
  }

  /** Makes the agent forget every passphrase that it was given. */
  lock(): void {
    runProgram('gpgconf', ['--kill', 'gpg-agent'], { env: this.env });
  }

  /** Ends the agent and removes the folder. */
  close(): void {
    runProgram('gpgconf', ['--kill', 'all'], { env: this.env });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #must(result: ProgramResult): ProgramResult {
    if (result.status !== 0) throw new Error(`gpg failed: ${result.stderr}`);
    return result;
  }
}
