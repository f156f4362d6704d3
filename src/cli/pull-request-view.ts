import { decodePath } from '../render/escape.ts';
import { claimObject, instant, pathObject } from '../render/json.ts';
import { type Fact, pathFacts, type ReportView, said } from '../render/view.ts';
import type { PrReport, Remembered } from '../workflows/verify-pr.ts';

/** What is shown of a judged pull request, in every format. */
export function pullRequestView(report: PrReport): ReportView {
  const { base, head, paths, conflicts, release, remembered } = report;
  return {
    report,
    subject: `${head} into ${base}`,
    facts: [...rememberedFacts(remembered), ...pathFacts(paths)],
    fields: {
      base,
      head,
      paths: paths.map(pathObject),
      conflicts: conflicts.map(decodePath),
      release: release.map(claimObject),
      ...rememberedField(remembered),
    },
  };
}

/** What was not looked up in this run, and when it was. */
function rememberedFacts({ base, release }: Remembered): readonly Fact[] {
  const history =
    base && `the base's history up to ${base.commit}, ${base.steps} steps, judged at ${instant(base.at)}`;
  const fetched =
    release && `source tag and archive of the release, fetched and compared at ${instant(release)}`;
  return [history, fetched].flatMap((text) =>
    text === undefined ? [] : [said('from the cache', `${text} (--no-cache looks again)`)],
  );
}

/** The field of a JSON document; none where everything was looked up now. */
export function rememberedField({ base, release }: Remembered): Readonly<Record<string, unknown>> {
  if (base === undefined && release === undefined) return {};
  return {
    remembered: {
      base: base === undefined ? null : { ...base, at: instant(base.at) },
      release: release === undefined ? null : { at: instant(release) },
    },
  };
}
