import type { PullRequest as ForgejoPull } from 'gitea-js';
import { Fault } from '../core/fault.ts';
import { parseOid, type Oid } from '../core/git/oid.ts';
import type { Performed } from '../core/outward-act.ts';
import type { ButtonMerge, PullRequest, ReviewForge } from '../core/review-ports.ts';
import type { Forgejo } from './forgejo-client.ts';

export interface ForgejoRepository {
  readonly owner: string;
  readonly repo: string;
}

/** The pull requests of a repository at Forgejo or Gitea. */
export function forgejoReview(forgejo: Forgejo, where: ForgejoRepository): ReviewForge {
  const name = nameOf(where);
  return {
    title: 'Forgejo',
    address: `${forgejo.site}/${name}.git`,
    pullRequest: async (number) => pullRequestOf(forgejo.site, await read(forgejo, where, number)),
    openPullRequests: async () => {
      const all = await forgejo.list(`list the pull requests of ${name}`, (page, api) =>
        api.repos.repoListPullRequests(where.owner, where.repo, { ...page, state: 'open', sort: 'oldest' }),
      );
      return all
        .map((one) => pullRequestOf(forgejo.site, one))
        .sort((one, other) => one.number - other.number);
    },
    merge: (request) => ({
      id: 'merge',
      title: `merge pull request ${request.number} of ${name} at ${forgejo.site} (${request.method})`,
      details: {
        repository: name,
        number: String(request.number),
        head: request.head,
        method: request.method,
      },
      perform: (begun) => press(forgejo, where, request, begun === true),
    }),
  };
}

export const nameOf = ({ owner, repo }: ForgejoRepository): string => `${owner}/${repo}`;

async function read(forgejo: Forgejo, where: ForgejoRepository, number: number): Promise<ForgejoPull> {
  const found = await forgejo.find(`read pull request ${number} of ${nameOf(where)}`, (api) =>
    api.repos.repoGetPullRequest(where.owner, where.repo, number),
  );
  if (found !== undefined) return found;
  throw new Fault(
    'pull-request.not-found',
    `There is no pull request ${number} of ${nameOf(where)} at ${forgejo.site}, or none that this token may see.`,
    'Check the number and the name of the repository.',
  );
}

/** The address is built here and not taken from the answer: git is sent to this forge and nowhere else. */
function pullRequestOf(site: string, pull: ForgejoPull): PullRequest {
  const { number = 0, html_url = '', title = '', draft = false, user, base, head } = pull;
  const name = head?.repo?.full_name ?? '';
  return {
    number,
    url: html_url,
    title,
    state: pull.merged === true ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    draft,
    author: user?.login,
    base: base?.ref ?? '',
    head: headOf(pull),
    headReference: `refs/pull/${number}/head`,
    source: /^[\w.-]+\/[\w.-]+$/.test(name)
      ? { address: `${site}/${name}.git`, branch: head?.ref ?? '' }
      : undefined,
  };
}

function headOf({ head, number = 0 }: ForgejoPull): Oid {
  const text = head?.sha ?? '';
  const oid = parseOid(text, text.length === 64 ? 'sha256' : 'sha1');
  if (oid !== undefined) return oid;
  throw new Fault(
    'forge.refused',
    `Forgejo names no head of pull request ${number}.`,
    'Look at it in the browser: it may have no commits.',
  );
}

/** Presses the button, which Forgejo does only if the head is still this one. */
async function press(
  forgejo: Forgejo,
  where: ForgejoRepository,
  { number, head, method }: ButtonMerge,
  begun: boolean,
): Promise<Performed> {
  const what = `pull request ${number} of ${nameOf(where)}`;
  const before = await read(forgejo, where, number);
  if (headOf(before) !== head) {
    throw new Fault(
      'merge.refused',
      `The head of ${what} is ${headOf(before)}, and not ${head}, which was verified. Nothing was merged.`,
      'Look at what changed, and verify it again.',
    );
  }
  if (before.merged === true) return merged(before, begun);
  try {
    await forgejo.write(`merge ${what}`, (api) =>
      api.repos.repoMergePullRequest(where.owner, where.repo, number, { Do: method, head_commit_id: head }),
    );
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'forge.refused') throw error;
    throw new Fault(
      'merge.refused',
      error.message,
      `Look at it in the browser: ${before.html_url ?? forgejo.site}`,
      error,
    );
  }
  return merged(await read(forgejo, where, number), true);
}

function merged({ merge_commit_sha = '' }: ForgejoPull, made: boolean): Performed {
  return { outcome: `merged as ${merge_commit_sha}`, made, facts: { commit: merge_commit_sha } };
}
