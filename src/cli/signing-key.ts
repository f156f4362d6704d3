import { readFile, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openGpgSigner } from '../adapters/gpg-signer.ts';
import { openSecretKey } from '../adapters/openpgp-signer.ts';
import { Fault } from '../core/fault.ts';
import type { Signer } from '../core/ports.ts';
import { askAtTerminal } from './asking.ts';
import type { Context } from './context.ts';

/** The flags that say which key signs. */
export interface SigningKeyOptions {
  readonly key?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Opens the key that the flags name; otherwise the one that the user's git signs with. */
export function openSigningKey(context: Context, { key, keyFile }: SigningKeyOptions): Promise<Signer> {
  const folder = resolve(context.options.directory);
  return keyFile === undefined ? openUserKey(context, key) : openKeyFile(context, resolve(folder, keyFile));
}

async function openUserKey(context: Context, key: string | undefined): Promise<Signer> {
  const environment = environmentOfPrograms(context);
  const { readAuthorsSigning } = await import('./authors-repository.ts');
  const { signing, author } = await readAuthorsSigning(context);
  return openGpgSigner({
    // Whoever names a key by its fingerprint means an OpenPGP key, whatever git usually signs with.
    format: key === undefined ? signing.format : 'openpgp',
    key: key ?? signing.key,
    program: signing.program,
    committer: author === undefined ? '' : `${author.name} <${author.email}>`,
    env: environment,
    terminal: await terminalName(),
  });
}

type Environment = Context['environment'];

/** What git, gpg and opam get to see: no secret of ours, and no question where nobody answers. */
export function environmentOfPrograms({ environment, interactive }: Context): Environment {
  const others = Object.entries(environment).filter(([name]) => name !== 'OPAM_SIGNET_PASSPHRASE');
  return { ...Object.fromEntries(others), ...(interactive ? {} : { GIT_TERMINAL_PROMPT: '0' }) };
}

/** The name of the terminal, for pinentry; undefined where there is none or the system does not tell. */
async function terminalName(): Promise<string | undefined> {
  return process.stdin.isTTY ? readlink('/proc/self/fd/0').catch(() => undefined) : undefined;
}

async function openKeyFile({ environment, now, interactive }: Context, path: string): Promise<Signer> {
  const armored = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault(
      'file.not-found',
      `The key file ${path} cannot be read.`,
      'Check the path of --key-file.',
      error,
    );
  });
  const open = (passphrase: string | undefined) => openSecretKey({ armored, passphrase, source: path, now });
  const passphrase = environment['OPAM_SIGNET_PASSPHRASE'];
  try {
    return await open(passphrase);
  } catch (error) {
    const askable = error instanceof Fault && error.code === 'signer.locked' && passphrase === undefined;
    if (!askable || !interactive) throw error;
    return open(
      await askAtTerminal().secret({ flag: 'OPAM_SIGNET_PASSPHRASE', message: `Passphrase of ${path}` }),
    );
  }
}
