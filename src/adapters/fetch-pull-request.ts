import { Fault } from '../core/fault.ts';
import { parseOid, type ObjectFormat, type Oid } from '../core/git/oid.ts';
import type { ObjectStore, Reference } from '../core/ports.ts';
import type { PullRequest } from '../core/review-ports.ts';
import { someAtOnce } from '../core/some-at-once.ts';
import type { UserGit } from './user-git.ts';

/** Where fetched references are kept: nothing of the user's is ever moved or made. */
const ownNamespace = 'refs/opam-signet/';

const tagsPrefix = 'refs/tags/signet/';

export interface FetchedPullRequest {
  readonly base: Oid;
  readonly head: Oid;
  /** The tags below `refs/tags/signet/` of the package repository, and those on the head that its author's has. */
  readonly tags: readonly Reference[];
  /** Why the author's repository could not be asked for tags. */
  readonly untagged: Fault | undefined;
  /** Whether anything had to be fetched. */
  readonly fetched: boolean;
}

interface Listing {
  readonly references: readonly Reference[];
  /** The commits that annotated tags are on, by the tag's name. */
  readonly peeled: ReadonlyMap<string, Oid>;
}

type Pull = Pick<PullRequest, 'base' | 'headReference' | 'number' | 'source'>;

/**
 * Brings what judging pull requests takes: the base branch, each head by the name under which the package repository
 * has it, and tags. git decides what a head is; where the objects are here already, nothing is fetched. The answers are
 * in the order of the questions; a pull request that can't be had is a Fault in its place.
 */
export async function fetchPullRequests(
  git: UserGit,
  store: ObjectStore,
  address: string,
  pulls: readonly Pull[],
): Promise<readonly (FetchedPullRequest | Fault)[]> {
  const bases = new Set(pulls.map(({ base }) => `refs/heads/${base}`));
  const heads = pulls.map(({ headReference }) => headReference);
  const listing = await list(git, address, store.format, [...bases, ...heads, `${tagsPrefix}*`]);
  const at = new Map(listing.references.map(({ name, oid }) => [name, oid]));
  const own = listing.references.filter(({ name }) => name.startsWith(tagsPrefix));
  const fetched = await bring(git, store, address, [
    ...own.map(({ name, oid }) => ({ name, to: name.replace('refs/', ownNamespace), oid })),
    ...wantedOf([...bases], at, (name) => name.replace('refs/', ownNamespace)),
    ...pulls.flatMap(({ headReference, number }) =>
      wantedOf([headReference], at, () => `${ownNamespace}pulls/${number}`),
    ),
  ]);
  return someAtOnce(pulls, authorsAtOnce, async (pull) => {
    const [base, head] = [at.get(`refs/heads/${pull.base}`), at.get(pull.headReference)];
    if (base === undefined || head === undefined) return nothingThere(address, pull, head);
    const authors = await tagsOfAuthor(git, store, pull, head);
    const known = new Set(own.map(({ name, oid }) => `${name} ${oid}`));
    const others = authors.tags.filter(({ name, oid }) => !known.has(`${name} ${oid}`));
    return { base, head, tags: [...own, ...others], untagged: authors.fault, fetched };
  });
}

/** {@link fetchPullRequests} for one, which must be there. */
export async function fetchPullRequest(
  git: UserGit,
  store: ObjectStore,
  address: string,
  pull: Pull,
): Promise<FetchedPullRequest> {
  const [fetched] = await fetchPullRequests(git, store, address, [pull]);
  if (fetched === undefined || fetched instanceof Fault)
    throw fetched ?? nothingThere(address, pull, undefined);
  return fetched;
}

/** So many repositories of authors are asked at once. */
const authorsAtOnce = 4;

function wantedOf(
  names: readonly string[],
  at: ReadonlyMap<string, Oid>,
  place: (name: string) => string,
): readonly Wanted[] {
  return names.flatMap((name) => {
    const oid = at.get(name);
    return oid === undefined ? [] : [{ name, to: place(name), oid }];
  });
}

const nothingThere = (address: string, { number, headReference, base }: Pull, head: Oid | undefined): Fault =>
  new Fault(
    'pull-request.not-found',
    `${address} has no ${head === undefined ? headReference : `branch ${base}`}, so that pull request ${number} cannot be judged.`,
    `Look at it: git ls-remote ${address} ${headReference}`,
  );

