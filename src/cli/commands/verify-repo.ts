import { openStore } from '../../adapters/open-store.ts';
import { instant, pathObject } from '../../render/json.ts';
import { countText, type Fact, type ReportView, said } from '../../render/view.ts';
import { type ExplainedChange, Explanation } from '../../workflows/explain.ts';
import { type RepoReport, verifyRepo } from '../../workflows/verify-repo.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { makeProgress } from '../progress.ts';
import { printReport } from '../report-output.ts';
import { requireCommit } from '../revision.ts';
import { type TrustOptions, trustSource } from '../trust.ts';

interface Options extends TrustOptions {
  readonly dir?: string | undefined;
  readonly to: string;
  readonly explain?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `verify-repo [DIR]`: every step from the anchor to the head. */
export async function verifyRepoCommand(context: Context, options: Options): Promise<ExitCode> {
  const store = await openStore(options.dir ?? context.options.directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const head = await requireCommit(store, options.to);
    const trust = await trustSource(options, store, context.environment);
    const explanation = options.explain === undefined ? undefined : new Explanation(options.explain);
    const { report } = await verifyRepo({
      store,
      head,
      trust,
      now: context.now,
      progress: await makeProgress(context),
      onStep: (event) => explanation?.add(event),
    });
    return await printReport(context, viewOf(report, explanation?.changes));
  } finally {
    await store.close();
  }
}

function viewOf(report: RepoReport, explained: readonly ExplainedChange[] | undefined): ReportView {
  const { from, to, counts, unlisted } = report;
  const hidden = unlisted.error + unlisted.warning + unlisted.note;
  const explain = explained?.map(({ step, time, act, attribution }) => ({
    step,
    time: time === undefined ? null : instant(time),
    act,
    ...pathObject(attribution),
  }));
  return {
    report,
    subject: `from ${from ?? 'nowhere'} to ${to}`,
    facts: [
      said('steps', countText(counts.steps)),
      said('signatures', countText(counts.signatures)),
      said('paths', countText(counts.paths)),
      ...(hidden === 0 ? [] : [said('not listed', `${hidden} more findings, which are counted only`)]),
      ...(explained ?? []).map(explainedFact),
    ],
    fields: { from: from ?? null, to, counts, unlisted, ...(explain === undefined ? {} : { explain }) },
  };
}

function explainedFact({ step, time, act, attribution }: ExplainedChange): Fact {
  const when = time === undefined ? '' : ` on ${instant(time)}`;
  return { kind: 'path', attribution, occasion: `${act} in step ${step}${when}` };
}
