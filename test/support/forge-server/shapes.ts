import { gitPayload } from '../../../src/core/git/signed-object.ts';
import { parseCommit, parseTag, type Identity } from '../../../src/core/git/object.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds } from '../../../src/core/ports.ts';
import type { Call } from './call.ts';
import type {
  ForgeAsset,
  ForgeComment,
  ForgePull,
  ForgeRelease,
  ForgeRepository,
  ForgeUser,
} from './forge-state.ts';
import { Refusal } from './refusal.ts';

/** As GitHub writes a moment. */
export const instant = (time: Seconds): string => new Date(time * 1000).toISOString().replace('.000Z', 'Z');

type Body = Readonly<Record<string, unknown>>;

/** Apps go by such a name, and no person may have one. */
export const isApp = (login: string | undefined): boolean => login?.endsWith('[bot]') === true;

export const userBody = (call: Call, login: string): Body => ({
  login,
  id: call.state.users.get(login.toLowerCase())?.id ?? 0,
  type: isApp(login) ? 'Bot' : 'User',
  html_url: isApp(login) ? `${call.site}/apps/${login.replace(/\[bot\]$/, '')}` : `${call.site}/${login}`,
});

export const fullUserBody = (call: Call, user: ForgeUser): Body => ({
  ...userBody(call, user.login),
  name: user.name,
  email: user.email,
});

const fullName = ({ owner, name }: ForgeRepository): string => `${owner}/${name}`;

const apiOf = (call: Call, repository: ForgeRepository): string =>
  `${call.site}/api/v3/repos/${fullName(repository)}`;

export function repositoryBody(call: Call, repository: ForgeRepository, whole = true): Body {
  const { parent } = repository;
  const root = parent?.parent ?? parent;
  const permission = call.state.permission(repository, call.login);
  return {
    id: repository.id,
    name: repository.name,
    full_name: fullName(repository),
    owner: userBody(call, repository.owner),
    private: repository.private,
    fork: parent !== undefined,
    default_branch: repository.defaultBranch,
    url: apiOf(call, repository),
    html_url: `${call.site}/${fullName(repository)}`,
    clone_url: `${call.site}/${fullName(repository)}.git`,
    ssh_url: `git@127.0.0.1:${fullName(repository)}.git`,
    permissions: {
      admin: permission === 'admin',
      push: permission === 'admin' || permission === 'write',
      pull: permission !== 'none',
    },
    ...(whole && parent !== undefined ? { parent: repositoryBody(call, parent, false) } : {}),
    ...(whole && root !== undefined ? { source: repositoryBody(call, root, false) } : {}),
  };
}

export async function pullBody(call: Call, pull: ForgePull): Promise<Body> {
  const { base, head, merged } = pull;
  const mergeable =
    pull.state === 'open' && (await cleanMerge(base, pull.baseBranch, pull.headOid)) !== undefined;
  const commits = await commitsOf(pull);
  return {
    number: pull.number,
    id: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    draft: pull.draft,
    user: userBody(call, pull.author),
    url: `${apiOf(call, base)}/pulls/${pull.number}`,
    html_url: `${call.site}/${fullName(base)}/pull/${pull.number}`,
    head: sideBody(call, head, pull.headBranch, pull.headOid),
    base: sideBody(call, base, pull.baseBranch, pull.baseOid),
    author_association: 'CONTRIBUTOR',
    maintainer_can_modify: pull.maintainerCanModify,
    created_at: instant(pull.created),
    updated_at: instant(pull.updated),
    merged: merged !== undefined,
    merged_at: merged === undefined ? null : instant(merged.at),
    merged_by: merged === undefined ? null : userBody(call, merged.by),
    merge_commit_sha: merged?.commit ?? null,
    mergeable: pull.state === 'open' ? mergeable : null,
    mergeable_state: mergeable ? 'clean' : 'dirty',
    commits: commits.length,
    comments: base.comments.filter(({ issue }) => issue === pull.number).length,
    labels: labelBodies(base.labels.get(pull.number) ?? []),
  };
}

const sideBody = (call: Call, repository: ForgeRepository, branch: string, oid: Oid): Body => ({
  label: `${repository.owner}:${branch}`,
  ref: branch,
  sha: oid,
  repo: repositoryBody(call, repository, false),
  user: userBody(call, repository.owner),
});

/** What merging would give; undefined where it is not clean. */
export async function cleanMerge(base: ForgeRepository, branch: string, head: Oid): Promise<Oid | undefined> {
  const { status, stdout } = await base.git.tryGit([
    'merge-tree',
    '--write-tree',
    `refs/heads/${branch}`,
    head,
  ]);
  return status === 0 ? (stdout.toString().trim() as Oid) : undefined;
}

/** The commits that a pull request brings, oldest first. */
export async function commitsOf({ base, baseOid, headOid }: ForgePull): Promise<readonly Oid[]> {
  const listing = await base.git.git('rev-list', '--reverse', '--topo-order', headOid, `^${baseOid}`);
  return listing.split('\n').filter((line) => line !== '') as Oid[];
}

