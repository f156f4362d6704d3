import { copyFile, rm, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Identity, parseCommit, parseTag } from '../core/git/object.ts';
import type { ObjectFormat, Oid } from '../core/git/oid.ts';
import type { ObjectStore, Reference } from '../core/ports.ts';
import type { StandingObject, StandingWork } from '../core/publish/standing-work.ts';
import { type GitWorkspace, makeRepository } from './git-workspace.ts';
import type { UserGit } from './user-git.ts';
import type { StandingPlace } from './workspace.ts';

/** So many commits are listed: nobody reads more before saying yes. */
const listedCommits = 20;

const folderOf = (workspace: string): string => join(workspace, 'standing.git');

/**
 * Reads what stands under the names of a submission into a folder beside the workspace, which push and fetch there
 * do not look at. It stays, so that what was overwritten can be put back.
 */
export async function readStandingWork(
  workspace: GitWorkspace,
  { branch, from, references }: StandingPlace,
): Promise<StandingWork> {
  const { address, folder, environment, openStore } = workspace.places;
  const git = await makeRepository({ environment, folder: folderOf(folder) }, workspace.store.format);
  await fetch(git, { remote: 'base', address, depth: 1000 }, [`refs/heads/${branch}:refs/standing/base`]);
  const refspecs = references.map(({ name }) => `${name}:${keptName(name)}`);
  await fetch(git, { remote: 'standing', address: from, depth: 60 }, refspecs);
  const store = await openStore(git.folder);
  try {
    return await listWork(store, references);
  } finally {
    await store.close();
  }
}

interface Depth {
  readonly remote: string;
  readonly address: string;
  /** So many generations of commits are read, without any file or folder. */
  readonly depth: number;
}

async function fetch(
  git: UserGit,
  { remote, address, depth }: Depth,
  refspecs: readonly string[],
): Promise<void> {
  const refusal = {
    code: 'network.failed',
    what: `What stands at ${address} cannot be read.`,
    mend: `Try it by hand: git ls-remote ${address}`,
  } as const;
  await git.ask(['config', `remote.${remote}.url`, address], refusal);
  const shallow = [`--depth=${depth}`, '--filter=tree:0'];
  await git.ask(['fetch', '--quiet', '--no-tags', ...shallow, remote, ...refspecs], refusal);
}

const keptName = (name: string): string => name.replace(/^refs\//, 'refs/standing/');

async function listWork(store: ObjectStore, standing: readonly Reference[]): Promise<StandingWork> {
  const base = await store.resolve('refs/standing/base');
  const tips: Oid[] = [];
  let tag: StandingObject | undefined;
  for (const { oid } of standing) {
    const object = await store.read(oid);
    if (object?.type === 'commit') tips.push(oid);
    const parsed = object?.type === 'tag' ? parseTag(object.content, store.format) : undefined;
    if (parsed?.ok !== true) continue;
    const { tagger, message } = parsed.value;
    tag = describe(oid, message, tagger);
    if (parsed.value.objectType === 'commit') tips.push(parsed.value.object);
  }
  const commits: StandingObject[] = [];
  for await (const { oid } of store.ancestry(tips, base === undefined ? [] : [base])) {
    if (commits.length === listedCommits) return { commits, more: true, tag };
    commits.push(await readCommit(store, oid));
  }
  return { commits, more: false, tag };
}

async function readCommit(store: ObjectStore, oid: Oid): Promise<StandingObject> {
  const object = await store.read(oid);
  const parsed = object && parseCommit(object.content, store.format);
  return parsed?.ok === true
    ? describe(oid, parsed.value.message, parsed.value.author)
    : describe(oid, 'a commit that cannot be read', undefined);
}

const describe = (oid: Oid, message: string, maker: Identity | undefined): StandingObject => ({
  oid,
  subject: message.split('\n', 1)[0] ?? '',
  author: maker === undefined ? 'nobody knows whom' : `${maker.name} <${maker.email}>`,
  time: maker?.time ?? 0,
});

/**
 * A repository to overwrite from: all that the workspace has, without its right to fetch what it lacks. git asks whether
 * it has what is overwritten, and in a partial clone that alone fetches it with its whole history (git remote.c).
 */
export async function repositoryToOverwrite(
  git: UserGit,
  workspace: string,
  format: ObjectFormat,
): Promise<UserGit> {
  const folder = join(workspace, 'overwriting.git');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const plain = git.in(folder);
  await plain.ask(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'], {
    code: 'git.failed',
    what: `${folder} cannot be made.`,
    mend: 'Is the disk full?',
  });
  await writeFile(join(folder, 'objects', 'info', 'alternates'), `${resolve(workspace, 'objects')}\n`);
  await rm(join(folder, 'shallow'), { force: true });
  await copyFile(join(workspace, 'shallow'), join(folder, 'shallow')).catch(() => undefined);
  return plain;
}

/**
 * A repository to push from what was overwritten, without having more of it than its newest commits. git packs what the
 * remote lacks; as the remote had all of it, it is told that what stands there now came after what is put back.
 *
 * @param head the commit that stands there now
 */
export async function repositoryToRestore(
  git: UserGit,
  workspace: string,
  head: Oid,
  replaced: readonly Oid[],
): Promise<UserGit> {
  const folder = folderOf(workspace);
  const restoring = git.in(folder);
  const commits: string[] = [];
  for (const oid of replaced) {
    commits.push(
      await restoring.ask(['rev-parse', '--verify', `${oid}^{commit}`], {
        code: 'object.missing',
        what: `What stood there before, ${oid}, is not kept in ${folder}.`,
        mend: 'Put it back by hand, from a clone that has it.',
      }),
    );
  }
  await mkdir(join(folder, 'info'), { recursive: true });
  await writeFile(join(folder, 'objects', 'info', 'alternates'), `${resolve(workspace, 'objects')}\n`);
  await writeFile(join(folder, 'info', 'grafts'), [[head, ...commits].join(' '), ...commits, ''].join('\n'));
  await rm(join(folder, 'shallow'), { force: true });
  return restoring;
}
