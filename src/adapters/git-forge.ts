import { access, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type {
  Forge,
  ObjectStore,
  PackageRepository,
  Reference,
  RepositoryPlace,
  Submission,
  SubmissionNames,
} from '../core/ports.ts';
import { refusePassword } from './git-remote.ts';
import { pushReferences, standingAt } from './push-references.ts';
import { UserGit } from './user-git.ts';
import type { Environment } from './process.ts';

export interface GitForgeOptions {
  /** A path, or a URL that git can fetch from and push to. */
  readonly address: string;
  /** A folder for the objects of this run, which `open` makes. Whoever names it removes it. */
  readonly workspace: string;
  /** The user's: fetching and pushing go through their credential helper or SSH agent. */
  readonly environment: Environment;
  readonly openStore: (gitFolder: string) => Promise<ObjectStore>;
}

/** A forge that is nothing but a git remote: a submission is a branch and its submission tag (kernel style). */
export function gitForge(options: GitForgeOptions): Forge {
  refusePassword(options.address);
  const git = new UserGit(options.workspace, options.environment, options.workspace);
  return {
    kind: 'git',
    address: options.address,
    open: async (branch) => {
      await mkdir(options.workspace, { recursive: true, mode: 0o700 });
      const head = await findHead(git, options.address, branch);
      await fetchHead(git, options.address, head);
      const store = await options.openStore(options.workspace);
      return new GitPackageRepository(git, store, options, { branch: head.branch, base: head.oid });
    },
    reopen: async (place) => {
      await requireWorkspace(options.workspace);
      return new GitPackageRepository(git, await options.openStore(options.workspace), options, place);
    },
  };
}

async function requireWorkspace(folder: string): Promise<void> {
  await access(join(folder, 'HEAD')).catch((error: unknown) => {
    throw new Fault(
      'file.not-found',
      `What was signed is gone: there is no ${folder}.`,
      'The journal says what was done: take it back by hand, remove its folder and publish again.',
      error,
    );
  });
}

interface RemoteHead {
  readonly branch: string;
  readonly oid: Oid;
  readonly format: ObjectFormat;
}

/** What the branch stands at now. Without a branch the one that HEAD means there. */
async function findHead(git: UserGit, address: string, branch: string | undefined): Promise<RemoteHead> {
  const patterns = branch === undefined ? ['HEAD'] : [`refs/heads/${branch}`];
  const listing = await git.ask(['ls-remote', '--symref', '--', address, ...patterns], unreachable(address));
  const name = branch ?? /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listing)?.[1];
  const id = /^([0-9a-f]+)\t/m.exec(listing)?.[1] ?? '';
  const format = id.length === 64 ? 'sha256' : 'sha1';
  const oid = parseOid(id, format);
  if (name !== undefined && oid !== undefined) return { branch: name, oid, format };
  throw new Fault(
    'revision.not-found',
    `The package repository ${address} has no ${branch === undefined ? 'default branch' : `branch ${branch}`}.`,
    'Name the branch that the submission is for: --base BRANCH.',
  );
}

const unreachable = (address: string) => ({
  code: 'network.failed' as const,
  what: `The package repository ${address} cannot be read.`,
  mend: `Try it by hand: git ls-remote ${address}`,
});

/** The name by which the workspace knows the package repository. */
const remote = 'upstream';

/**
 * One commit with its root folder and what lies directly in it. A server that knows no filters sends everything
 * below as well; nothing is checked out.
 */
async function fetchHead(git: UserGit, address: string, { branch, oid, format }: RemoteHead): Promise<void> {
  const workspace = {
    code: 'git.failed',
    what: 'The workspace cannot be made.',
    mend: 'Is the disk full?',
  } as const;
  // Neither hooks nor a template of the user's belong in here.
  const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'];
  await git.ask(init, workspace);
  await git.ask(['config', `remote.${remote}.url`, address], workspace);
  const refspec = `refs/heads/${branch}:refs/remotes/${remote}/${branch}`;
  await git.ask([...fetch, '--depth=1', '--filter=tree:2', remote, refspec], unreachable(address));
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

class GitPackageRepository implements PackageRepository {
  readonly store: ObjectStore;
  readonly branch: string;
  readonly base: Oid;
  readonly facts = {};
  readonly #git: UserGit;
  readonly #options: GitForgeOptions;

  constructor(
    git: UserGit,
    store: ObjectStore,
    options: GitForgeOptions,
    { branch, base }: Omit<RepositoryPlace, 'facts'>,
  ) {
    this.store = store;
    this.branch = branch;
    this.base = base;
    this.#git = git;
    this.#options = options;
  }

  async bring(oids: readonly Oid[]): Promise<void> {
    if (oids.length === 0) return;
    // As git itself fetches what a partial clone lacks (promisor-remote.c).
    const noop = ['-c', 'fetch.negotiationAlgorithm=noop'];
    const args = [...noop, ...fetch, '--filter=blob:none', '--stdin', remote];
    await this.#git.ask(args, unreachable(this.#options.address), `${oids.join('\n')}\n`);
  }

  standing(names: readonly string[]): Promise<readonly Reference[]> {
    return standingAt(this.#git, remote, this.#options.address, this.store.format, names);
  }

  announce({ branch, tag }: SubmissionNames): readonly string[] {
    return [`push branch ${branch} and tag ${tag} to ${this.#options.address}`];
  }

  acts(submission: Submission): readonly OutwardAct[] {
    const { branch, tag, head, tagOid } = submission;
    const { address } = this.#options;
    const references = [
      { name: `refs/heads/${branch}`, oid: head },
      { name: `refs/tags/${tag}`, oid: tagOid },
    ];
    const act = {
      id: 'push-submission',
      title: this.announce(submission).join(', '),
      details: { address, branch, head, tag, tagOid, base: this.base },
    };
    return [pushReferences(act, { git: this.#git, remote, address, references })];
  }

  requests(): readonly OutwardAct[] {
    return [];
  }

  async received(): Promise<number> {
    const packs = join(this.#options.workspace, 'objects', 'pack');
    const names = (await readdir(packs)).filter((name) => name.endsWith('.pack'));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(packs, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
