import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveAtHand } from '../core/chain/release.ts';
import { Fault } from '../core/fault.ts';
import { parseOid } from '../core/git/oid.ts';
import type { ArchiveSource, FetchedTag, ObjectStore, ReleaseSources } from '../core/ports.ts';
import { readArchive } from './archive.ts';
import type { Environment } from './process.ts';
import { UserGit } from './user-git.ts';

export interface ReleaseSourcesOptions {
  readonly environment: Environment;
  readonly archives: Pick<ArchiveSource, 'read'>;
  readonly openStore: (folder: string) => Promise<ObjectStore>;
  /** Whether a submission may name files of this machine and plain http: for repositories that live here. */
  readonly local: boolean;
}

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
  { environment, local, openStore }: ReleaseSourcesOptions,
): Promise<Omit<FetchedTag, 'close'> | undefined> {
  const git = new UserGit(
    folder,
    { ...environment, GIT_ALLOW_PROTOCOL: local ? 'https:http:file' : 'https', GIT_TERMINAL_PROMPT: '0' },
    folder,
  );
  const refusal = {
    code: 'network.failed',
    what: `Tag ${tag} cannot be fetched from ${repository}.`,
    mend: 'Check the address, or leave out what needs the network: --offline.',
  } as const;
  const reference = `refs/tags/${tag}`;
  const listing = await git.ask(['ls-remote', '--', repository, reference], refusal);
  const [, id = ''] =
    listing
      .split('\n')
      .map((line) => /^([0-9a-f]+)\t(.*)$/.exec(line))
      .find((line) => line?.[2] === reference) ?? [];
  if (id === '') return undefined;
  const format = id.length === 64 ? 'sha256' : 'sha1';
  await git.ask(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.'], refusal);
  await git.ask(
    ['fetch', '--quiet', '--no-tags', '--depth=1', '--', repository, `${reference}:${reference}`],
    refusal,
  );
  const oid = parseOid(await git.ask(['rev-parse', '--verify', reference], refusal), format);
  return oid && { store: await openStore(folder), oid };
}
