import type { ForkingProduct, StandingRequest } from './forking-forge.ts';
import type { GitLab } from './gitlab-client.ts';

interface Project {
  readonly id: number;
  readonly path_with_namespace: string;
  readonly forked_from_project?: { readonly path_with_namespace: string } | undefined;
  readonly import_status?: string | undefined;
}

interface MergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly state: string;
  readonly description: string | null;
  readonly source_project_id: number;
}

/** How submissions are made at GitLab: merge requests from a fork. */
export function gitlabSubmission(gitlab: GitLab, upstream: string): ForkingProduct {
  const project = (path: string): Promise<Project> =>
    gitlab.ask<Project>(`read project ${path}`, (api) => api.Projects.show(path));
  return {
    ...{ kind: 'gitlab', title: 'GitLab', site: gitlab.site, token: gitlab.token, upstream },
    request: 'merge request',
    login: () => gitlab.login(),
    standing: async (path) => {
      const found = await gitlab.find<Project>(`read project ${path}`, (api) => api.Projects.show(path));
      if (found === undefined) return 'none';
      if (path === upstream) return 'fork';
      // GitLab makes forks in the background.
      if (found.import_status === 'scheduled' || found.import_status === 'started') return 'none';
      return found.forked_from_project?.path_with_namespace === upstream ? 'fork' : 'other';
    },
    fork: async () =>
      (await gitlab.write<Project>(`fork ${upstream}`, (api) => api.Projects.fork(upstream)))
        .path_with_namespace,
    find: async ({ fork, branch, base }) => {
      const { id } = await project(fork);
      const all = await gitlab.ask<readonly MergeRequest[]>(`list the merge requests of ${upstream}`, (api) =>
        api.MergeRequests.all({
          ...{ projectId: upstream, state: 'opened', sourceBranch: branch, targetBranch: base },
        }),
      );
      const found = all.find((one) => one.source_project_id === id);
      return found && standingOf(found);
    },
    read: async (number) =>
      standingOf(
        await gitlab.ask<MergeRequest>(`read merge request ${number} of ${upstream}`, (api) =>
          api.MergeRequests.show(upstream, number),
        ),
      ),
    open: async ({ fork, branch, base }, { title, draft }, text) => {
      const { id } = await project(upstream);
      const made = await gitlab.write<MergeRequest>(`open a merge request at ${upstream}`, (api) =>
        api.MergeRequests.create(fork, branch, base, `${draft ? 'Draft: ' : ''}${title}`, {
          ...{ targetProjectId: id, description: text, allowCollaboration: true },
        }),
      );
      return standingOf(made);
    },
    change: (number, text) => edit(gitlab, upstream, number, { description: text }),
    close: (number) => edit(gitlab, upstream, number, { stateEvent: 'close' }),
  };
}

const edit = async (
  gitlab: GitLab,
  upstream: string,
  number: number,
  changes: { readonly description: string } | { readonly stateEvent: 'close' },
): Promise<StandingRequest> =>
  standingOf(
    await gitlab.write<MergeRequest>(`change merge request ${number} of ${upstream}`, (api) =>
      api.MergeRequests.edit(upstream, number, changes),
    ),
  );

const standingOf = ({ iid, web_url, state, description }: MergeRequest): StandingRequest => ({
  number: iid,
  url: web_url,
  state: state === 'merged' || state === 'closed' ? state : 'open',
  text: description ?? '',
});
