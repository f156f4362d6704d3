import { openStore } from '../../adapters/open-store.ts';
import { attributionFacts, countFacts } from '../../render/facts.ts';
import { instant, pathObject, reportJson } from '../../render/json.ts';
import { reportText, type Style } from '../../render/text.ts';
import { type ExplainedChange, Explanation } from '../../workflows/explain.ts';
import { type RepoReport, verifyRepo } from '../../workflows/verify-repo.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { makeProgress } from '../progress.ts';
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
    await context.print(render(report, explanation?.changes, context));
    return exitCodeOf(report.conclusion);
  } finally {
    await store.close();
  }
}

function render(
  report: RepoReport,
  explained: readonly ExplainedChange[] | undefined,
  context: Context,
): string {
  const { from, to, counts, unlisted } = report;
  if (context.options.format === 'json') {
    const explain = explained?.map(({ step, time, act, attribution }) => ({
      step,
      time: time === undefined ? null : instant(time),
      act,
      ...pathObject(attribution),
    }));
    return reportJson(report, {
      from: from ?? null,
      to,
      counts,
      unlisted,
      ...(explain === undefined ? {} : { explain }),
    });
  }
  return reportText(
    report,
    [...facts(report), ...(explained ?? []).flatMap((one) => explainedText(one, context.style))],
    context.style,
  );
}

function facts({ from, to, counts, unlisted }: RepoReport): readonly string[] {
  const hidden = unlisted.error + unlisted.warning + unlisted.note;
  return [
    `from ${from ?? 'nowhere'} to ${to}`,
    countFacts('steps', counts.steps),
    countFacts('signatures', counts.signatures),
    countFacts('paths', counts.paths),
    ...(hidden === 0 ? [] : [`${hidden} more findings are counted, not listed`]),
  ];
}

function explainedText({ step, time, act, attribution }: ExplainedChange, style: Style): readonly string[] {
  const when = time === undefined ? '' : ` on ${instant(time)}`;
  return [`${act} in step ${step}${when}`, ...attributionFacts([attribution], style)];
}
