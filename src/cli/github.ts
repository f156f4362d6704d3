import { resolve } from 'node:path';
import { GitHub, publicApi } from '../adapters/github-client.ts';
import { findToken } from '../adapters/github-token.ts';
import { Fault } from '../core/fault.ts';
import type { Context } from './context.ts';
import { environmentOfPrograms } from './signing-key.ts';

export interface GitHubPlace {
  /** The host of the web site: `github.com`, or that of an Enterprise Server. */
  readonly host?: string;
  readonly tokenFile?: string | undefined;
}

/**
 * GitHub as the user is logged in there. `OPAM_SIGNET_GITHUB_API` names another REST interface; the settings of a
 * repository can't, or it would be sent the token.
 */
export async function openGitHub(
  context: Context,
  { host = 'github.com', tokenFile }: GitHubPlace = {},
): Promise<GitHub> {
  const api = apiOf(context, host);
  const token = await findToken({
    environment: environmentOfPrograms(context),
    host: new URL(api).host === 'api.github.com' ? 'github.com' : new URL(api).host,
    file: tokenFile === undefined ? undefined : resolve(context.options.directory, tokenFile),
  });
  return new GitHub({
    api,
    token,
    onWait: (sentence) => {
      context.tell(`${sentence}\n`);
    },
  });
}

function apiOf({ environment }: Context, host: string): string {
  const setting = environment['OPAM_SIGNET_GITHUB_API'];
  if (setting === undefined || setting === '') {
    return host === 'github.com' ? publicApi : `https://${host}/api/v3`;
  }
  const { protocol, hostname } = URL.canParse(setting) ? new URL(setting) : { protocol: '', hostname: '' };
  // A token in clear text would be anybody's on the way.
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) {
    return setting.replace(/\/+$/, '');
  }
  throw new Fault(
    'config.invalid',
    `OPAM_SIGNET_GITHUB_API is "${setting}", which is no https address.`,
    'Set it to the address of the REST interface: https://github.example.org/api/v3.',
  );
}
