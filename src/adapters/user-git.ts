import { Fault, type FaultCode } from '../core/fault.ts';
import { inOneLine, run, type Environment, type ProcessAnswer, type RunOptions } from './process.ts';

/** What a git alias or hook exports about its own repository (git rev-parse --local-env-vars), which is not ours. */
const repositoryVariables = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

/** The variable in which a credential helper of ours finds the password. What git says must not repeat it. */
export const passwordVariable = 'OPAM_SIGNET_GIT_PASSWORD';

/**
 * The user's own git in one folder: with their settings, credential helper, SSH agent and `insteadOf`. Whatever
 * git says comes back without passwords.
 */
export class UserGit {
  readonly folder: string;
  readonly #environment: Environment;

  /** `gitFolder`: the repository, where git is not to look for it, which a user may forbid (safe.bareRepository). */
  constructor(folder: string, environment: Environment, gitFolder?: string) {
    const others = Object.entries(environment).filter(([name]) => !repositoryVariables.has(name));
    const named = gitFolder === undefined ? {} : { GIT_DIR: gitFolder };
    this.folder = folder;
    this.#environment = { ...Object.fromEntries(others), ...named, LC_ALL: 'C' };
  }

  /** The same user's git in another repository. */
  in(gitFolder: string): UserGit {
    return new UserGit(gitFolder, this.#environment, gitFolder);
  }

  /** Any exit status is an answer. */
  async run(
    args: readonly string[],
    input: string | Uint8Array = '',
    bounds: Bounds = {},
  ): Promise<ProcessAnswer> {
    const answer = await run('git', args, { env: this.#environment, cwd: this.folder, input, ...bounds });
    const secret = this.#environment[passwordVariable];
    const stderr = secret === undefined ? answer.stderr : answer.stderr.replaceAll(secret, '…');
    return { ...answer, stderr: withoutPasswords(stderr) };
  }

  /** The output without its last line feed; any exit status but 0 is a Fault of this code. */
  async ask(
    args: readonly string[],
    refusal: Refusal,
    input: string | Uint8Array = '',
    bounds: Bounds = {},
  ): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, input, bounds);
    if (status !== 0) {
      throw new Fault(
        refusal.code,
        `${refusal.what} git says: ${inOneLine(stderr) || `status ${status}`}`,
        refusal.mend,
      );
    }
    return Buffer.from(stdout).toString('utf8').replace(/\n$/, '');
  }

  /** The output, or undefined where git has no answer (an exit status other than 0). */
  async lookUp(args: readonly string[]): Promise<string | undefined> {
    const { status, stdout } = await this.run(args);
    return status === 0 ? Buffer.from(stdout).toString('utf8').replace(/\n$/, '') : undefined;
  }
}

/** What ends a git that takes too long or brings too much. */
type Bounds = Pick<RunOptions, 'signal' | 'timeout'>;

/** What it means that git refused: the sentence to start with, and what mends it. */
export interface Refusal {
  readonly code: FaultCode;
  readonly what: string;
  readonly mend: string;
}

/** User names and passwords of URLs, wherever they stand in a text. A user name for SSH is no secret and needed. */
const userInUrl = /\b((?!ssh:|git\+ssh:)[a-z][a-z0-9+.-]*:\/\/)[^/\s@]*@/gi;
const passwordInUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^/\s@:]*):[^/\s@]*@/gi;

/** A text in which no URL names a password, nor a user unless for SSH. */
export const withoutPasswords = (text: string): string =>
  text.replaceAll(passwordInUrl, '$1@').replaceAll(userInUrl, '$1');
