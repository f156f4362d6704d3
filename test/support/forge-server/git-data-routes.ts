import { embedCommitSignature } from '../../../src/core/git/signed-object.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { TreeEntry } from '../../../src/core/ports.ts';
import { commitBytes, treeBytes } from '../git-bytes.ts';
import type { Answer, Call, Routes } from './call.ts';
import type { ForgeRepository } from './forge-state.ts';
import { invalid, Refusal } from './refusal.ts';
import { record } from './schema.ts';
import { gitCommitBody, gitTagBody, readObject } from './shapes.ts';

const git = '/repos/{owner}/{repo}/git';

/** The git database, object by object. */
export const gitDataRoutes: Routes = {
  [`GET ${git}/ref/{ref}`]: async (call) => {
    const name = `refs/${call.path('ref')}`;
    const oid = await call.state.resolve(call.repository, name);
    if (oid === undefined) throw new Refusal(404, 'Not Found');
    return { status: 200, body: await referenceBody(call.repository, name, oid) };
  },
  [`GET ${git}/matching-refs/{ref}`]: async (call) => {
    const listing = await call.repository.git.git('for-each-ref', '--format=%(refname) %(objectname)');
    const lines = listing.split('\n').map((line) => line.split(' '));
    const matching = lines.filter(([name = '']) => name.startsWith(`refs/${call.path('ref')}`));
    const bodies = matching.map(([name = '', oid = '']) => referenceBody(call.repository, name, oid as Oid));
    return { status: 200, body: await Promise.all(bodies) };
  },
  [`POST ${git}/refs`]: async (call) => {
    const repository = writable(call);
    const [name, oid] = [call.text('ref'), call.text('sha') as Oid];
    if (!/^refs\/(heads|tags)\/./.test(name)) throw new Refusal(422, 'Reference name must start with refs/');
    if ((await call.state.resolve(repository, name)) !== undefined)
      throw new Refusal(422, 'Reference already exists');
    await point(call, repository, name, oid);
    return { status: 201, body: await referenceBody(repository, name, oid) };
  },
  [`PATCH ${git}/refs/{ref}`]: async (call) => {
    const repository = writable(call);
    const [name, oid] = [`refs/${call.path('ref')}`, call.text('sha') as Oid];
    const standing = await call.state.resolve(repository, name);
    if (standing === undefined) throw new Refusal(422, 'Reference does not exist');
    const { status } = await repository.git.tryGit(['merge-base', '--is-ancestor', standing, oid]);
    if (status !== 0 && !call.flag('force')) throw new Refusal(422, 'Update is not a fast forward');
    await point(call, repository, name, oid);
    return { status: 200, body: await referenceBody(repository, name, oid) };
  },
  [`DELETE ${git}/refs/{ref}`]: async (call) => {
    const repository = writable(call);
    const name = `refs/${call.path('ref')}`;
    if ((await call.state.resolve(repository, name)) === undefined)
      throw new Refusal(422, 'Reference does not exist');
    await repository.git.git('update-ref', '-d', name);
    return { status: 204 };
  },

  [`POST ${git}/blobs`]: async (call) => {
    const encoding = call.text('encoding') === 'base64' ? 'base64' : 'utf8';
    const sha = await writable(call).git.writeObject('blob', Buffer.from(call.text('content'), encoding));
    return { status: 201, body: { sha } };
  },
  [`GET ${git}/blobs/{file_sha}`]: async (call) => {
    const content = Buffer.from(await readObject(call.repository, call.path('file_sha'), 'blob'));
    const sha = call.path('file_sha');
    return {
      status: 200,
      body: { sha, size: content.length, encoding: 'base64', content: content.toString('base64') },
    };
  },
  [`POST ${git}/trees`]: postTree,
  [`GET ${git}/trees/{tree_sha}`]: getTree,
  [`POST ${git}/commits`]: postCommit,
  [`GET ${git}/commits/{commit_sha}`]: async (call) => ({
    status: 200,
    body: await gitCommitBody(call, call.repository, call.path('commit_sha') as Oid),
  }),
  [`POST ${git}/tags`]: async (call) => {
    const repository = writable(call);
    const headers = [`object ${call.text('object')}`, `type ${call.text('type')}`, `tag ${call.text('tag')}`];
    const tagger = person(call.body['tagger'], call);
    const content = commitBytes([...headers, `tagger ${tagger}`], Buffer.from(call.text('message')));
    return {
      status: 201,
      body: await gitTagBody(call, repository, await repository.git.writeObject('tag', content)),
    };
  },
  [`GET ${git}/tags/{tag_sha}`]: async (call) => ({
    status: 200,
    body: await gitTagBody(call, call.repository, call.path('tag_sha') as Oid),
  }),
};

const writable = (call: Call): ForgeRepository => call.repositoryFor('write');

