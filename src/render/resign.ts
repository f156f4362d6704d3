import type { Resigned, ResignPlan } from '../core/review/resignation.ts';
import { forTerminal } from './escape.ts';
import { instant } from './json.ts';
import { type Fact, factText } from './publish-plan.ts';
import {
  actsText,
  keyLines,
  reviewedLines,
  statedPackages,
  taggedObject,
  taggedText,
  tagPlanObject,
} from './review.ts';
import type { Style } from './text.ts';

/** What an author is asked to sign: what others did since, and what the submission will say. */
export function resignText(plan: ResignPlan, style: Style): string {
  const { previous, head, files } = plan;
  const since = `since you signed (${previous.head})`;
  return [
    ...(files.length === 0 ? [`No file of yours differs ${since}: the head alone is another.`, ''] : []),
    ...reviewedLines(plan, `Commits ${since}, from the head down:`, style),
    '',
    style.paint.bold(`Sign ${head}`),
    ...facts(plan).map(([label, ...lines]) => factText(label, lines, style)),
    ...actsText(plan.acts),
  ]
    .join('\n')
    .concat('\n');
}

function facts(plan: ResignPlan): readonly Fact[] {
  const { source, archive, key, tagger, tag, repository, expires, previous } = plan;
  return [
    ...statedPackages(plan.packages),
    ...(source === undefined
      ? []
      : [['source', `${forTerminal(source.tag)} of ${forTerminal(source.url)}, as before`] as const]),
    ...(archive === undefined
      ? []
      : [
          [
            'archive',
            `${forTerminal(archive.url)}, as before`,
            `sha256=${archive.sha256}`,
            `sha512=${archive.sha512}`,
          ] as const,
        ]),
    ['key', ...keyLines(key)],
    ['tagger', `${tagger.name} <${tagger.email}>`],
    [
      'as',
      `tag ${tag}, in place of ${previous.oid}`,
      `for ${repository}, to be merged before ${instant(expires)}`,
    ],
  ];
}

/** What was done, for people. */
export const resignedText = (resigned: Resigned, style: Style): string =>
  taggedText(resigned, style, { verb: 'resign', done: 'signed' });

export const resignObject = (plan: ResignPlan): Record<string, unknown> => ({
  ...tagPlanObject(plan),
  previous: plan.previous,
  contributor: plan.contributor,
  source: plan.source === undefined ? null : { ...plan.source, tagId: plan.source.tagId ?? null },
  archive: plan.archive ?? null,
});

/** What was done, for programs. */
export const resignedObject = (resigned: Resigned): Record<string, unknown> =>
  taggedObject(resigned, resignObject(resigned.plan));
