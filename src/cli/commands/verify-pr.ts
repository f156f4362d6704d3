import { openStore } from '../../adapters/open-store.ts';
import { readTag, type TagReading } from '../../core/chain/tags.ts';
import { Fault } from '../../core/fault.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { ObjectStore, Progress, ReleaseSources } from '../../core/ports.ts';
import { verifyPr } from '../../workflows/verify-pr.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { makeProgress } from '../progress.ts';
import { pullRequestView } from '../pull-request-view.ts';
import { printReport } from '../report-output.ts';
import { requireCommit } from '../revision.ts';
import { type TrustOptions, trustSource } from '../trust.ts';

interface Options extends TrustOptions {
  readonly pr: string;
  readonly base: string;
  readonly offline: boolean;
  readonly localSources: boolean;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `verify-pr PR`: the step that merging would make, judged. */
export async function verifyPrCommand(context: Context, options: Options): Promise<ExitCode> {
  const store = await openStore(context.options.directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const { base, head, tag } = await pullRequest(store, options);
    const trust = await trustSource(options, store, context.environment);
    const progress = await makeProgress(context);
    const sources = options.offline ? undefined : await makeSources(context, options, progress);
    const report = await verifyPr({ store, base, head, tag, trust, now: context.now, progress, sources });
    return await printReport(context, pullRequestView(report));
  } finally {
    await store.close();
  }
}

async function makeSources(context: Context, options: Options, progress: Progress): Promise<ReleaseSources> {
  const [{ releaseSources }, { archiveSource }] = await Promise.all([
    import('../../adapters/release-sources.ts'),
    import('../../adapters/archive-source.ts'),
  ]);
  const { environment } = context;
  return releaseSources({
    environment,
    archives: archiveSource(context.options.directory, progress),
    openStore: (folder) => openStore(folder, { kind: options.store, environment }),
    local: options.localSources,
  });
}

interface PullRequest {
  readonly base: Oid;
  readonly head: Oid;
  readonly tag: TagReading | undefined;
}

/** A pull request is `BASE..HEAD`, or a submission tag on its head, for the branch of `--base`. */
async function pullRequest(store: ObjectStore, { pr, base }: Options): Promise<PullRequest> {
  const range = /^(.+?)\.\.(.+)$/.exec(pr);
  const [, from, to] = range ?? [];
  if (from !== undefined && to !== undefined) {
    return { base: await requireCommit(store, from), head: await requireCommit(store, to), tag: undefined };
  }
  const name = pr.startsWith('refs/tags/') ? pr : `refs/tags/${pr}`;
  const reference = (await store.references(name)).find((one) => one.name === name);
  if (reference === undefined) {
    throw new Fault(
      'revision.not-found',
      `"${pr}" is neither BASE..HEAD nor a tag of this repository.`,
      'Fetch the tag first: git fetch origin tag NAME.',
    );
  }
  const tag = await readTag(store, reference);
  const head = tag.ok ? tag.signet.tag.object : tag.target;
  if (head === undefined)
    throw new Fault('object.missing', tag.ok ? '' : tag.finding.message, 'Fetch the tag again.');
  return { base: await requireCommit(store, base), head, tag };
}
