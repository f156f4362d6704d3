import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveAtHand } from '../core/chain/release.ts';
import { Fault } from '../core/fault.ts';
import { parseOid } from '../core/git/oid.ts';
import {
  maximumArchiveBytes,
  type ArchiveSource,
  type FetchedTag,
  type ObjectStore,
  type ReleaseSources,
} from '../core/ports.ts';
import { readArchive } from './archive.ts';
import type { Environment } from './process.ts';
import { UserGit } from './user-git.ts';

export interface ReleaseSourcesOptions {
  readonly environment: Environment;
  readonly archives: Pick<ArchiveSource, 'read'>;
  readonly openStore: (folder: string) => Promise<ObjectStore>;
  /** Whether a submission may name files of this machine and plain http: for repositories that live here. */
  readonly local: boolean;
  readonly limits?: FetchLimits;
}

/** What a source repository may cost. */
interface FetchLimits {
  /** On disk, while it is fetched. */
  readonly bytes: number;
  readonly seconds: number;
}

/** One commit of the largest sources that opam packages have is a tenth of this. */
const usualLimits: FetchLimits = { bytes: 2 * maximumArchiveBytes, seconds: 600 };

/** A server that sends next to nothing for a minute is given up (git-config(1)). */
const patience = ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=60'];

/**
 * Fetches what submissions name. The addresses come from strangers: git is told to speak https only (and what
 * `local` allows), to ask nobody for a password, and to run in a folder of its own that is removed afterwards.
 */
export function releaseSources(options: ReleaseSourcesOptions): ReleaseSources {
  return {
    fetchTag: (repository, tag) => fetchTag(repository, tag, options),
    fetchArchive: (url) => fetchArchive(url, options),
  };
}

async function fetchArchive(url: string, { archives, local }: ReleaseSourcesOptions): Promise<ArchiveAtHand> {
  requireProtocol(url, local);
  const bytes = await archives.read(url);
  return { kind: 'read', name: url, bytes, reading: await readArchive(bytes, url) };
}

function requireProtocol(address: string, local: boolean): void {
  const [, protocol = ''] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address) ?? [];
  const allowed = local ? ['https', 'http', 'file'] : ['https'];
  if (allowed.includes(protocol.toLowerCase())) return;
  throw new Fault(
    'network.failed',
    `${address} is not fetched: a submission may only name ${allowed.join(', ')} addresses.`,
    local
      ? 'Ask the author for an https address.'
      : 'Ask the author for an https address, or allow others with --local-sources.',
  );
}

async function fetchTag(
  repository: string,
  tag: string,
  options: ReleaseSourcesOptions,
): Promise<FetchedTag | undefined> {
  requireProtocol(repository, options.local);
  const folder = await mkdtemp(join(tmpdir(), 'opam-signet-source-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const fetched = await fetchInto(folder, repository, tag, options);
    if (fetched === undefined) await remove();
    return fetched && { ...fetched, close: () => fetched.store.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fetchInto(
  folder: string,
  repository: string,
  tag: string,
  { environment, local, openStore, limits = usualLimits }: ReleaseSourcesOptions,
): Promise<Omit<FetchedTag, 'close'> | undefined> {
  const settings = {
    GIT_ALLOW_PROTOCOL: local ? 'https:http:file' : 'https',
    // Whoever wrote the address would choose what the user is asked.
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', SSH_ASKPASS: 'false' },
  };
  const git = new UserGit(folder, { ...environment, ...settings }, folder);
  const refusal = {
    code: 'network.failed',
    what: `Tag ${tag} cannot be fetched from ${repository}.`,
    mend: 'Check the address, or leave out what needs the network: --offline.',
  } as const;
  const reference = `refs/tags/${tag}`;
  const timeout = limits.seconds * 1000;
  const listing = await git.ask([...patience, 'ls-remote', '--', repository, reference], refusal, '', {
    timeout,
  });
  const [, id = ''] =
    listing
      .split('\n')
      .map((line) => /^([0-9a-f]+)\t(.*)$/.exec(line))
      .find((line) => line?.[2] === reference) ?? [];
  if (id === '') return undefined;
  const format = id.length === 64 ? 'sha256' : 'sha1';
  await git.ask(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'], refusal);
  const fetching = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--depth=1',
    '--',
    repository,
    `${reference}:${reference}`,
  ];
  await bounded(folder, limits.bytes, (signal) =>
    git.ask([...patience, ...fetching], refusal, '', { signal, timeout }),
  );
  const oid = parseOid(await git.ask(['rev-parse', '--verify', reference], refusal), format);
  return oid && { store: await openStore(folder), oid };
}

/** Ends a fetch that fills the disk. git itself knows no such limit. */
async function bounded<T>(
  folder: string,
  bytes: number,
  fetch: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const tooMuch = `It brought more than ${bytes} bytes.`;
  const look = async (): Promise<void> => {
    if ((await sizeOf(folder)) > bytes) abort.abort(tooMuch);
  };
  const timer = setInterval(() => void look(), interval);
  try {
    const fetched = await fetch(abort.signal);
    if ((await sizeOf(folder)) <= bytes) return fetched;
  } finally {
    clearInterval(timer);
  }
  throw new Fault('limit.archive', `The source repository was given up. ${tooMuch}`, smaller);
}

const smaller = 'Release a smaller source tree, or leave out what needs the network: --offline.';

/** Milliseconds between two looks at the folder. */
const interval = 250;

/** git makes and removes temporary files while this looks: what is gone has no size. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
