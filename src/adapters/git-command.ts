import { Fault } from '../core/fault.ts';
import { run, start, type Environment, type ProcessAnswer, type RunningProcess } from './process.ts';

/**
 * Settings that a repository's own configuration may not decide. Programs that it could name there (hooks,
 * fsmonitor, upload-pack of a promisor remote) never run, and nothing but the objects themselves is believed.
 */
const settings = [
  '--no-pager',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.commitGraph=false',
  '-c',
  'core.useReplaceRefs=false',
  // The graft file that is named below so that there is none would be advised against.
  '-c',
  'advice.graftFileDeprecated=false',
];

/** Runs git for one repository, out of reach of the user's, the system's and the repository's configuration. */
export class GitCommand {
  private readonly path: string;
  private readonly gitFolder: string;
  private readonly environment: Environment;

  /** `path` is git's whole path. */
  constructor(path: string, gitFolder: string, environment: Environment) {
    this.path = path;
    this.gitFolder = gitFolder;
    this.environment = readingEnvironment(environment);
  }

  start(args: readonly string[]): RunningProcess {
    return start(this.path, this.complete(args), { env: this.environment, cwd: this.gitFolder });
  }

  /** Any exit status is an answer. */
  run(args: readonly string[], input: string | Uint8Array = ''): Promise<ProcessAnswer> {
    return run(this.path, this.complete(args), { env: this.environment, cwd: this.gitFolder, input });
  }

  /** The output, without its last line feed; any exit status but 0 is a `git.failed` Fault. */
  async ask(args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    const { status, stdout, stderr } = await this.run(args, input);
    if (status !== 0) throw gitFailed(`git ${args[0] ?? ''} failed with status ${status}. ${stderr}`);
    return Buffer.from(stdout).toString('utf8').replace(/\n$/, '');
  }

  private complete(args: readonly string[]): readonly string[] {
    // A repository that is named needs no search, and git then asks nobody who owns it (git-config(1), safe.directory).
    return [`--git-dir=${this.gitFolder}`, ...settings, ...args];
  }
}

/** `what` is a sentence, with git's own words. */
export const gitFailed = (what: string): Fault =>
  new Fault(
    'git.failed',
    what.trimEnd(),
    'Run git fsck --full in the repository to see what is wrong with it.',
  );

function readingEnvironment(environment: Environment): Environment {
  const foreign = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(foreign),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    // Git older than 2.45 fetches from promisor remotes all the same; without a protocol it can't.
    GIT_ALLOW_PROTOCOL: '',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
