import { findRemote, maintainedRemote } from '../adapters/git-remote.ts';
import { openStore } from '../adapters/open-store.ts';
import { UserGit } from '../adapters/user-git.ts';
import type { ReleaseMemory } from '../core/chain/compared-release.ts';
import { readTag, signetTags, type TagReading } from '../core/chain/tags.ts';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore } from '../core/ports.ts';
import { parsePullRequestName } from '../core/review/pull-request-name.ts';
import type { MaintainedRemote, PullRequest } from '../core/review-ports.ts';
import type { SubmissionPlace } from '../workflows/find-submission.ts';
import type { VerifyPrRequest } from '../workflows/verify-pr.ts';
import { accountDirectory } from './account-directory.ts';
import type { Context } from './context.ts';
import { type MemoryOptions, openMemory, openReleaseMemory } from './memory.ts';
import { makeProgress } from './progress.ts';
import { makeSources } from './release-fetching.ts';
import type { OpenedForge } from './review-forges.ts';
import { requireCommit } from './revision.ts';
import { environmentOfPrograms } from './signing-key.ts';
import { type TrustOptions, trustSource } from './trust.ts';

/** The flags that say which pull request is meant, and how it is judged. */
export interface PullRequestOptions extends TrustOptions, MemoryOptions {
  readonly pr: string;
  readonly base: string;
  readonly offline: boolean;
  readonly localSources: boolean;
  readonly store: 'auto' | 'git' | 'embedded';
  /** The package repository's remote: a name, or an address. */
  readonly remote?: string | undefined;
  /** Whether what was fetched of a release a short while ago will do: not before anything is signed or merged. */
  readonly recentReleases?: boolean;
}

/** The memory of releases, where that is enough. */
export const recentReleases = async (
  context: Context,
  options: Omit<PullRequestOptions, 'pr'>,
  directory: string,
): Promise<ReleaseMemory | undefined> =>
  options.recentReleases === true ? openReleaseMemory(context, options, directory) : undefined;

/** A pull request at hand. Whoever opens it closes it. */
export interface OpenedPullRequest {
  readonly request: VerifyPrRequest;
  /** Whether it was named by what stands in the repository at hand, and so may have tags made there. */
  readonly here: boolean;
  /** The name of the branch that it is for, without `refs/heads/`; undefined where only a commit was named. */
  readonly branch: string | undefined;
  /** Undefined: it is at no forge. */
  readonly forge: (OpenedForge & { readonly pull: PullRequest }) | undefined;
  /** The package repository that maintainers push to; undefined where nothing is named and there is none. */
  readonly remote: () => Promise<MaintainedRemote | undefined>;
  /** Where its author's submission tag stands, which the author alone may replace. */
  readonly submission: () => Promise<SubmissionPlace>;
  /** What stands as its head now; undefined where nothing but its id was ever known. */
  readonly currentHead: () => Promise<Oid | undefined>;
  /** Fetches the branch that it is for again, and says where it stands. */
  readonly fetchBase: () => Promise<Oid>;
  readonly close: () => Promise<void>;
}

/** Opens a pull request: by its number or address at a forge, as `BASE..HEAD`, or by a tag on its head. */
export async function openPullRequest(
  context: Context,
  options: PullRequestOptions,
): Promise<OpenedPullRequest> {
  const name = parsePullRequestName(options.pr);
  if (name === undefined) return openHere(context, options);
  const { openForgePull } = await import('./forge-pull.ts');
  return openForgePull(context, options, name);
}

async function openHere(context: Context, options: PullRequestOptions): Promise<OpenedPullRequest> {
  const { directory } = context.options;
  const store = await openStore(directory, { kind: options.store, environment: context.environment });
  try {
    const { base, head, tag, baseName } = await pullRequestHere(store, options);
    const trust = await trustSource(options, store, context.environment);
    const progress = await makeProgress(context);
    const sources = options.offline ? undefined : await makeSources(context, options, progress);
    const memory = await openMemory(context, options, directory, store);
    const git = new UserGit(directory, environmentOfPrograms(context));
    const remote = async () => {
      const found = await findRemote(git, options.remote);
      return found && maintainedRemote(git, found, store.format);
    };
    return {
      request: {
        store,
        base,
        head,
        tag,
        trust,
        now: context.now,
        progress,
        sources,
        memory,
        releases: await recentReleases(context, options, directory),
        accounts: options.offline ? undefined : accountDirectory(context),
      },
      here: true,
      branch: await branchOf(git, baseName),
      forge: undefined,
      remote,
      submission: async () => ({
        remote: await remote(),
        tags: async (names) =>
          (await store.references(signetTags)).filter(({ name }) => names.includes(name)),
        local: true,
      }),
      currentHead: () => Promise.resolve(undefined),
      fetchBase: () => requireCommit(store, baseName),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface PullRequestHere {
  readonly base: Oid;
  readonly head: Oid;
  readonly tag: TagReading | undefined;
  /** How the base was named. */
  readonly baseName: string;
}

async function pullRequestHere(
  store: ObjectStore,
  { pr, base }: PullRequestOptions,
): Promise<PullRequestHere> {
  const range = /^(.+?)\.\.(.+)$/.exec(pr);
  const [, from, to] = range ?? [];
  if (from !== undefined && to !== undefined) {
    const ends = { base: await requireCommit(store, from), head: await requireCommit(store, to) };
    return { ...ends, tag: undefined, baseName: from };
  }
  const name = pr.startsWith('refs/tags/') ? pr : `refs/tags/${pr}`;
  const reference = (await store.references(name)).find((one) => one.name === name);
  if (reference === undefined) {
    throw new Fault(
      'revision.not-found',
      `"${pr}" is no number or address of a pull request, not BASE..HEAD, and no tag of this repository.`,
      'Fetch the tag first: git fetch origin tag NAME.',
    );
  }
  const tag = await readTag(store, reference);
  const head = tag.ok ? tag.signet.tag.object : tag.target;
  if (head === undefined)
    throw new Fault('object.missing', tag.ok ? '' : tag.finding.message, 'Fetch the tag again.');
  return { base: await requireCommit(store, base), head, tag, baseName: base };
}

/** The branch that a revision names: HEAD's, one of this repository, or one of a remote as it was fetched. */
async function branchOf(git: UserGit, revision: string): Promise<string | undefined> {
  const name = await git.lookUp(['rev-parse', '--symbolic-full-name', '--verify', '--quiet', revision]);
  const [, branch] = /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(name ?? '') ?? [];
  return branch;
}
