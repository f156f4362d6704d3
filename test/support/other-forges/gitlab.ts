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

/** The project's path, as it stands in addresses. */
const project = encodeURIComponent('ocaml/opam-repository');

/** GitLab's REST interface (docs.gitlab.com/api), for one project. */
export const gitlab: Dialect = (call) => {
  const { forge, method, path, login } = call;
  if (path === '/api/v4/user') {
    return login === undefined ? refuse(401, '401 Unauthorized') : { status: 200, body: { username: login } };
  }
  if (path === '/api/v4/projects/7') {
    return {
      status: 200,
      body: { path_with_namespace: 'alice/opam-repository', http_url_to_repo: 'https://evil.example/x.git' },
    };
  }
  if (path === '/api/v4/projects/8') return refuse(404, '404 Project Not Found');
  const [, spelled = '', fork] = /^\/api\/v4\/projects\/([a-z]+)%2Fopam-repository(\/.*)?$/.exec(path) ?? [];
  if (spelled !== '' && fork === undefined) return projectBody(call, spelled);
  if (spelled === 'ocaml' && fork === '/fork' && method === 'POST') return makeFork(call);
  if (spelled !== 'ocaml' && fork === '/merge_requests' && method === 'POST')
    return openRequest(call, spelled);
  const [, below] = new RegExp(`^/api/v4/projects/${project}/(.*)$`).exec(path) ?? [];
  if (below === undefined) return undefined;
  const [, sha] = /^statuses\/([0-9a-f]+)$/.exec(below) ?? [];
  if (sha !== undefined && method === 'POST') return status(call, sha);
  if (below === 'merge_requests' && method === 'GET') return list(call);
  const [, number, rest] = /^merge_requests\/(\d+)(\/.*)?$/.exec(below) ?? [];
  const pull = forge.pulls.find((one) => one.number === Number(number));
  if (pull === undefined) return refuse(404, '404 Not found');
  return onPull(call, pull, rest ?? '');
};

async function onPull(call: SmallCall, pull: SmallPull, rest: string): Promise<SmallAnswer | undefined> {
  const { forge, method } = call;
  if (rest === '' && method === 'GET') return { status: 200, body: pullBody(call, pull) };
  if (rest === '' && method === 'PUT') return change(call, pull);
  if (rest === '/merge' && method === 'PUT') return merge(call, pull);
  if (rest === '/notes' && method === 'GET') {
    return { status: 200, body: forge.comments.filter((one) => one.pull === pull.number).map(noteBody) };
  }
  if (rest === '/notes' && method === 'POST') {
    if (call.login === undefined) return refuse(401, '401 Unauthorized');
    const note = { id: forge.nextId(), pull: pull.number, author: call.login, text: textOf(call, 'body') };
    forge.comments.push(note);
    return { status: 201, body: noteBody(note) };
  }
  const [, id] = /^\/notes\/(\d+)$/.exec(rest) ?? [];
  const note = forge.comments.find((one) => one.id === Number(id));
  if (note === undefined || method !== 'PUT') return undefined;
  if (note.author !== call.login) return refuse(403, '403 Forbidden');
  note.text = textOf(call, 'body');
  return { status: 200, body: noteBody(note) };
}

function projectBody({ forge }: SmallCall, owner: string): SmallAnswer {
  if (owner !== 'ocaml' && !forge.forks.has(owner)) return refuse(404, '404 Project Not Found');
  const about = { id: owner === 'ocaml' ? 1 : 7, path_with_namespace: `${owner}/opam-repository` };
  const forked = {
    forked_from_project: { path_with_namespace: 'ocaml/opam-repository' },
    import_status: 'finished',
  };
  return { status: 200, body: owner === 'ocaml' ? about : { ...about, ...forked } };
}

async function makeFork(call: SmallCall): Promise<SmallAnswer> {
  if (call.login === undefined) return refuse(401, '401 Unauthorized');
  await call.forge.fork(call.login);
  const { body } = projectBody(call, call.login);
  return { status: 201, body };
}

async function openRequest(call: SmallCall, owner: string): Promise<SmallAnswer> {
  if (call.login !== owner || call.body['target_project_id'] !== 1) return refuse(403, '403 Forbidden');
  const [branch, title, text] = ['source_branch', 'title', 'description'].map((name) => textOf(call, name));
  const pull = await call.forge.request(owner, branch ?? '', title ?? '', text ?? '');
  return pull === undefined
    ? refuse(400, 'source_branch does not exist')
    : { status: 201, body: pullBody(call, pull) };
}

function change(call: SmallCall, pull: SmallPull): SmallAnswer {
  if (call.login !== pull.author && !mayMaintain(call)) return refuse(403, '403 Forbidden');
  if (typeof call.body['description'] === 'string') pull.text = textOf(call, 'description');
  if (textOf(call, 'state_event') === 'close') pull.state = 'closed';
  return { status: 200, body: pullBody(call, pull) };
}

async function merge(call: SmallCall, pull: SmallPull): Promise<SmallAnswer> {
  if (!mayMaintain(call)) return refuse(401, '401 Unauthorized');
  if (textOf(call, 'sha') !== pull.head)
    return refuse(409, 'SHA does not match HEAD of source branch: ' + pull.head);
  if (pull.state !== 'open' || pull.draft) return refuse(405, '405 Method Not Allowed');
  await call.forge.merge(pull, call.body['squash'] === true ? 'squash' : 'merge');
  return { status: 200, body: pullBody(call, pull) };
}

function list(call: SmallCall): SmallAnswer {
  const { forge, query } = call;
  const wanted = query.get('state') === 'opened' ? 'open' : query.get('state');
  const branch = query.get('source_branch');
  const found = forge.pulls
    .filter(({ state }) => wanted === null || state === wanted)
    .filter((pull) => branch === null || pull.branch === branch);
  return { status: 200, body: found.map((pull) => pullBody(call, pull)) };
}

function status(call: SmallCall, sha: string): SmallAnswer {
  if (!mayMaintain(call)) return refuse(403, '403 Forbidden');
  const made = { sha, ...call.body };
  call.forge.statuses.push(made);
  return { status: 201, body: made };
}

const pullBody = ({ forge }: SmallCall, pull: SmallPull) => ({
  iid: pull.number,
  web_url: `${forge.site}/ocaml/opam-repository/-/merge_requests/${pull.number}`,
  title: pull.title,
  description: pull.text,
  state: pull.state === 'open' ? 'opened' : pull.state,
  draft: pull.draft,
  author: { username: pull.author },
  target_branch: 'main',
  source_branch: pull.branch,
  source_project_id: pull.source ?? null,
  sha: pull.head,
  merge_commit_sha: pull.merged ?? null,
  squash_commit_sha: null,
});

const noteBody = ({ id, author, text }: SmallComment) => ({ id, body: text, author: { username: author } });
