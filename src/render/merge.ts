import type { Merged, MergedTag, MergePlan } from '../core/review/merge.ts';
import { forTerminal } from './escape.ts';
import { accountLines, accountObject } from './published.ts';
import { type Fact, factText } from './publish-plan.ts';
import { actsText, keyLines } from './review.ts';
import type { Style } from './text.ts';

/** What will be merged, by whom, and resting on which tags. */
export function mergeText(plan: MergePlan, style: Style): string {
  return [
    style.paint.bold(`Merge ${plan.head}`),
    ...facts(plan).map(([label, ...lines]) => factText(label, lines, style)),
    ...actsText(plan.acts),
  ]
    .join('\n')
    .concat('\n');
}

function facts({
  base,
  branch,
  to,
  method,
  message,
  tags,
  foreseen,
  key,
  author,
}: MergePlan): readonly Fact[] {
  return [
    ['into', `branch ${branch} at ${base}`, to],
    method === 'signed'
      ? ['as', 'a merge commit of your own', ...(message ?? '').split('\n').filter((line) => line !== '')]
      : ['as', `the forge's button: ${method}`, `what it makes will be ${foreseen ?? 'judged afterwards'}`],
    ...(tags.length === 0 ? [] : [['tags', ...tags.map(tagLine)] as const]),
    ...(method === 'signed'
      ? ([
          ['key', ...keyLines(key)],
          ['merger', `${author.name} <${author.email}>`],
        ] as const)
      : []),
  ];
}

function tagLine({ name, oid, embedded, push }: MergedTag): string {
  const where = [embedded ? 'on the head' : 'by its digests', push ? 'to be pushed' : 'stands there already'];
  return `${name} ${oid} (${where.join(', ')})`;
}

/** What was done, for people. */
export function mergedText({ plan, commit, report, account, journal }: Merged, style: Style): string {
  const { paint } = style;
  const { colour, words } = outcome({ account, report });
  return [
    ...accountLines(account, style),
    ...(commit === undefined ? [] : [`${plan.branch} is at ${commit}`]),
    `journal ${forTerminal(journal)}`,
    `merge-pr: ${paint[colour].bold(words.title)}: ${words.because}`,
  ]
    .join('\n')
    .concat('\n');
}

interface Outcome {
  readonly colour: 'green' | 'red';
  readonly words: { readonly title: string; readonly because: string };
}

function outcome({ account, report }: Pick<Merged, 'account' | 'report'>): Outcome {
  if (account.failed !== undefined) {
    const because = 'the list above says what was done and what was not.';
    return { colour: 'red', words: { title: 'not finished', because } };
  }
  if (report?.conclusion === 'verified') {
    return { colour: 'green', words: { title: 'merged', because: 'verify-repo verifies the result.' } };
  }
  const because = `but verify-repo says of the result: ${report?.conclusion ?? 'nothing'}.`;
  return { colour: 'red', words: { title: 'merged', because } };
}

export function mergePlanObject(plan: MergePlan): Record<string, unknown> {
  const { base, head, branch, method, message, tags, foreseen, key, to, acts } = plan;
  return {
    base,
    head,
    branch,
    method,
    message: message ?? null,
    tags,
    foreseen: foreseen ?? null,
    key: key === undefined ? null : { ...key, holder: key.holder ?? null },
    to,
    acts,
  };
}

/** What was done, for programs. */
export const mergedObject = ({
  plan,
  commit,
  report,
  account,
  journal,
}: Merged): Record<string, unknown> => ({
  conclusion: report?.conclusion ?? 'undetermined',
  finished: account.failed === undefined,
  commit: commit ?? null,
  plan: mergePlanObject(plan),
  ...accountObject(account),
  journal,
});
