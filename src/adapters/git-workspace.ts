import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';
import { UserGit } from './user-git.ts';
import { noSuchBranch, requireWorkspace } from './workspace-faults.ts';
import type { RemoteHead, WorkspaceOptions } from './workspace.ts';

/** A repository of our own that has of another one as much as was asked for. Nothing is checked out. */
export class GitWorkspace {
  readonly git: UserGit;
  readonly store: ObjectStore;
  readonly #options: WorkspaceOptions;

  private constructor(git: UserGit, store: ObjectStore, options: WorkspaceOptions) {
    this.git = git;
    this.store = store;
    this.#options = options;
  }

  /**
   * Makes the folder and fetches one commit with its root folder and what lies directly in it: the head of the branch,
   * or the older commit that is named.
   */
  static async fetch(options: WorkspaceOptions, head: RemoteHead, older?: Oid): Promise<GitWorkspace> {
    const { folder, address } = options;
    const git = await makeRepository(options, head.format);
    await fetchHead(git, address, older === undefined ? head : { ...head, oid: older }, older);
    return new GitWorkspace(git, await options.openStore(folder), options);
  }

  /** As an earlier run has left it; a `file.not-found` Fault where nothing is left. */
  static async reopen(options: WorkspaceOptions): Promise<GitWorkspace> {
    const { folder, environment } = options;
    await requireWorkspace(folder);
    const git = new UserGit(folder, environment, folder);
    return new GitWorkspace(git, await options.openStore(folder), options);
  }

  /** Where it is, and what it was read from. */
  get places(): WorkspaceOptions {
    return this.#options;
  }

  /** Every commit of the branch besides, without any file or folder. */
  async deepen(): Promise<void> {
    const args = [...fetch, '--unshallow', '--filter=tree:0', remote];
    await this.git.ask(args, unreachable(this.#options.address));
  }

  /** Brings objects, each with everything below it that is no blob. */
  async bring(oids: readonly Oid[]): Promise<void> {
    if (oids.length === 0) return;
    // As git itself fetches what a partial clone lacks (promisor-remote.c).
    const noop = ['-c', 'fetch.negotiationAlgorithm=noop'];
    const args = [...noop, ...fetch, '--filter=blob:none', '--stdin', remote];
    await this.git.ask(args, unreachable(this.#options.address), `${oids.join('\n')}\n`);
  }

  /** Bytes of objects that came over the wire so far. */
  async received(): Promise<number> {
    const packs = join(this.#options.folder, 'objects', 'pack');
    const names = (await readdir(packs)).filter((name) => name.endsWith('.pack'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(packs, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

async function gitIn({
  folder,
  environment,
}: Pick<WorkspaceOptions, 'folder' | 'environment'>): Promise<UserGit> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new UserGit(folder, environment, folder);
}

/** What the branch stands at now. Without a branch the one that HEAD means there. */
export async function findHead(options: WorkspaceOptions, branch: string | undefined): Promise<RemoteHead> {
  const { address } = options;
  const git = await gitIn(options);
  const patterns = branch === undefined ? ['HEAD'] : [`refs/heads/${branch}`];
  const listing = await git.ask(['ls-remote', '--symref', '--', address, ...patterns], unreachable(address));
  const name = branch ?? /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listing)?.[1];
  const id = /^([0-9a-f]+)\t/m.exec(listing)?.[1] ?? '';
  const format = id.length === 64 ? 'sha256' : 'sha1';
  const oid = parseOid(id, format);
  if (name !== undefined && oid !== undefined) return { branch: name, oid, format };
  throw noSuchBranch(address, branch);
}

const unreachable = (address: string) => ({
  code: 'network.failed' as const,
  what: `The package repository ${address} cannot be read.`,
  mend: `Try it by hand: git ls-remote ${address}`,
});

/** The name by which the workspace knows the package repository. */
const remote = 'upstream';

const unmade = {
  code: 'git.failed',
  what: 'The workspace cannot be made.',
  mend: 'Is the disk full?',
} as const;

/** Makes an empty repository of our own. */
export async function makeRepository(
  options: Pick<WorkspaceOptions, 'folder' | 'environment'>,
  format: ObjectFormat,
): Promise<UserGit> {
  const git = await gitIn(options);
  // Neither hooks nor a template of the user's belong in here.
  await git.ask(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'], unmade);
  return git;
}

async function fetchHead(
  git: UserGit,
  address: string,
  { branch, oid }: RemoteHead,
  older: Oid | undefined,
): Promise<void> {
  await git.ask(['config', `remote.${remote}.url`, address], unmade);
  const refspec = `${older ?? `refs/heads/${branch}`}:refs/remotes/${remote}/${branch}`;
  await git.ask([...fetch, ...shallow, remote, refspec], unreachable(address));
  const fetched = await git.lookUp(['rev-parse', '--verify', `refs/remotes/${remote}/${branch}`]);
  if (fetched === oid) return;
  throw new Fault(
    'network.failed',
    `Branch ${branch} of ${address} moved from ${oid} to ${fetched ?? 'nothing'} meanwhile.`,
    'Run the command again.',
  );
}

/** Every fetch keeps what it gets as one pack, so that bytes can be counted. */
const fetch = ['-c', 'fetch.unpackLimit=1', 'fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];

/** A server that knows no filters sends everything below as well. */
const shallow = ['--depth=1', '--filter=tree:2'];
