import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyringInitCommand } from '../../src/cli/commands/keyring-propose.ts';
import { keyringSignCommand } from '../../src/cli/commands/keyring-sign.ts';
import type { CommonOptions, Context } from '../../src/cli/context.ts';
import type { Seconds } from '../../src/core/ports.ts';
import { commandContext } from './command-context.ts';
import { makeKey, type TestKey } from './keys.ts';
import { day } from './keyring.ts';
import { TestRepository } from './repository.ts';
import { scrubbedEnvironment } from './scratch.ts';

export const now: Seconds = Date.UTC(2026, 0, 5) / 1000;
export const place = { folder: 'keyring' };
export const init = { ...place, repository: 'https://example.org/packages', dryRun: false };

/** The keys of everybody who appears, made once for a test file. */
const key = (name: string): Promise<TestKey> =>
  makeKey({ name, email: `${name.toLowerCase()}@example.org`, created: now - day });
export const [alice, bob] = await Promise.all([key('Alice'), key('Bob')]);
export const carol = await key('Carol');

/** A folder with certificates and secret keys of the three, and what verbs have said there. */
export class Desk {
  readonly folder: string;
  /** Around the folder, where there is one. */
  repository: TestRepository | undefined;
  printed = '';
  told = '';

  constructor(folder: string) {
    this.folder = folder;
  }

  static async in(folder: string): Promise<Desk> {
    for (const [name, key] of Object.entries({ alice, bob, carol })) {
      await writeFile(join(folder, `${name}.asc`), key.armoredCertificate);
      await writeFile(join(folder, `${name}.key`), key.armoredSecretKey);
    }
    return new Desk(folder);
  }

  /** In a repository whose HEAD has version 1, with Alice and Bob as admins. */
  static async withVersion1(): Promise<Desk> {
    const repository = await TestRepository.create();
    const desk = await Desk.in(repository.folder);
    desk.repository = repository;
    await desk.init();
    await desk.sign('alice');
    await desk.sign('bob');
    await repository.git('add', 'keyring');
    await repository.git('-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'First keyring');
    return desk;
  }

  context(options: Partial<CommonOptions> = {}, at = now): Context {
    this.printed = '';
    this.told = '';
    return commandContext(
      {
        directory: this.folder,
        environment: scrubbedEnvironment(this.folder),
        now: at,
        symbols: true,
        print: (result) => {
          this.printed += result;
        },
        tell: (text) => {
          this.told += text;
        },
      },
      options,
    );
  }

  init(threshold = '2', options: Partial<CommonOptions> = {}) {
    const admin = ['alice=alice.asc', 'bob=bob.asc'];
    return keyringInitCommand(this.context(options), { ...init, threshold, admin });
  }

  sign(name: string, at = now) {
    return keyringSignCommand(this.context({}, at), { ...place, keyFile: `${name}.key` });
  }

  toml(): Promise<string> {
    return readFile(join(this.folder, 'keyring', 'keyring.toml'), 'utf8');
  }
}
