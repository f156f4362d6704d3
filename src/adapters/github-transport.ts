import { withSettings } from './git-settings.ts';
import { run, type Environment } from './process.ts';
import { passwordVariable } from './user-git.ts';
import type { GitHubToken } from './github-token.ts';

/** What git runs to know the password. Its text, which others may see, does not have the token. */
const helper = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$${passwordVariable}"; }; f`;

/**
 * The environment in which git pushes to a web site: with the user's own credential helper where that knows a
 * password, otherwise with the token. The token stands in no argument, address or configuration, and no helper is
 * told to store it.
 */
export async function pushingEnvironment(
  environment: Environment,
  site: string,
  token: GitHubToken | undefined,
): Promise<Environment> {
  if (token === undefined || (await knowsPassword(environment, site))) return environment;
  const key = `credential.${site}.helper`;
  // An empty name forgets all helpers before it (gitcredentials(7)).
  const settings = [[key, ''] as const, [key, helper] as const];
  return withSettings({ ...environment, [passwordVariable]: token.secret }, settings);
}

/** Whether the user's git would push there without asking anybody. */
async function knowsPassword(environment: Environment, site: string): Promise<boolean> {
  const { protocol, host } = new URL(site);
  const answer = await run('git', ['credential', 'fill'], {
    env: { ...environment, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', SSH_ASKPASS: 'false' },
    input: `protocol=${protocol.replace(':', '')}\nhost=${host}\n\n`,
    timeout: 30_000,
  }).catch(() => undefined);
  return answer?.status === 0 && /^password=./m.test(Buffer.from(answer.stdout).toString());
}
