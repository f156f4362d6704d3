import { type Answer, type Call, paged, type Routes } from './call.ts';
import type { ForgePull, ForgeRepository } from './forge-state.ts';
import { invalid, Refusal } from './refusal.ts';
import { commentBody, commitBody, commitsOf, labelBodies, pullBody, userBody } from './shapes.ts';
import { mergeByButton } from './web-commits.ts';

const pulls = '/repos/{owner}/{repo}/pulls';
const pullPath = `${pulls}/{pull_number}`;
const issue = '/repos/{owner}/{repo}/issues/{issue_number}';
const comment = '/repos/{owner}/{repo}/issues/comments/{comment_id}';

export const pullRoutes: Routes = {
  [`GET ${pulls}`]: async (call) =>
    paged(call, await Promise.all(listed(call).map((pull) => pullBody(call, pull)))),
  [`POST ${pulls}`]: async (call) => ({ status: 201, body: await pullBody(call, await open(call)) }),
  [`GET ${pullPath}`]: async (call) => ({ status: 200, body: await pullBody(call, pullOf(call)) }),
  [`PATCH ${pullPath}`]: async (call) => ({ status: 200, body: await pullBody(call, change(call)) }),
  [`GET ${pullPath}/commits`]: async (call) => {
    const pull = pullOf(call);
    return paged(
      call,
      await Promise.all((await commitsOf(pull)).map((oid) => commitBody(call, pull.base, oid))),
    );
  },
  [`GET ${pullPath}/files`]: async (call) => paged(call, await filesOf(pullOf(call))),
  [`GET ${pullPath}/merge`]: (call) => {
    if (pullOf(call).merged === undefined) throw new Refusal(404, 'Not Found');
    return { status: 204 };
  },
  [`PUT ${pullPath}/merge`]: merge,
  [`GET ${pullPath}/reviews`]: (call) => {
    const { number } = pullOf(call);
    const { reviews } = call.repository;
    return paged(
      call,
      reviews.filter(({ pull }) => pull === number).map((review) => reviewBody(call, review)),
    );
  },
  [`POST ${pullPath}/reviews`]: (call) => {
    const pull = pullOf(call);
    const state = call.text('event') === 'APPROVE' ? 'APPROVED' : 'COMMENTED';
    const review = {
      ...{ id: call.state.nextId(), pull: pull.number, author: call.caller },
      ...{ body: call.text('body'), state, commit: pull.headOid },
    };
    call.repository.reviews.push(review);
    return { status: 200, body: reviewBody(call, review) };
  },

  [`GET ${issue}/comments`]: (call) => {
    const { repository } = call;
    const number = call.number('issue_number');
    const own = repository.comments.filter((one) => one.issue === number);
    return paged(
      call,
      own.map((one) => commentBody(call, repository, one)),
    );
  },
  [`POST ${issue}/comments`]: (call) => {
    const { repository, state, caller } = call;
    call.requireScope(['repo', 'public_repo']);
    const number = call.number('issue_number');
    if (!repository.pulls.some((pull) => pull.number === number)) throw new Refusal(404, 'Not Found');
    if (call.text('body').length > 65536) throw invalid('IssueComment', 'body is too long');
    const made = {
      ...{ id: state.nextId(), issue: number, author: caller, body: call.text('body') },
      ...{ created: state.now(), updated: state.now() },
    };
    repository.comments.push(made);
    return { status: 201, body: commentBody(call, repository, made) };
  },
  [`GET ${comment}`]: (call) => ({ status: 200, body: commentBody(call, call.repository, commentOf(call)) }),
  [`PATCH ${comment}`]: (call) => {
    const found = own(call, commentOf(call));
    found.body = call.text('body');
    found.updated = call.state.now();
    return { status: 200, body: commentBody(call, call.repository, found) };
  },
  [`DELETE ${comment}`]: (call) => {
    const { comments } = call.repository;
    comments.splice(comments.indexOf(own(call, commentOf(call))), 1);
    return { status: 204 };
  },

  [`GET ${issue}/labels`]: (call) => paged(call, labelBodies(labelsOf(call))),
  [`POST ${issue}/labels`]: (call) => setLabels(call, [...labelsOf(call), ...wished(call)]),
  [`PUT ${issue}/labels`]: (call) => setLabels(call, wished(call)),
  [`DELETE ${issue}/labels`]: (call) => ({ ...setLabels(call, []), status: 204 }),
};

function pullOf(call: Call): ForgePull {
  const number = call.number('pull_number');
  const pull = call.repository.pulls.find((one) => one.number === number);
  if (pull === undefined) throw new Refusal(404, 'Not Found');
  return pull;
}

function listed(call: Call): readonly ForgePull[] {
  const [state, head, base] = [
    call.query.get('state') ?? 'open',
    call.query.get('head'),
    call.query.get('base'),
  ];
  return call.repository.pulls
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => head === null || `${pull.head.owner}:${pull.headBranch}` === head)
    .filter((pull) => base === null || pull.baseBranch === base)
    .toReversed();
}

