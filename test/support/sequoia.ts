import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Seconds } from '../../src/core/ports.ts';
import { runProgram, type ProgramResult } from './gpg-home.ts';

/** Sequoia's command line programs in a folder of their own, their clock set with faketime. */
export class Sequoia {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sq'));

  /** Makes a key with the usual subkeys; returns the name of its file. */
  generate(userId: string, at: Seconds, suite: 'cv25519' | 'rsa3k' | 'rsa4k'): string {
    const file = this.#path(`${suite}.key`);
    const creation = ['--creation-time', isoBasic(at), '--export', file];
    this.#must(runProgram('sq', ['--force', 'key', 'generate', '-u', userId, '-c', suite, ...creation]));
    return file;
  }

  certificate(keyFile: string): Uint8Array {
    return this.#must(runProgram('sq', ['key', 'extract-cert', '--binary', keyFile])).stdout;
  }

  /** A detached armored signature. */
  sign(keyFile: string, payload: Uint8Array, at: Seconds): string {
    const args = ['sign', '--detached', '--time', isoBasic(at), '--signer-key', keyFile];
    return Buffer.from(this.#must(runProgram('sq', args, { input: payload })).stdout).toString('latin1');
  }

  /** Whether sqv, the verifier of Debian's apt, takes the signature, as of `now`. */
  sqv(certificate: Uint8Array, signature: string, payload: Uint8Array, now: Seconds): boolean {
    const files = [
      this.#write('cert', certificate),
      this.#write('sig', signature),
      this.#write('data', payload),
    ];
    const [cert = '', sig = '', data = ''] = files;
    return this.#at(now, ['sqv', '--keyring', cert, sig, data]).status === 0;
  }

  /** Whether `sq verify` does. */
  sq(certificate: Uint8Array, signature: string, payload: Uint8Array, now: Seconds): boolean {
    const files = [
      this.#write('cert', certificate),
      this.#write('sig', signature),
      this.#write('data', payload),
    ];
    const [cert = '', sig = '', data = ''] = files;
    return this.#at(now, ['sq', 'verify', '--signer-cert', cert, '--detached', sig, data]).status === 0;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(now: Seconds, command: readonly string[]): ProgramResult {
    const clock = new Date(now * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return runProgram('faketime', ['-f', clock, ...command]);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #write(name: string, data: Uint8Array | string): string {
    const file = this.#path(name);
    writeFileSync(file, data);
    return file;
  }

  #must(result: ProgramResult): ProgramResult {
    if (result.status !== 0) throw new Error(`sq failed: ${result.stderr}`);
    return result;
  }
}

const isoBasic = (time: Seconds): string =>
  `${new Date(time * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
