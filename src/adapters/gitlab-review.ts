import { Fault } from '../core/fault.ts';
import { parseOid, type Oid } from '../core/git/oid.ts';
import type { Performed } from '../core/outward-act.ts';
import type { ButtonMerge, PullRequest, ReviewForge } from '../core/review-ports.ts';
import type { GitLab } from './gitlab-client.ts';

/** The merge requests of a project: `group/opam-repository`. */
export function gitlabReview(gitlab: GitLab, project: string): ReviewForge {
  const sources = new Map<number, Promise<string | undefined>>();
  const addressOf = (id: number): Promise<string | undefined> => {
    const known = sources.get(id) ?? readAddress(gitlab, id);
    sources.set(id, known);
    return known;
  };
  return {
    title: 'GitLab',
    address: `${gitlab.site}/${project}.git`,
    pullRequest: async (number) => pullRequestOf(await read(gitlab, project, number), addressOf),
    openPullRequests: async () => {
      const all = await gitlab.ask<readonly MergeRequest[]>(`list the merge requests of ${project}`, (api) =>
        api.MergeRequests.all({ projectId: project, state: 'opened', orderBy: 'created_at', sort: 'asc' }),
      );
      const pulls = await Promise.all(all.map((one) => pullRequestOf(one, addressOf)));
      return pulls.sort((one, other) => one.number - other.number);
    },
    merge: (request) => ({
      id: 'merge',
      title: `merge merge request ${request.number} of ${project} at ${gitlab.site} (${request.method})`,
      details: { project, number: String(request.number), head: request.head, method: request.method },
      perform: (begun) => press(gitlab, project, request, begun === true),
    }),
  };
}

/** What is read of GitLab's answers. */
interface MergeRequest {
  readonly iid: number;
  readonly web_url: string;
  readonly title: string;
  readonly state: string;
  readonly draft: boolean;
  readonly author: { readonly username: string } | null;
  readonly target_branch: string;
  readonly source_branch: string;
  readonly source_project_id: number | null;
  readonly sha: string | null;
  readonly merge_commit_sha: string | null;
  readonly squash_commit_sha: string | null;
}

async function read(gitlab: GitLab, project: string, number: number): Promise<MergeRequest> {
  const found = await gitlab.find<MergeRequest>(`read merge request ${number} of ${project}`, (api) =>
    api.MergeRequests.show(project, number),
  );
  if (found !== undefined) return found;
  throw new Fault(
    'pull-request.not-found',
    `There is no merge request ${number} of ${project} at ${gitlab.site}, or none that this token may see.`,
    'Check the number and the name of the project.',
  );
}

async function pullRequestOf(
  request: MergeRequest,
  addressOf: (id: number) => Promise<string | undefined>,
): Promise<PullRequest> {
  const { iid, web_url, title, state, draft, author, target_branch, source_branch } = request;
  const address = request.source_project_id === null ? undefined : await addressOf(request.source_project_id);
  return {
    number: iid,
    url: web_url,
    title,
    state: state === 'merged' || state === 'closed' ? state : 'open',
    draft,
    author: author?.username,
    base: target_branch,
    head: headOf(request),
    headReference: `refs/merge-requests/${iid}/head`,
    source: address === undefined ? undefined : { address, branch: source_branch },
  };
}

function headOf({ sha, iid }: Pick<MergeRequest, 'sha' | 'iid'>): Oid {
  const text = sha ?? '';
  const head = parseOid(text, text.length === 64 ? 'sha256' : 'sha1');
  if (head !== undefined) return head;
  throw new Fault(
    'forge.refused',
    `GitLab names no head of merge request ${iid}.`,
    'Look at it in the browser: it may have no commits.',
  );
}

/** Built here and not taken from the answer: git is sent to this forge and nowhere else. */
const readAddress = async (gitlab: GitLab, id: number): Promise<string | undefined> => {
  const project = await gitlab.find(`read project ${id}`, (api) => api.Projects.show(id));
  const path = project?.path_with_namespace ?? '';
  return /^[\w.-]+(?:\/[\w.-]+)+$/.test(path) ? `${gitlab.site}/${path}.git` : undefined;
};

/** Presses the button, which GitLab does only if the head is still this one. */
async function press(
  gitlab: GitLab,
  project: string,
  { number, head, method }: ButtonMerge,
  begun: boolean,
): Promise<Performed> {
  const what = `merge request ${number} of ${project}`;
  if (method === 'rebase') {
    throw new Fault(
      'merge.refused',
      `GitLab rebases ${what} by moving its head, so that what is merged is not what was verified.`,
      'Use --method merge or --method squash, or leave out --button.',
    );
  }
  const before = await read(gitlab, project, number);
  if (before.sha !== head) {
    throw new Fault(
      'merge.refused',
      `The head of ${what} is ${before.sha ?? 'gone'}, and not ${head}, which was verified. Nothing was merged.`,
      'Look at what changed, and verify it again.',
    );
  }
  if (before.state === 'merged') return merged(before, begun);
  try {
    const after = await gitlab.write<MergeRequest>(`merge ${what}`, (api) =>
      api.MergeRequests.accept(project, number, { sha: head, squash: method === 'squash' }),
    );
    return merged(after, true);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'forge.refused') throw error;
    throw new Fault('merge.refused', error.message, `Look at it in the browser: ${before.web_url}`, error);
  }
}

function merged({ merge_commit_sha, squash_commit_sha, sha }: MergeRequest, made: boolean): Performed {
  const commit = merge_commit_sha ?? squash_commit_sha ?? sha ?? '';
  return { outcome: `merged as ${commit}`, made, facts: { commit } };
}
