import { GitHub, type GitHubOptions } from '../../src/adapters/github-client.ts';
import type { ForgeServer } from './forge-server/forge-server.ts';

/** A client of the counterpart server that waits for nothing, logged in by this token. */
export const clientOf = (
  server: ForgeServer,
  secret?: string,
  options: Partial<GitHubOptions> = {},
): GitHub =>
  new GitHub({
    api: server.api,
    token: secret === undefined ? undefined : { secret, origin: 'GH_TOKEN' },
    second: 0,
    ...options,
  });
