import type { Oid } from '../../../src/core/git/oid.ts';
import { type Call, paged, type Routes } from './call.ts';
import type { ForgeRepository } from './forge-state.ts';
import { invalid, Refusal } from './refusal.ts';
import { commitBody, fullUserBody, repositoryBody, userBody, isApp } from './shapes.ts';
import { webCommit } from './web-commits.ts';

const repositoryPath = '/repos/{owner}/{repo}';

export const repositoryRoutes: Routes = {
  'GET /meta': () => ({ status: 200, body: { verifiable_password_authentication: false } }),
  'GET /rate_limit': () => ({
    status: 200,
    body: { rate: { limit: 5000, remaining: 4999, reset: 0, used: 1 } },
  }),
  'GET /user': (call) => {
    if (isApp(call.login)) throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200, body: fullUserBody(call, call.state.user(call.caller)) };
  },
  'GET /users/{username}': (call) => ({
    status: 200,
    body: fullUserBody(call, call.state.user(call.path('username'))),
  }),
  'GET /users/{username}/gpg_keys': (call) => paged(call, keysOf(call, call.path('username'))),
  'GET /user/gpg_keys': (call) => paged(call, keysOf(call, call.caller)),
  'POST /user/gpg_keys': (call) => {
    call.requireScope(['admin:gpg_key', 'write:gpg_key']);
    const keys = call.state.user(call.caller).keys;
    keys.push(call.text('armored_public_key'));
    return { status: 201, body: keysOf(call, call.caller).at(-1) };
  },

  [`GET ${repositoryPath}`]: (call) => {
    const { repository } = call;
    if (repository.delay > 0) {
      repository.delay--;
      throw new Refusal(404, 'Not Found');
    }
    return { status: 200, body: repositoryBody(call, repository) };
  },
  [`GET ${repositoryPath}/forks`]: (call) =>
    paged(
      call,
      call.state
        .network(call.repository)
        .filter(({ parent }) => parent === call.repository)
        .map((fork) => repositoryBody(call, fork, false)),
    ),
  [`POST ${repositoryPath}/forks`]: async (call) => ({
    status: 202,
    body: repositoryBody(call, await fork(call)),
  }),
  [`POST ${repositoryPath}/merge-upstream`]: mergeUpstream,
  [`GET ${repositoryPath}/branches/{branch}`]: async (call) => {
    const { repository, state } = call;
    const name = call.path('branch');
    const oid = await state.branch(repository, name);
    if (oid === undefined) throw new Refusal(404, 'Branch not found');
    return { status: 200, body: { name, commit: await commitBody(call, repository, oid), protected: false } };
  },
  [`GET ${repositoryPath}/collaborators/{username}/permission`]: (call) => {
    const login = call.path('username');
    const permission = call.state.permission(call.repositoryFor('write'), call.state.user(login).login);
    return { status: 200, body: { permission, role_name: permission, user: userBody(call, login) } };
  },

  [`GET ${repositoryPath}/commits`]: async (call) => {
    const start = call.query.get('sha') ?? `refs/heads/${call.repository.defaultBranch}`;
    const path = call.query.get('path');
    const only = path === null ? [] : ['--', path];
    const oids = await revisions(call.repository, ['--max-count=1000', start, ...only]);
    return paged(call, await Promise.all(oids.map((oid) => commitBody(call, call.repository, oid))));
  },
  [`GET ${repositoryPath}/commits/{ref}`]: async (call) => {
    const oid = await call.state.resolve(call.repository, `${call.path('ref')}^{commit}`);
    if (oid === undefined) throw new Refusal(422, `No commit found for SHA: ${call.path('ref')}`);
    return { status: 200, body: await commitBody(call, call.repository, oid) };
  },
  [`GET ${repositoryPath}/compare/{basehead}`]: compare,
  [`GET ${repositoryPath}/contents/{path}`]: contents,
  [`PUT ${repositoryPath}/contents/{path}`]: async (call) => {
    const repository = call.repositoryFor('write');
    const branch = call.textOr('branch', repository.defaultBranch);
    const path = call.path('path');
    const commit = await webCommit(call.state, repository, branch, {
      author: call.caller,
      message: call.text('message'),
      files: { [path]: Buffer.from(call.text('content'), 'base64') },
    });
    await call.state.follow(repository);
    return { status: 201, body: { content: { path }, commit: { sha: commit } } };
  },
  [`GET ${repositoryPath}/tarball/{ref}`]: (call) => ({
    status: 302,
    headers: {
      location: `${call.site}/${call.repository.owner}/${call.repository.name}/archive/${call.path('ref')}.tar.gz`,
    },
  }),
};

const keysOf = (call: Call, login: string) =>
  call.state
    .user(login)
    .keys.map((raw, index) => ({ id: index + 1, raw_key: raw, can_sign: true, revoked: false }));

