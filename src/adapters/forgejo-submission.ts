import type { EditPullRequestOption, PullRequest } from 'gitea-js';
import type { Forgejo } from './forgejo-client.ts';
import { type ForgejoRepository, nameOf } from './forgejo-review.ts';
import type { ForkingProduct, StandingRequest } from './forking-forge.ts';

/** How submissions are made at Forgejo or Gitea: pull requests from a fork. */
export function forgejoSubmission(forgejo: Forgejo, where: ForgejoRepository): ForkingProduct {
  const upstream = nameOf(where);
  const { owner, repo } = where;
  return {
    ...{ kind: 'forgejo', title: 'Forgejo', site: forgejo.site, token: forgejo.token, upstream },
    request: 'pull request',
    login: () => forgejo.login(),
    standing: async (path) => {
      const [account = '', name = ''] = path.split('/');
      const found = await forgejo.find(`read ${path}`, (api) => api.repos.repoGet(account, name));
      if (found === undefined) return 'none';
      return path === upstream || found.parent?.full_name === upstream ? 'fork' : 'other';
    },
    fork: async () => {
      const made = await forgejo.write(`fork ${upstream}`, (api) => api.repos.createFork(owner, repo, {}));
      return made.full_name ?? '';
    },
    find: async ({ fork, branch, base }) => {
      const all = await forgejo.list(`list the pull requests of ${upstream}`, (page, api) =>
        api.repos.repoListPullRequests(owner, repo, { ...page, state: 'open', sort: 'recentupdate' }),
      );
      const found = all.find(
        ({ head, base: to }) => head?.ref === branch && head.repo?.full_name === fork && to?.ref === base,
      );
      return found && standingOf(found);
    },
    read: async (number) =>
      standingOf(
        await forgejo.ask(`read pull request ${number} of ${upstream}`, (api) =>
          api.repos.repoGetPullRequest(owner, repo, number),
        ),
      ),
    open: async ({ fork, branch, base }, { title, draft }, text) => {
      const [account = ''] = fork.split('/');
      const made = await forgejo.write(`open a pull request at ${upstream}`, (api) =>
        api.repos.repoCreatePullRequest(owner, repo, {
          ...{ base, body: text, head: fork === upstream ? branch : `${account}:${branch}` },
          title: `${draft ? 'WIP: ' : ''}${title}`,
        }),
      );
      return standingOf(made);
    },
    change: (number, text) => edit(forgejo, where, number, { body: text }),
    close: (number) => edit(forgejo, where, number, { state: 'closed' }),
  };
}

const edit = async (
  forgejo: Forgejo,
  where: ForgejoRepository,
  number: number,
  changes: EditPullRequestOption,
): Promise<StandingRequest> =>
  standingOf(
    await forgejo.write(`change pull request ${number} of ${nameOf(where)}`, (api) =>
      api.repos.repoEditPullRequest(where.owner, where.repo, number, changes),
    ),
  );

const standingOf = ({
  number = 0,
  html_url = '',
  state,
  merged,
  body = '',
}: PullRequest): StandingRequest => ({
  number,
  url: html_url,
  state: merged === true ? 'merged' : state === 'open' ? 'open' : 'closed',
  text: body,
});