export const labelBodies = (names: readonly string[]): readonly Body[] => names.map((name) => ({ name }));

const identityBody = ({ name, email, time }: Identity): Body => ({ name, email, date: instant(time) });

/** A commit of the git database. GitHub calls every signature good here, as an attacker's forge would. */
export async function gitCommitBody(call: Call, repository: ForgeRepository, oid: Oid): Promise<Body> {
  const content = await readObject(repository, oid, 'commit');
  const parsed = parseCommit(content, 'sha1');
  if (!parsed.ok) throw new Refusal(422, parsed.malformation.message);
  const { tree, parents, author, committer } = parsed.value;
  const message = Buffer.from(content).toString('utf8');
  return {
    sha: oid,
    url: `${apiOf(call, repository)}/git/commits/${oid}`,
    tree: { sha: tree },
    parents: parents.map((sha) => ({ sha })),
    author: identityBody(author),
    committer: identityBody(committer),
    message: message.slice(message.indexOf('\n\n') + 2).trimEnd(),
    verification: verification('commit', content),
  };
}

function verification(type: 'commit' | 'tag', content: Uint8Array): Body {
  const parts = gitPayload(type, content, 'sha1');
  if (parts === undefined) return { verified: false, reason: 'unsigned', signature: null, payload: null };
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  return { verified: true, reason: 'valid', signature: text(parts.signature), payload: text(parts.payload) };
}

export async function gitTagBody(call: Call, repository: ForgeRepository, oid: Oid): Promise<Body> {
  const content = await readObject(repository, oid, 'tag');
  const parsed = parseTag(content, 'sha1');
  if (!parsed.ok) throw new Refusal(422, parsed.malformation.message);
  const { object, name, tagger } = parsed.value;
  const type = Buffer.from(content).toString('latin1').split('\n')[1]?.slice('type '.length) ?? '';
  const message = Buffer.from(content).toString('utf8');
  return {
    sha: oid,
    url: `${apiOf(call, repository)}/git/tags/${oid}`,
    tag: name,
    object: { sha: object, type },
    tagger: tagger === undefined ? undefined : identityBody(tagger),
    message: message.slice(message.indexOf('\n\n') + 2),
    verification: verification('tag', content),
  };
}

/** The bytes of an object of this type; 404 where there is none. */
export async function readObject(
  repository: ForgeRepository,
  oid: string,
  type: string,
): Promise<Uint8Array> {
  const { status, stdout } = await repository.git.tryGit(['cat-file', type, oid]);
  if (status !== 0) throw new Refusal(404, 'Not Found');
  return stdout;
}

/** A commit as lists of commits have it. */
export async function commitBody(call: Call, repository: ForgeRepository, oid: Oid): Promise<Body> {
  const commit = await gitCommitBody(call, repository, oid);
  return {
    sha: oid,
    url: `${apiOf(call, repository)}/commits/${oid}`,
    html_url: `${call.site}/${fullName(repository)}/commit/${oid}`,
    commit,
    author: null,
    committer: null,
    parents: commit['parents'],
  };
}

export const commentBody = (call: Call, repository: ForgeRepository, comment: ForgeComment): Body => ({
  id: comment.id,
  body: comment.body,
  user: userBody(call, comment.author),
  url: `${apiOf(call, repository)}/issues/comments/${comment.id}`,
  html_url: `${call.site}/${fullName(repository)}/pull/${comment.issue}#issuecomment-${comment.id}`,
  created_at: instant(comment.created),
  updated_at: instant(comment.updated),
});

export const assetBody = (
  call: Call,
  repository: ForgeRepository,
  release: ForgeRelease,
  asset: ForgeAsset,
): Body => ({
  id: asset.id,
  name: asset.name,
  content_type: asset.contentType,
  label: asset.label ?? null,
  size: asset.content.length,
  state: 'uploaded',
  uploader: userBody(call, asset.uploader),
  url: `${apiOf(call, repository)}/releases/assets/${asset.id}`,
  browser_download_url: `${call.site}/${fullName(repository)}/releases/download/${release.tag}/${asset.name}`,
});

export const releaseBody = (call: Call, repository: ForgeRepository, release: ForgeRelease): Body => ({
  id: release.id,
  tag_name: release.tag,
  target_commitish: release.target,
  name: release.name,
  body: release.body ?? undefined,
  draft: release.draft,
  prerelease: release.prerelease,
  author: userBody(call, release.author),
  created_at: instant(release.created),
  published_at: release.draft ? null : instant(release.created),
  url: `${apiOf(call, repository)}/releases/${release.id}`,
  html_url: `${call.site}/${fullName(repository)}/releases/tag/${release.tag}`,
  upload_url: `${call.site}/api/uploads/repos/${fullName(repository)}/releases/${release.id}/assets{?name,label}`,
  assets: release.assets.map((asset) => assetBody(call, repository, release, asset)),
});
