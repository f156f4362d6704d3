import {
  fetchAuthorTags,
  type FetchedPullRequest,
  fetchPullRequest,
  fetchPullRequests,
  standingHead,
} from '../adapters/fetch-pull-request.ts';
import { maintainedRemote } from '../adapters/git-remote.ts';
import { Fault } from '../core/fault.ts';
import { withReferences } from '../core/git/referenced-store.ts';
import type { PullRequestName } from '../core/review/pull-request-name.ts';
import type { PullRequest } from '../core/review-ports.ts';
import type { SubmissionPlace } from '../workflows/find-submission.ts';
import type { OpenPull } from '../workflows/verify-open.ts';
import type { VerifyPrRequest } from '../workflows/verify-pr.ts';
import { signetTags } from '../core/chain/tags.ts';
import { forTerminal } from '../render/escape.ts';
import { accountDirectory } from './account-directory.ts';
import type { Context } from './context.ts';
import { type ForgeDesk, openForgeDesk, remoteAt } from './forge-desk.ts';
import { type OpenedPullRequest, type PullRequestOptions, recentReleases } from './pull-request.ts';
import { openMemory } from './memory.ts';
import { makeProgress } from './progress.ts';
import { makeSources } from './release-fetching.ts';
import { trustSource } from './trust.ts';

/** Opens a pull request of a forge by its number or address. */
export async function openForgePull(
  context: Context,
  options: PullRequestOptions,
  name: PullRequestName,
): Promise<OpenedPullRequest> {
  const desk = await openForgeDesk(context, options, name.place);
  try {
    const pull = await desk.review.pullRequest(name.number);
    const common = await commonRequest(context, options, desk);
    common.progress.stage(`Fetching pull request ${name.number}`);
    const fetched = await fetchPullRequest(desk.git, desk.store, desk.remote, pull);
    const { request, pull: judged } = await requestOf(context, desk, pull, fetched, common);
    return opened(desk, judged, request);
  } catch (error) {
    await desk.store.close();
    throw error;
  }
}

/** What the pull requests of one desk have in common. */
type CommonRequest = Pick<
  VerifyPrRequest,
  'trust' | 'now' | 'progress' | 'sources' | 'accounts' | 'memory' | 'releases'
>;

export async function commonRequest(
  context: Context,
  options: Omit<PullRequestOptions, 'pr'>,
  desk: ForgeDesk,
): Promise<CommonRequest> {
  const progress = await makeProgress(context);
  return {
    trust: await trustSource(options, desk.store, context.environment),
    now: context.now,
    progress,
    sources: options.offline ? undefined : await makeSources(context, options, progress),
    accounts: options.offline ? undefined : accountDirectory(context),
    memory: await openMemory(context, options, desk.git.folder, desk.store),
    releases: await recentReleases(context, options, desk.git.folder),
  };
}

/** Fetches pull requests, all in one go. One that can't be had is a Fault in its place. */
export async function fetchRequests(
  context: Context,
  desk: ForgeDesk,
  pulls: readonly PullRequest[],
  common: CommonRequest,
): Promise<readonly OpenPull[]> {
  const fetched = await fetchPullRequests(desk.git, desk.store, desk.remote, pulls);
  const opened: OpenPull[] = [];
  for (const [index, pull] of pulls.entries()) {
    const one = fetched[index];
    if (one === undefined || one instanceof Fault) {
      if (one !== undefined) opened.push({ pull, request: one });
      continue;
    }
    opened.push(await requestOf(context, desk, pull, one, common));
  }
  return opened;
}

/**
 * The request to judge a pull request that was fetched. Where the forge's interface claims another head than git has,
 * it is asked once more: somebody may have pushed in between. What it claims then is judged against what git has.
 */
async function requestOf(
  context: Context,
  desk: ForgeDesk,
  pull: PullRequest,
  fetched: FetchedPullRequest,
  common: CommonRequest,
): Promise<{ readonly pull: PullRequest; readonly request: VerifyPrRequest }> {
  const claimed = fetched.head === pull.head ? pull : await desk.review.pullRequest(pull.number);
  tellUntagged(context, fetched);
  const request: VerifyPrRequest = {
    ...common,
    store: withReferences(desk.store, signetTags, fetched.tags),
    base: fetched.base,
    head: fetched.head,
    tag: undefined,
    claimed: { head: claimed.head, reference: claimed.headReference },
  };
  return { request, pull: claimed };
}

function tellUntagged(context: Context, { untagged }: FetchedPullRequest): void {
  if (untagged === undefined) return;
  context.tell(`warning: tags of the author's repository are not known. ${forTerminal(untagged.message)}\n`);
}

function opened(desk: ForgeDesk, pull: PullRequest, request: VerifyPrRequest): OpenedPullRequest {
  const { git, store, remote, review } = desk;
  return {
    request,
    here: false,
    branch: pull.base,
    forge: { ...desk, pull },
    remote: () =>
      Promise.resolve(maintainedRemote(git, { name: remote, address: review.address }, store.format)),
    submission: () => submissionPlace(desk, pull),
    currentHead: () => standingHead(git, remote, store.format, pull),
    fetchBase: async () => (await fetchPullRequest(git, store, remote, pull)).base,
    close: () => store.close(),
  };
}

/** The repository that the branch was pushed to; through a remote of the user's that is the same place, if there is one. */
async function submissionPlace({ git, store }: ForgeDesk, pull: PullRequest): Promise<SubmissionPlace> {
  const { source, number } = pull;
  if (source === undefined) {
    throw new Fault(
      'resign.refused',
      `The repository that pull request ${number} came from is gone, and the submission tag with it.`,
      'Submit the release anew: opam-signet publish.',
    );
  }
  const { address } = source;
  const name = (await remoteAt(git, address)) ?? address;
  return {
    remote: maintainedRemote(git, { name, address }, store.format),
    tags: (names) => fetchAuthorTags(git, store, name, number, names),
    local: false,
  };
}
