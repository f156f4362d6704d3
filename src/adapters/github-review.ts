import { Fault } from '../core/fault.ts';
import { parseOid } from '../core/git/oid.ts';
import type { OutwardAct, Performed } from '../core/outward-act.ts';
import type { ButtonMerge, HeadRepository, PullRequest, ReviewForge } from '../core/review-ports.ts';
import type { GitHub } from './github-client.ts';
import { type GitHubName, parseGitHubName, spell } from './github-fork.ts';

/** The pull requests of a repository at GitHub, as its maintainers see them. */
export function githubReview(github: GitHub, upstream: GitHubName): ReviewForge {
  const place = { owner: upstream.owner, repo: upstream.name };
  const spelled = spell(upstream);
  return {
    title: 'GitHub',
    address: `${github.site}/${spelled}.git`,
    async pullRequest(number) {
      const found = await github.find(`read pull request ${number} of ${spelled}`, (rest) =>
        rest.pulls.get({ ...place, pull_number: number }),
      );
      if (found !== undefined) return pullRequestOf(github, found);
      throw new Fault(
        'pull-request.not-found',
        `GitHub has no pull request ${number} of ${spelled}, or none that this token may see.`,
        'Compare the number with the page of the pull request, and --remote with its address.',
      );
    },
    async openPullRequests() {
      const found = await github.list(`list the pull requests of ${spelled}`, (page, rest) =>
        rest.pulls.list({ ...place, ...page, state: 'open', sort: 'created', direction: 'asc' }),
      );
      return found.map((one) => pullRequestOf(github, one)).sort((a, b) => a.number - b.number);
    },
    merge: (request) => mergeAct(github, place, request),
  };
}

/** What is read of a pull request; one of a list has no more. */
interface Answer {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly merged_at?: string | null;
  readonly user: { readonly login: string } | null;
  readonly base: { readonly ref: string };
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly full_name: string } | null;
  };
}

function pullRequestOf(github: GitHub, answer: Answer): PullRequest {
  const { number, html_url: url, title, state, draft, merged_at: merged, user, base, head } = answer;
  const oid = parseOid(head.sha, 'sha1');
  if (oid === undefined) {
    throw new Fault(
      'forge.refused',
      `GitHub says that the head of pull request ${number} is "${head.sha}", which is no id.`,
      'Run the command again.',
    );
  }
  return {
    number,
    url,
    title,
    state: typeof merged === 'string' ? 'merged' : state === 'open' ? 'open' : 'closed',
    draft: draft === true,
    author: user?.login,
    base: base.ref,
    head: oid,
    headReference: `refs/pull/${number}/head`,
    source: sourceOf(github, head),
  };
}

/** Built here and not taken from the answer: git is sent to GitHub and nowhere else. */
function sourceOf({ site }: GitHub, { ref, repo }: Answer['head']): HeadRepository | undefined {
  const name = repo === null ? undefined : parseGitHubName(repo.full_name);
  return name && { address: `${site}/${spell(name)}.git`, branch: ref };
}

function mergeAct(
  github: GitHub,
  place: { readonly owner: string; readonly repo: string },
  { number, head, method }: ButtonMerge,
): OutwardAct {
  const doing = `merge pull request ${number} of ${place.owner}/${place.repo} at ${head}`;
  const get = () =>
    github.ask(`read pull request ${number}`, (rest) => rest.pulls.get({ ...place, pull_number: number }));
  const standing = async () => {
    const pull = await get();
    // Only the very head that was verified counts as merged by this act.
    return pull.merged && pull.head.sha === head ? { sha: pull.merge_commit_sha ?? '' } : undefined;
  };
  return {
    id: 'press-merge-button',
    title: doing,
    details: { number: String(number), head, method },
    async perform(begun = false): Promise<Performed> {
      const before = begun ? await standing() : undefined;
      if (before !== undefined) return { outcome: `merged as ${before.sha}`, made: true };
      try {
        const { sha } = await github.write<{ readonly sha: string }>(
          doing,
          (rest) => rest.pulls.merge({ ...place, pull_number: number, sha: head, merge_method: method }),
          standing,
        );
        return { outcome: `merged as ${sha}`, made: true };
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'forge.refused') throw error;
        throw new Fault(
          'merge.refused',
          error.message,
          'Look at the pull request: its head or base may have moved, or a rule of the branch forbids it. Then run merge-pr again.',
          error,
        );
      }
    },
  };
}