/** Where the head of a pull request stands at its package repository. One that is gone is a Fault. */
export async function standingHead(
  git: UserGit,
  address: string,
  format: ObjectFormat,
  { headReference, number }: Pick<PullRequest, 'headReference' | 'number'>,
): Promise<Oid> {
  const { references } = await list(git, address, format, [headReference]);
  const found = references.find(({ name }) => name === headReference);
  if (found !== undefined) return found.oid;
  throw new Fault(
    'pull-request.not-found',
    `${address} has no ${headReference} any more, the head of pull request ${number}.`,
    `Look at it: git ls-remote ${address} ${headReference}`,
  );
}

async function list(
  git: UserGit,
  address: string,
  format: ObjectFormat,
  patterns: readonly string[],
): Promise<Listing> {
  const text = await git.ask(['ls-remote', '--', address, ...patterns], {
    code: 'network.failed',
    what: `The package repository ${address} cannot be read.`,
    mend: `Try it by hand: git ls-remote ${address}`,
  });
  const references: Reference[] = [];
  const peeled = new Map<string, Oid>();
  for (const line of text.split('\n')) {
    const [id = '', name = ''] = line.split('\t');
    const oid = parseOid(id, format);
    if (oid === undefined) continue;
    if (name.endsWith('^{}')) peeled.set(name.slice(0, -3), oid);
    else references.push({ name, oid });
  }
  return { references, peeled };
}

interface Wanted {
  readonly name: string;
  readonly to: string;
  readonly oid: Oid;
}

/** Fetches what is missing, and makes sure that the very objects of the listing came. */
async function bring(
  git: UserGit,
  store: ObjectStore,
  address: string,
  wanted: readonly Wanted[],
): Promise<boolean> {
  const missing = await absent(store, wanted);
  if (missing.length === 0) return false;
  const refspecs = missing.map(({ name, to }) => `+${name}:${to}`);
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--stdin', '--', address];
  await git.ask(
    args,
    {
      code: 'network.failed',
      what: `What is needed of ${address} cannot be fetched.`,
      mend: `Try it by hand: git fetch ${address} ${missing[0]?.name ?? ''}`,
    },
    `${refspecs.join('\n')}\n`,
  );
  const [lost] = await absent(store, missing);
  if (lost === undefined) return true;
  throw new Fault(
    'network.failed',
    `${lost.name} of ${address} moved from ${lost.oid} while it was fetched.`,
    'Run the command again.',
  );
}

async function absent(store: ObjectStore, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  const found = await Promise.all(wanted.map(async (one) => (await store.read(one.oid)) !== undefined));
  return wanted.filter((_, index) => found[index] !== true);
}

/** The tags on the head in the repository that it was pushed to. That one may be gone, or be nobody's business. */
async function tagsOfAuthor(
  git: UserGit,
  store: ObjectStore,
  { source, number }: Pick<PullRequest, 'source' | 'number'>,
  head: Oid,
): Promise<{ readonly tags: readonly Reference[]; readonly fault: Fault | undefined }> {
  if (source === undefined) return { tags: [], fault: undefined };
  try {
    const { references, peeled } = await list(git, source.address, store.format, [`${tagsPrefix}*`]);
    const tags = references.filter(({ name }) => peeled.get(name) === head);
    await bringAuthors(git, store, source.address, number, tags);
    return { tags, fault: undefined };
  } catch (error) {
    if (error instanceof Fault) return { tags: [], fault: error };
    throw error;
  }
}

const bringAuthors = (
  git: UserGit,
  store: ObjectStore,
  address: string,
  number: number,
  tags: readonly Reference[],
): Promise<boolean> =>
  bring(
    git,
    store,
    address,
    tags.map(({ name, oid }) => ({
      name,
      oid,
      to: `${ownNamespace}pulls-tags/${number}/${name.slice(tagsPrefix.length)}`,
    })),
  );

/** Brings tags of these whole names below `refs/tags/signet/` from the author's repository, whatever they are on. */
export async function fetchAuthorTags(
  git: UserGit,
  store: ObjectStore,
  address: string,
  number: number,
  names: readonly string[],
): Promise<readonly Reference[]> {
  if (names.length === 0) return [];
  const { references } = await list(git, address, store.format, names);
  const tags = references.filter(({ name }) => names.includes(name));
  await bringAuthors(git, store, address, number, tags);
  return tags;
}
