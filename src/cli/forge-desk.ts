import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findRemote, refusePassword } from '../adapters/git-remote.ts';
import { openStore } from '../adapters/open-store.ts';
import { userFolder } from '../adapters/user-folders.ts';
import { UserGit } from '../adapters/user-git.ts';
import { Fault } from '../core/fault.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type ForgePlace, parseForgePlace } from '../core/review/pull-request-name.ts';
import type { Context } from './context.ts';
import { openForge, type OpenedForge } from './review-forges.ts';
import { environmentOfPrograms } from './signing-key.ts';

/** A package repository at a forge, with a repository on this machine that its objects are fetched into. */
export interface ForgeDesk extends OpenedForge {
  readonly store: ObjectStore;
  readonly git: UserGit;
  /** What git fetches from and pushes to: the name of a remote of the user's, or an address. */
  readonly remote: string;
}

export interface DeskOptions {
  /** The package repository: a remote's name, an address, or `owner/name` at GitHub. */
  readonly remote?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/**
 * Opens the forge of a package repository. Objects go into the repository at hand if it has the forge's repository as
 * a remote, and otherwise into one of our own in the user's cache.
 */
export async function openForgeDesk(
  context: Context,
  options: DeskOptions,
  named: ForgePlace | undefined,
): Promise<ForgeDesk> {
  const { directory } = context.options;
  const here = await repositoryHere(context, options);
  try {
    const looking = new UserGit(directory, environmentOfPrograms(context));
    const remote = here && (await remoteHere(looking, options.remote, named));
    const place = named ?? remote?.place ?? placeOf(options.remote);
    const forge = await openForge(context, requirePlace(place));
    if (here !== undefined && remote !== undefined) {
      const git = new UserGit(directory, forge.environment);
      return { ...forge, store: here, git, remote: remote.name };
    }
    await here?.close();
    return await openWorkspace(context, forge, options);
  } catch (error) {
    await here?.close();
    throw error;
  }
}

/** A pull request that is named by its address needs no repository at hand. */
async function repositoryHere(context: Context, { store }: DeskOptions): Promise<ObjectStore | undefined> {
  const { options, environment } = context;
  try {
    return await openStore(options.directory, { kind: store, environment });
  } catch (error) {
    if (error instanceof Fault && error.code === 'repository.not-found') return undefined;
    throw error;
  }
}

interface RemoteHere {
  readonly name: string;
  readonly place: ForgePlace;
}

/** The remote that is the package repository: the one that was named, the one at this place, `upstream`, or as git push. */
async function remoteHere(
  git: UserGit,
  wanted: string | undefined,
  place: ForgePlace | undefined,
): Promise<RemoteHere | undefined> {
  const names = ((await git.lookUp(['remote'])) ?? '').split('\n').filter((name) => name !== '');
  const remotes: RemoteHere[] = [];
  for (const name of names) {
    const url = await git.lookUp(['remote', 'get-url', '--', name]);
    const found = url === undefined ? undefined : parseForgePlace(url);
    if (found !== undefined) remotes.push({ name, place: found });
  }
  const at = place ?? (wanted === undefined || names.includes(wanted) ? undefined : placeOf(wanted));
  if (at !== undefined) return remotes.find((one) => samePlace(one.place, at));
  if (wanted !== undefined) return remotes.find(({ name }) => name === wanted);
  const usual = (await findRemote(git, undefined))?.name;
  return remotes.find(({ name }) => name === 'upstream') ?? remotes.find(({ name }) => name === usual);
}

/** The name of the user's remote that is at this address, by whatever protocol. */
export async function remoteAt(git: UserGit, address: string): Promise<string | undefined> {
  const place = parseForgePlace(address);
  return place && (await remoteHere(git, undefined, place))?.name;
}

const samePlace = (one: ForgePlace, other: ForgePlace): boolean =>
  one.host === other.host && one.path.toLowerCase() === other.path.toLowerCase();

/** `owner/name` is at GitHub. */
function placeOf(remote: string | undefined): ForgePlace | undefined {
  if (remote === undefined) return undefined;
  refusePassword(remote);
  return /^[\w.-]+\/[\w.-]+$/.test(remote) ? { host: 'github.com', path: remote } : parseForgePlace(remote);
}

function requirePlace(place: ForgePlace | undefined): ForgePlace {
  if (place !== undefined) return place;
  throw new Fault(
    'pull-request.not-found',
    'Nothing says at which forge the pull request is.',
    'Give its address instead of its number, or name the package repository: --remote OWNER/NAME.',
  );
}

/** A bare repository of our own for each package repository; everything in it can be fetched again. */
async function openWorkspace(
  context: Context,
  forge: OpenedForge,
  { store }: DeskOptions,
): Promise<ForgeDesk> {
  const { environment } = context;
  const digest = createHash('sha256').update(forge.review.address).digest('hex').slice(0, 16);
  const folder = join(
    userFolder(environment, 'XDG_CACHE_HOME'),
    'opam-signet',
    'repositories',
    `${digest}.git`,
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const git = new UserGit(folder, forge.environment, folder);
  await git.ask(['init', '--quiet', '--bare', '--template=', '.'], {
    code: 'git.failed',
    what: `The workspace ${folder} cannot be made.`,
    mend: 'Is the disk full?',
  });
  return {
    ...forge,
    store: await openStore(folder, { kind: store, environment }),
    git,
    remote: forge.review.address,
  };
}