async function open(call: Call): Promise<ForgePull> {
  const { repository: base, state, caller } = call;
  call.requireScope(['repo', 'public_repo']);
  const [owner, headBranch] = ownerAndBranch(call.text('head'), base.owner);
  const named = call.textOr('head_repo', undefined);
  const head = state
    .network(base)
    .find((one) => one.owner === owner && (named === undefined || `${one.owner}/${one.name}` === named));
  const [baseBranch, headOid] = [call.text('base'), head && (await state.branch(head, headBranch))];
  const baseOid = await state.branch(base, baseBranch);
  if (head === undefined || headOid === undefined) throw invalid('PullRequest', 'head is invalid', 'invalid');
  if (baseOid === undefined) throw invalid('PullRequest', 'base is invalid', 'invalid');
  const twin = base.pulls.find(
    (one) => one.state === 'open' && one.head === head && one.headBranch === headBranch,
  );
  if (twin !== undefined)
    throw invalid('PullRequest', `A pull request already exists for ${owner}:${headBranch}.`);
  const pull: ForgePull = {
    number: state.nextId(),
    author: caller,
    ...{ base, baseBranch, head, headBranch, headOid, baseOid },
    title: call.text('title'),
    body: call.textOr('body', null),
    state: 'open',
    draft: call.flag('draft'),
    maintainerCanModify: call.flag('maintainer_can_modify', true),
    merged: undefined,
    created: state.now(),
    updated: state.now(),
  };
  await state.bring(pull);
  const { stdout } = await base.git.tryGit(['rev-list', '--count', `${baseOid}..${headOid}`]);
  if (stdout.toString().trim() === '0')
    throw invalid('PullRequest', `No commits between ${baseBranch} and ${headBranch}`);
  base.pulls.push(pull);
  return pull;
}

function ownerAndBranch(head: string, owner: string): readonly [string, string] {
  const colon = head.indexOf(':');
  return colon < 0 ? [owner, head] : [head.slice(0, colon), head.slice(colon + 1)];
}

/** Authors change their own pull requests, maintainers all. */
function change(call: Call): ForgePull {
  const pull = pullOf(call);
  if (pull.author !== call.caller) call.repositoryFor('write');
  call.requireScope(['repo', 'public_repo']);
  pull.title = call.textOr('title', pull.title);
  pull.body = call.textOr('body', pull.body);
  const wishedState = call.textOr('state', pull.state);
  if (pull.merged !== undefined && wishedState !== 'closed') throw invalid('PullRequest', 'it was merged');
  pull.state = wishedState === 'closed' ? 'closed' : 'open';
  pull.updated = call.state.now();
  return pull;
}

async function merge(call: Call): Promise<Answer> {
  const repository = call.repositoryFor('write');
  const pull = pullOf(call);
  const sha = call.textOr('sha', undefined);
  if (sha !== undefined && sha !== pull.headOid)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (pull.state !== 'open' || pull.draft) throw new Refusal(405, 'Pull Request is not mergeable');
  const method = call.textOr('merge_method', 'merge');
  const made = await mergeByButton(call.state, pull, {
    method: method === 'squash' || method === 'rebase' ? method : 'merge',
    by: call.caller,
    title: call.textOr('commit_title', undefined),
    message: call.textOr('commit_message', undefined),
  });
  await call.state.follow(repository);
  return { status: 200, body: { sha: made, merged: true, message: 'Pull Request successfully merged' } };
}

async function filesOf({ base, baseOid, headOid }: ForgePull): Promise<readonly unknown[]> {
  const mergeBase = await base.git.git('merge-base', baseOid, headOid);
  const listing = await base.git.git(
    'diff-tree',
    '-r',
    '-z',
    '--no-renames',
    '--name-status',
    mergeBase,
    headOid,
  );
  const parts = listing.split('\0').filter((part) => part !== '');
  const words: Readonly<Record<string, string>> = { A: 'added', D: 'removed', M: 'modified', T: 'changed' };
  return Array.from({ length: parts.length / 2 }, (_, index) => ({
    status: words[parts[2 * index] ?? ''],
    filename: parts[2 * index + 1],
  }));
}

const reviewBody = (call: Call, review: ForgeRepository['reviews'][number]) => ({
  ...{ id: review.id, body: review.body, state: review.state, commit_id: review.commit },
  user: userBody(call, review.author),
  author_association: 'MEMBER',
});

function commentOf(call: Call): ForgeRepository['comments'][number] {
  const id = call.number('comment_id');
  const found = call.repository.comments.find((one) => one.id === id);
  if (found === undefined) throw new Refusal(404, 'Not Found');
  return found;
}

function own(call: Call, found: ForgeRepository['comments'][number]): ForgeRepository['comments'][number] {
  if (found.author !== call.caller) call.repositoryFor('write');
  return found;
}

const labelsOf = (call: Call): readonly string[] =>
  call.repository.labels.get(call.number('issue_number')) ?? [];

function wished(call: Call): readonly string[] {
  const names: unknown = call.body['labels'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

function setLabels(call: Call, names: readonly string[]): Answer {
  const repository = call.repositoryFor('write');
  repository.labels.set(call.number('issue_number'), [...new Set(names)]);
  return { status: 200, body: labelBodies(labelsOf(call)) };
}