async function point(call: Call, repository: ForgeRepository, name: string, oid: Oid): Promise<void> {
  if ((await call.state.resolve(repository, `${oid}^{object}`)) === undefined)
    throw new Refusal(422, 'Object does not exist');
  await repository.git.ref(name, oid);
  await call.state.follow(repository);
}

async function referenceBody(repository: ForgeRepository, name: string, oid: Oid) {
  return { ref: name, object: { sha: oid, type: await repository.git.git('cat-file', '-t', oid) } };
}

async function postTree(call: Call): Promise<Answer> {
  const repository = writable(call);
  const base = call.textOr('base_tree', undefined);
  const entries = new Map<string, TreeEntry>(base === undefined ? [] : await entriesOf(repository, base));
  const given: unknown = call.body['tree'];
  for (const one of Array.isArray(given) ? given : []) {
    const { path, mode, sha } = record(one);
    if (typeof path !== 'string' || typeof mode !== 'string' || path.includes('/'))
      throw new Refusal(422, 'tree.path contains a malformed path component');
    if (sha === null) entries.delete(path);
    else if (typeof sha === 'string') entries.set(path, { mode: mode.replace(/^0/, ''), oid: sha as Oid });
    else throw invalid('Tree', 'an entry has no sha');
  }
  for (const [path, { oid }] of entries) {
    if ((await call.state.resolve(repository, `${oid}^{object}`)) === undefined)
      throw new Refusal(422, `tree.sha ${oid} of ${path} is not a valid object`);
  }
  const latin = new Map([...entries].map(([path, entry]) => [Buffer.from(path).toString('latin1'), entry]));
  return {
    status: 201,
    body: await treeBody(repository, await repository.git.writeObject('tree', treeBytes(latin))),
  };
}

/** The entries of one folder, names decoded as the interface has to. */
async function entriesOf(
  { git }: ForgeRepository,
  tree: string,
): Promise<readonly (readonly [string, TreeEntry])[]> {
  const { status, stdout } = await git.tryGit(['ls-tree', '-z', '--full-tree', tree]);
  if (status !== 0) throw new Refusal(404, 'Not Found');
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [about = '', path = ''] = line.split('\t');
      const [mode = '', , oid = ''] = about.split(' ');
      return [path, { mode: mode.replace(/^0/, ''), oid: oid as Oid }] as const;
    });
}

async function getTree(call: Call): Promise<Answer> {
  if (call.query.get('recursive') !== null) throw invalid('Tree', 'only single folders are served here');
  const tree = await call.state.resolve(call.repository, `${call.path('tree_sha')}^{tree}`);
  if (tree === undefined) throw new Refusal(404, 'Not Found');
  return { status: 200, body: await treeBody(call.repository, tree) };
}

async function treeBody(repository: ForgeRepository, tree: Oid) {
  const types: Readonly<Record<string, string>> = { '40000': 'tree', '160000': 'commit' };
  const entries = (await entriesOf(repository, tree)).map(([path, { mode, oid }]) => ({
    path,
    mode: mode.padStart(6, '0'),
    type: types[mode] ?? 'blob',
    sha: oid,
  }));
  return { sha: tree, truncated: false, tree: entries };
}

/** A commit in the words of the interface, which GitHub puts together by itself: the signature must be over that. */
async function postCommit(call: Call): Promise<Answer> {
  const repository = writable(call);
  const parents: unknown = call.body['parents'];
  const author = person(call.body['author'], call);
  const committer = call.body['committer'] === undefined ? author : person(call.body['committer'], call);
  const payload = commitBytes(
    [
      `tree ${call.text('tree')}`,
      ...(Array.isArray(parents) ? parents.map((parent) => `parent ${String(parent)}`) : []),
      `author ${author}`,
      `committer ${committer}`,
    ],
    Buffer.from(call.text('message')),
  );
  const signature = call.textOr('signature', undefined);
  const content = signature === undefined ? payload : embedCommitSignature(payload, signature, 'sha1');
  const oid = await repository.git.writeObject('commit', content);
  return { status: 201, body: await gitCommitBody(call, repository, oid) };
}

/** An identity with its moment; the zone of the moment's own writing is kept. */
function person(value: unknown, call: Call): string {
  const { name, email, date } = record(value);
  const moment = typeof date === 'string' ? date : new Date(call.state.now() * 1000).toISOString();
  const [, sign = '+', hours = '00', minutes = '00'] = /([+-])(\d\d):?(\d\d)$/.exec(moment) ?? [];
  const user = call.state.user(call.caller);
  const seconds = Math.floor(Date.parse(moment) / 1000);
  return `${typeof name === 'string' ? name : user.name} <${typeof email === 'string' ? email : user.email}> ${seconds} ${sign}${hours}${minutes}`;
}
