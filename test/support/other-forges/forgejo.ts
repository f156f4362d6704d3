import {
  type Dialect,
  mayMaintain,
  refuse,
  type SmallAnswer,
  type SmallCall,
  type SmallComment,
  type SmallPull,
  textOf,
} from './small-forge.ts';

const repository = '/api/v1/repos/ocaml/opam-repository';

/** The REST interface of Forgejo and Gitea (their swagger.v1.json), for one repository. */
export const forgejo: Dialect = (call) => {
  const { forge, method, path, login } = call;
  if (path === '/api/v1/user') {
    return login === undefined ? refuse(401, 'token is required') : { status: 200, body: { login } };
  }
  const [, owner] = /^\/api\/v1\/repos\/([a-z]+)\/opam-repository$/.exec(path) ?? [];
  if (owner !== undefined) return repositoryBody(call, owner);
  if (!path.startsWith(`${repository}/`)) return undefined;
  const below = path.slice(repository.length + 1);
  const [, sha] = /^statuses\/([0-9a-f]+)$/.exec(below) ?? [];
  if (sha !== undefined && method === 'POST') return status(call, sha);
  const [, comment] = /^issues\/comments\/(\d+)$/.exec(below) ?? [];
  if (comment !== undefined && method === 'PATCH') return edit(call, Number(comment));
  if (below === 'pulls' && method === 'GET') return list(call);
  if (below === 'pulls' && method === 'POST') return openRequest(call);
  if (below === 'forks' && method === 'POST') return makeFork(call);
  const [, number, rest] = /^(?:pulls|issues)\/(\d+)(\/.*)?$/.exec(below) ?? [];
  const pull = forge.pulls.find((one) => one.number === Number(number));
  if (pull === undefined) return refuse(404, 'The target couldn’t be found.');
  return onPull(call, pull, rest ?? '');
};

async function onPull(call: SmallCall, pull: SmallPull, rest: string): Promise<SmallAnswer | undefined> {
  const { forge, method, login } = call;
  if (rest === '' && method === 'GET') return { status: 200, body: pullBody(call, pull) };
  if (rest === '' && method === 'PATCH') return change(call, pull);
  if (rest === '/merge' && method === 'POST') return merge(call, pull);
  if (rest === '/comments' && method === 'GET') {
    const own = forge.comments.filter((one) => one.pull === pull.number);
    return { status: 200, body: own.map((one) => commentBody(call, one)) };
  }
  if (rest !== '/comments' || method !== 'POST') return undefined;
  if (login === undefined) return refuse(401, 'token is required');
  const made = { id: forge.nextId(), pull: pull.number, author: login, text: textOf(call, 'body') };
  forge.comments.push(made);
  return { status: 201, body: commentBody(call, made) };
}

function repositoryBody({ forge }: SmallCall, owner: string): SmallAnswer {
  if (owner !== 'ocaml' && !forge.forks.has(owner)) return refuse(404, 'The target couldn’t be found.');
  const about = { full_name: `${owner}/opam-repository` };
  return {
    status: 200,
    body: owner === 'ocaml' ? about : { ...about, parent: { full_name: 'ocaml/opam-repository' } },
  };
}

async function makeFork(call: SmallCall): Promise<SmallAnswer> {
  if (call.login === undefined) return refuse(401, 'token is required');
  await call.forge.fork(call.login);
  return { status: 202, body: repositoryBody(call, call.login).body };
}

async function openRequest(call: SmallCall): Promise<SmallAnswer> {
  const [owner = '', branch = ''] = textOf(call, 'head').split(':');
  if (call.login !== owner) return refuse(403, 'user should have permission to create a pull request');
  const pull = await call.forge.request(owner, branch, textOf(call, 'title'), textOf(call, 'body'));
  return pull === undefined
    ? refuse(404, 'head branch does not exist')
    : { status: 201, body: pullBody(call, pull) };
}

function change(call: SmallCall, pull: SmallPull): SmallAnswer {
  if (call.login !== pull.author && !mayMaintain(call)) return refuse(403, 'user should be the poster');
  if (typeof call.body['body'] === 'string') pull.text = textOf(call, 'body');
  if (textOf(call, 'state') === 'closed') pull.state = 'closed';
  return { status: 201, body: pullBody(call, pull) };
}

function edit(call: SmallCall, id: number): SmallAnswer {
  const found = call.forge.comments.find((one) => one.id === id);
  if (found === undefined) return refuse(404, 'The target couldn’t be found.');
  if (found.author !== call.login) return refuse(403, 'user should have permission to edit the comment');
  found.text = textOf(call, 'body');
  return { status: 200, body: commentBody(call, found) };
}

async function merge(call: SmallCall, pull: SmallPull): Promise<SmallAnswer> {
  if (!mayMaintain(call)) return refuse(403, 'user should have permission to merge');
  if (textOf(call, 'head_commit_id') !== pull.head) return refuse(409, 'head out of date');
  if (pull.state !== 'open' || pull.draft) return refuse(405, 'Work in progress PRs cannot be merged');
  await call.forge.merge(pull, textOf(call, 'Do'));
  return { status: 200, body: undefined };
}

/** An installation may give less on a page than was asked for. */
const pageSize = 2;

function list(call: SmallCall): SmallAnswer {
  const { forge, query } = call;
  const found = forge.pulls.filter(({ state }) => state === query.get('state'));
  const page = Number(query.get('page') ?? 1);
  const slice = found.slice((page - 1) * pageSize, page * pageSize);
  return { status: 200, body: slice.map((pull) => pullBody(call, pull)) };
}

function status(call: SmallCall, sha: string): SmallAnswer {
  if (!mayMaintain(call)) return refuse(403, 'user should have permission to write to the repository');
  const made = { sha, ...call.body };
  call.forge.statuses.push(made);
  return { status: 201, body: made };
}

const pullBody = ({ forge }: SmallCall, pull: SmallPull) => ({
  number: pull.number,
  html_url: `${forge.site}/ocaml/opam-repository/pulls/${pull.number}`,
  title: pull.title,
  body: pull.text,
  state: pull.state === 'open' ? 'open' : 'closed',
  merged: pull.state === 'merged',
  merge_commit_sha: pull.merged,
  draft: pull.draft,
  user: { login: pull.author },
  base: { ref: 'main' },
  head: {
    ref: pull.branch,
    sha: pull.head,
    repo:
      pull.source === 7
        ? { full_name: 'alice/opam-repository', clone_url: 'https://evil.example/x.git' }
        : null,
  },
});

const commentBody = ({ forge }: SmallCall, { id, pull, author, text }: SmallComment) => ({
  id,
  body: text,
  user: { login: author },
  html_url: `${forge.site}/ocaml/opam-repository/pulls/${pull}#issuecomment-${id}`,
});
