import { Fault } from '../core/fault.ts';
import type { OutwardAct, Undone } from '../core/outward-act.ts';
import type { BranchRequest } from '../core/ports.ts';
import { withBlock } from '../core/publish/marked-block.ts';
import type { GitHub } from './github-client.ts';
import { type Forks, type GitHubName, spell } from './github-fork.ts';

export interface PullRequestPlace {
  readonly github: GitHub;
  readonly upstream: GitHubName;
  readonly forks: Forks;
  /** The branch that it is for. */
  readonly base: string;
}

interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly body: string | null;
}

/**
 * The act that opens a pull request, or brings the one that is open for this branch up to date: only what stands
 * between our marks; title and words of people stay.
 */
export function openPullRequest(place: PullRequestPlace, request: BranchRequest): OutwardAct {
  const { upstream } = place;
  const { branch, title } = request;
  return {
    id: 'open-pull-request',
    title: requestTitle(upstream, request),
    details: { upstream: spell(upstream), base: place.base, branch, title },
    async perform(begun = false) {
      const standing = await findPull(place, branch);
      const pull =
        standing === undefined ? await create(place, request) : await update(place, standing, request);
      const facts = { number: String(pull.number), url: pull.html_url };
      return { outcome: pull.html_url, made: standing === undefined || begun, facts };
    },
    undo: (facts) => close(place, branch, facts?.['number']),
  };
}

/** What opening does, for the plan and for the journal. */
export const requestTitle = (
  upstream: GitHubName,
  { branch, draft }: Pick<BranchRequest, 'branch' | 'draft'>,
): string =>
  `open a ${draft ? 'draft pull request' : 'pull request'} for branch ${branch} at ${spell(upstream)}`;

/** The open pull request of this branch; GitHub allows one. */
async function findPull(
  { github, upstream, forks, base }: PullRequestPlace,
  branch: string,
): Promise<Pull | undefined> {
  const { owner } = await forks.require();
  const pulls = await github.ask(`list the pull requests of ${spell(upstream)}`, (rest) =>
    rest.pulls.list({
      owner: upstream.owner,
      repo: upstream.name,
      state: 'open',
      head: `${owner}:${branch}`,
      base,
    }),
  );
  return pulls[0];
}

async function create(place: PullRequestPlace, { branch, title, text, draft }: BranchRequest): Promise<Pull> {
  const { github, upstream, forks, base } = place;
  const { owner } = await forks.require();
  return github.write<Pull>(
    `open a pull request at ${spell(upstream)}`,
    (rest) =>
      rest.pulls.create({
        ...{ owner: upstream.owner, repo: upstream.name, head: `${owner}:${branch}`, base },
        ...{ title, body: withBlock('', text), draft, maintainer_can_modify: true },
      }),
    () => findPull(place, branch),
  );
}

async function update(
  { github, upstream }: PullRequestPlace,
  pull: Pull,
  { text }: BranchRequest,
): Promise<Pull> {
  const body = withBlock(pull.body ?? '', text);
  if (body === pull.body) return pull;
  const at = { owner: upstream.owner, repo: upstream.name, pull_number: pull.number };
  return github.write<Pull>(
    `change pull request ${pull.number} of ${spell(upstream)}`,
    (rest) => rest.pulls.update({ ...at, body }),
    () => Promise.resolve(undefined),
  );
}

async function close(place: PullRequestPlace, branch: string, known: string | undefined): Promise<Undone> {
  const { github, upstream } = place;
  const number = known === undefined ? (await findPull(place, branch))?.number : Number(known);
  if (number === undefined) return { undone: false, outcome: `no pull request for branch ${branch} is open` };
  const at = { owner: upstream.owner, repo: upstream.name, pull_number: number };
  const read = () =>
    github.ask(`read pull request ${number} of ${spell(upstream)}`, (rest) => rest.pulls.get(at));
  const pull = await read();
  if (pull.merged) return { undone: false, outcome: `pull request ${number} is merged already` };
  if (pull.state === 'closed') return { undone: false, outcome: `pull request ${number} is closed already` };
  const closed = await github.write<Pull>(
    `close pull request ${number} of ${spell(upstream)}`,
    (rest) => rest.pulls.update({ ...at, state: 'closed' }),
    read,
  );
  if (closed.state === 'closed') return { undone: true, outcome: `closed pull request ${number}` };
  throw new Fault(
    'forge.refused',
    `Pull request ${number} of ${spell(upstream)} is still open.`,
    `Close it at ${pull.html_url}.`,
  );
}
