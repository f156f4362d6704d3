import { githubReleases } from '../adapters/github-releases.ts';
import type { SourceForge } from '../core/publish/source-forge.ts';
import type { ReleaseHost } from '../core/release-host.ts';
import type { Context } from './context.ts';
import { openGitHub } from './github.ts';

type OpenReleaseHost = (forge: SourceForge) => ReleaseHost | undefined;

/**
 * Opens releases at the forge of the source: at the GitHub where the user is logged in. Another site that a
 * repository's remote names is not sent the token.
 */
export async function releaseHosts(
  context: Context,
  source: SourceForge | undefined,
  tokenFile: string | undefined,
): Promise<OpenReleaseHost> {
  if (source?.kind !== 'github') return () => undefined;
  const github = await openGitHub(context, { tokenFile });
  return (forge) => (forge.site === github.site ? githubReleases(github, forge) : undefined);
}
