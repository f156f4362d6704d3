import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { run, which, type Environment } from './process.ts';
import { userFolder } from './user-folders.ts';

/** Handed on as a value: it stands in no argument, address, journal or message. */
export interface GitHubToken {
  readonly secret: string;
  /** For people: `GH_TOKEN`, `gh auth token`, or a path. */
  readonly origin: string;
}

export interface TokenPlaces {
  readonly environment: Environment;
  /** `github.com`, or that of an Enterprise Server. */
  readonly host: string;
  /** A file that the user named. */
  readonly file: string | undefined;
}

/**
 * Finds the user's token: in a named file, in GH_TOKEN or GITHUB_TOKEN, at GitHub's own command line, or in
 * `$XDG_CONFIG_HOME/opam-signet/github-token`. Undefined where there is none.
 */
export async function findToken({ environment, host, file }: TokenPlaces): Promise<GitHubToken | undefined> {
  if (file !== undefined) return fromFile(file);
  for (const name of ['GH_TOKEN', 'GITHUB_TOKEN']) {
    const value = environment[name];
    if (value !== undefined && value.trim() !== '') return checked(value, name);
  }
  return (await fromCommandLine(environment, host)) ?? (await fromFile(usualFile(environment), true));
}

const usualFile = (environment: Environment): string =>
  join(userFolder(environment, 'XDG_CONFIG_HOME'), 'opam-signet', 'github-token');

async function fromCommandLine(environment: Environment, host: string): Promise<GitHubToken | undefined> {
  if ((await which('gh', environment)) === undefined) return undefined;
  const args = ['auth', 'token', '--hostname', host];
  const answer = await run('gh', args, { env: environment, timeout: 10_000 }).catch(() => undefined);
  if (answer?.status !== 0) return undefined;
  const text = Buffer.from(answer.stdout).toString().trim();
  return text === '' ? undefined : checked(text, 'gh auth token');
}

/** A file that others may read is refused: what is in it is no secret. */
async function fromFile(path: string, mayBeAbsent = false): Promise<GitHubToken | undefined> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined) {
    if (mayBeAbsent) return undefined;
    throw new Fault('file.not-found', `There is no token file ${path}.`, 'Check the path of --token-file.');
  }
  if ((about.mode & 0o077) !== 0) {
    throw new Fault('config.invalid', `Others may read the token file ${path}.`, `chmod 600 ${path}`);
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('file.failed', `The token file ${path} cannot be read.`, 'Check who may read it.', error);
  });
  return checked(text, path);
}

/** A token is one word. Anything else would break the header that it is sent in, or is no token. */
function checked(text: string, origin: string): GitHubToken {
  const secret = text.trim();
  if (/^[\x21-\x7e]{1,1024}$/.test(secret)) return { secret, origin };
  throw new Fault(
    'config.invalid',
    `What ${origin} has is no token: a token is one word.`,
    `Set ${origin} anew.`,
  );
}