/** The caller's fork, which may have another name and may have been there all along. */
async function fork(call: Call): Promise<ForgeRepository> {
  const { repository, state, caller } = call;
  call.requireScope(['repo', 'public_repo']);
  const standing = state
    .network(repository)
    .find(({ owner, parent }) => owner === caller && parent !== undefined);
  if (standing !== undefined) return standing;
  const taken = (name: string): boolean => state.repositories.has(`${caller}/${name}`.toLowerCase());
  const wished = call.textOr('name', repository.name);
  const name = taken(wished) ? `${wished}-1` : wished;
  const references = call.flag('default_branch_only') ? `refs/heads/${repository.defaultBranch}` : 'refs';
  const made = await state.link(caller, name, repository.git, { parent: repository, references });
  made.delay = state.forkDelay;
  return made;
}

async function mergeUpstream(call: Call) {
  const repository = call.repositoryFor('write');
  const branch = call.text('branch');
  const { parent } = repository;
  if (parent === undefined) throw new Refusal(422, 'The repository is not a fork.');
  const [own, theirs] = [
    await call.state.branch(repository, branch),
    await call.state.branch(parent, branch),
  ];
  if (own === undefined || theirs === undefined) throw new Refusal(422, 'The branch could not be synced.');
  const { status } = await repository.git.tryGit(['merge-base', '--is-ancestor', own, theirs]);
  if (status !== 0) throw new Refusal(409, 'There are merge conflicts.');
  await repository.git.ref(`refs/heads/${branch}`, theirs);
  const merge = own === theirs ? 'none' : 'fast-forward';
  return {
    status: 200,
    body: { message: 'Done.', merge_type: merge, base_branch: `${parent.owner}:${branch}` },
  };
}

const revisions = async ({ git }: ForgeRepository, args: readonly string[]): Promise<readonly Oid[]> =>
  (await git.git('rev-list', ...args)).split('\n').filter((line) => line !== '') as Oid[];

/** Compares commits of one network; those of forks are named `owner:branch` or `owner:repository:branch`. */
async function compare(call: Call) {
  const [left = '', right = ''] = call.path('basehead').split('...');
  const sides = [left, right].map((side) => sideOf(call, side));
  // A fork reaches the objects of what it was forked from, not the other way round.
  const repository =
    sides.find((side) => side.repository.parent !== undefined)?.repository ?? call.repository;
  const commits = sides.map(async (side): Promise<Oid> => {
    const oid = await call.state.resolve(side.repository, `${side.revision}^{commit}`);
    if (oid === undefined) throw new Refusal(404, 'Not Found');
    return oid;
  });
  const [base = '' as Oid, head = '' as Oid] = await Promise.all(commits);
  const { stdout, status } = await repository.git.tryGit(['merge-base', base, head]);
  if (status !== 0) throw new Refusal(404, `No common ancestor between ${left} and ${right}.`);
  const common = stdout.toString().trim() as Oid;
  const [ahead, behind] = [
    await revisions(repository, ['--reverse', `${base}..${head}`]),
    await revisions(repository, [`${head}..${base}`]),
  ];
  const state =
    ahead.length === 0
      ? behind.length === 0
        ? 'identical'
        : 'behind'
      : behind.length === 0
        ? 'ahead'
        : 'diverged';
  const shown = ahead.slice(0, Number(call.query.get('per_page') ?? 250));
  return {
    status: 200,
    body: {
      base_commit: await commitBody(call, repository, base),
      merge_base_commit: await commitBody(call, repository, common),
      status: state,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: await Promise.all(shown.map((oid) => commitBody(call, repository, oid))),
    },
  };
}

function sideOf(
  call: Call,
  side: string,
): { readonly repository: ForgeRepository; readonly revision: string } {
  const parts = side.split(':');
  const revision = parts.at(-1) ?? '';
  if (parts.length === 1) return { repository: call.repository, revision };
  const found = call.state
    .network(call.repository)
    .find(({ owner, name }) => owner === parts[0] && (parts.length === 2 || name === parts[1]));
  if (found === undefined) throw new Refusal(404, 'Not Found');
  return { repository: found, revision };
}

async function contents(call: Call) {
  const { repository } = call;
  const [path, revision] = [call.path('path'), call.query.get('ref') ?? repository.defaultBranch];
  const listing = await repository.git.tryGit(['ls-tree', '-l', '-z', revision, '--', path]);
  const [about = ''] = listing.stdout.toString().split('\0');
  const [, type, sha, size] = /^\d+ (\w+) (\w+) +(-|\d+)\t/.exec(about) ?? [];
  if (type === undefined || sha === undefined) throw new Refusal(404, 'Not Found');
  if (type !== 'blob') throw invalid('Contents', 'only files are served here');
  const { stdout } = await repository.git.tryGit(['cat-file', 'blob', sha]);
  const name = path.split('/').at(-1);
  const content = stdout.toString('base64');
  return {
    status: 200,
    body: { type: 'file', encoding: 'base64', size: Number(size), name, path, content, sha },
  };
}
