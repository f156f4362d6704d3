import { Fault } from '../core/fault.ts';
import type { ForgePlace } from '../core/review/pull-request-name.ts';
import type { ReportingForge, ReviewForge } from '../core/review-ports.ts';
import type { Context } from './context.ts';

/** A forge as reviewers use it. */
export interface OpenedForge {
  readonly review: ReviewForge;
  readonly reporting: ReportingForge;
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
  if (name === undefined || ![hostOf(github.site), 'github.com'].includes(host)) return undefined;
  const [{ githubReview }, { githubReporting }] = await Promise.all([
    import('../adapters/github-review.ts'),
    import('../adapters/github-reporting.ts'),
  ]);
  return {
    review: githubReview(github, name),
    reporting: githubReporting(github, { owner: name.owner, repo: name.name }),
  };
}

async function openAtGitLab(context: Context, { host, path }: ForgePlace): Promise<OpenedForge | undefined> {
  const site = siteOf(context, 'OPAM_SIGNET_GITLAB', 'https://gitlab.com');
  if (host !== hostOf(site)) return undefined;
  const [{ GitLab }, { gitlabReview }, { gitlabReporting }] = await Promise.all([
    import('../adapters/gitlab-client.ts'),
    import('../adapters/gitlab-review.ts'),
    import('../adapters/gitlab-reporting.ts'),
  ]);
  const gitlab = new GitLab({ site, token: tokenOf(context, 'GITLAB_TOKEN') });
  return { review: gitlabReview(gitlab, path), reporting: gitlabReporting(gitlab, path) };
}

async function openAtForgejo(context: Context, { host, path }: ForgePlace): Promise<OpenedForge | undefined> {
  const site = siteOf(context, 'OPAM_SIGNET_FORGEJO', 'https://codeberg.org');
  const name = ownerAndName(path);
  if (name === undefined || host !== hostOf(site)) return undefined;
  const [{ Forgejo }, { forgejoReview }, { forgejoReporting }] = await Promise.all([
    import('../adapters/forgejo-client.ts'),
    import('../adapters/forgejo-review.ts'),
    import('../adapters/forgejo-reporting.ts'),
  ]);
  const forgejo = new Forgejo({ site, token: tokenOf(context, 'FORGEJO_TOKEN') });
  const where = { owner: name.owner, repo: name.name };
  return { review: forgejoReview(forgejo, where), reporting: forgejoReporting(forgejo, where) };
}

const hostOf = (site: string): string => new URL(site).host;

function ownerAndName(path: string): { readonly owner: string; readonly name: string } | undefined {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(path) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

function siteOf({ environment }: Context, variable: string, usual: string): string {
  const setting = environment[variable];
  if (setting === undefined || setting === '') return usual;
  const { protocol, hostname } = URL.canParse(setting) ? new URL(setting) : { protocol: '', hostname: '' };
  // A token in clear text would be anybody's on the way.
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) {
    return setting.replace(/\/+$/, '');
  }
  throw new Fault(
    'config.invalid',
    `${variable} is "${setting}", which is no https address.`,
    `Set it to the address of the web site, as ${usual} is one.`,
  );
}

/** A token is one word; anything else would break the header that it is sent in. */
function tokenOf({ environment }: Context, variable: string) {
  const secret = environment[variable]?.trim() ?? '';
  if (secret === '') return undefined;
  if (/^[\x21-\x7e]{1,1024}$/.test(secret)) return { secret, origin: variable };
  throw new Fault(
    'config.invalid',
    `What ${variable} has is no token: a token is one word.`,
    `Set ${variable} anew.`,
  );
}
