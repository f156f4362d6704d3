import type { GitHub } from '../adapters/github-client.ts';
import { pushingEnvironment } from '../adapters/github-transport.ts';
import { Fault } from '../core/fault.ts';
import type { ForgePlace } from '../core/review/pull-request-name.ts';
import type { ReportingForge, ReviewForge } from '../core/review-ports.ts';
import type { Context } from './context.ts';
import { openForgejo, openGitLab, otherHost, ownerAndName } from './other-forges.ts';
import { environmentOfPrograms } from './signing-key.ts';

/** A forge as reviewers use it. */
export interface OpenedForge {
  readonly review: ReviewForge;
  readonly reporting: ReportingForge;
  /** What git runs with there: a token stands in for a password that git does not know. */
  readonly environment: Context['environment'];
}

/**
 * The forge at a place. Which product it is goes by its host, and hosts other than the usual ones are named by the
 * user's environment alone: whoever could name another would be sent the token.
 */
export async function openForge(context: Context, place: ForgePlace): Promise<OpenedForge> {
  const opened =
    (await openAtGitLab(context, place)) ??
    (await openAtForgejo(context, place)) ??
    (await openAtGitHub(context, place));
  if (opened !== undefined) return opened;
  throw new Fault(
    'pull-request.not-found',
    `${place.host} is no forge that this program knows.`,
    'Name it: OPAM_SIGNET_GITHUB_API, OPAM_SIGNET_GITLAB or OPAM_SIGNET_FORGEJO. Or fetch the pull request by git and name it BASE..HEAD.',
  );
}

async function openAtGitHub(context: Context, { host, path }: ForgePlace): Promise<OpenedForge | undefined> {
  const { openGitHub } = await import('./github.ts');
  const github = await openGitHub(context);
  const name = ownerAndName(path);
  if (name === undefined || ![new URL(github.site).host, 'github.com'].includes(host)) return undefined;
  const [{ githubReview }, { githubReporting }] = await Promise.all([
    import('../adapters/github-review.ts'),
    import('../adapters/github-reporting.ts'),
  ]);
  return {
    review: githubReview(github, name),
    reporting: githubReporting(github, { owner: name.owner, repo: name.name }),
    environment: await reaching(context, github),
  };
}

async function openAtGitLab(context: Context, { host, path }: ForgePlace): Promise<OpenedForge | undefined> {
  if (host !== otherHost(context, 'gitlab')) return undefined;
  const [gitlab, { gitlabReview }, { gitlabReporting }] = await Promise.all([
    openGitLab(context),
    import('../adapters/gitlab-review.ts'),
    import('../adapters/gitlab-reporting.ts'),
  ]);
  return {
    review: gitlabReview(gitlab, path),
    reporting: gitlabReporting(gitlab, path),
    environment: await reaching(context, gitlab),
  };
}

async function openAtForgejo(context: Context, { host, path }: ForgePlace): Promise<OpenedForge | undefined> {
  const name = ownerAndName(path);
  if (name === undefined || host !== otherHost(context, 'forgejo')) return undefined;
  const [forgejo, { forgejoReview }, { forgejoReporting }] = await Promise.all([
    openForgejo(context),
    import('../adapters/forgejo-review.ts'),
    import('../adapters/forgejo-reporting.ts'),
  ]);
  const where = { owner: name.owner, repo: name.name };
  return {
    review: forgejoReview(forgejo, where),
    reporting: forgejoReporting(forgejo, where),
    environment: await reaching(context, forgejo),
  };
}

const reaching = (context: Context, { site, token }: Pick<GitHub, 'site' | 'token'>) =>
  pushingEnvironment(environmentOfPrograms(context), site, token);
