import type { ReviewedCommit, ReviewedFile } from '../core/review/changes.ts';
import type { Endorsed, EndorsementPlan } from '../core/review/endorsement.ts';
import { decodePath, forTerminal, pathForTerminal } from './escape.ts';
import { instant } from './json.ts';
import { accountLines, accountObject } from './published.ts';
import { type Fact, factText, hunkLines } from './publish-plan.ts';
import type { Style } from './text.ts';

/** What a maintainer is asked to answer for: the commits, the change itself, and what the endorsement will say. */
export function endorsementText(plan: EndorsementPlan, style: Style): string {
  const { paint } = style;
  return [
    ...reviewedLines(plan, 'Commits, from the head down:', style),
    '',
    paint.bold(`Endorse ${plan.head}`),
    ...endorsementFacts(plan).map(([label, ...lines]) => factText(label, lines, style)),
    ...actsText(plan.acts),
  ]
    .join('\n')
    .concat('\n');
}

/** What changed, and by which commits, for whoever is to answer for it. */
export const reviewedLines = (
  { files, commits }: Pick<EndorsementPlan, 'files' | 'commits'>,
  heading: string,
  style: Style,
): readonly string[] => [
  ...files.flatMap((file) => [...fileText(file, style), '']),
  style.paint.bold(heading),
  ...commits.flatMap((commit) => commitText(commit, style)),
];

/** What will be done, numbered. */
export const actsText = (acts: readonly string[]): readonly string[] => [
  '',
  'What will be done, in this order:',
  ...acts.map((act, index) => `  ${index + 1}. ${forTerminal(act)}`),
];

function endorsementFacts(plan: EndorsementPlan): readonly Fact[] {
  const { packages, owners, unsigned, key, tagger, tag, repository, expires } = plan;
  return [
    ...statedPackages(packages),
    ...listed(
      'owners',
      owners.map(({ name, contributor }) => `${name} will be ${contributor}'s from the merge on`),
    ),
    [
      'unsigned',
      unsigned.length === 0
        ? 'nothing: people with authority have signed for every path already'
        : `${unsigned.length} of ${plan.files.length} paths are signed by nobody with authority so far`,
    ],
    ['key', ...keyLines(key)],
    ['tagger', `${tagger.name} <${tagger.email}>`],
    ['as', `tag ${tag}`, `for ${repository}, to be merged before ${instant(expires)}`],
  ];
}

/** What a tag says of packages. */
export const statedPackages = (packages: EndorsementPlan['packages']): readonly Fact[] =>
  listed(
    'states',
    packages.map(({ nameVersion, before, after }) => `${nameVersion}  ${before} → ${after}`),
  );

const listed = (label: string, lines: readonly string[]): readonly Fact[] =>
  lines.length === 0 ? [] : [[label, ...lines]];

/** The key that will sign, for people. */
export function keyLines(key: EndorsementPlan['key']): readonly string[] {
  if (key === undefined) return ['none: nothing is signed in this run'];
  return [
    key.description,
    `certificate ${key.certificate}${key.holder === undefined ? '' : ` of ${key.holder}`}`,
  ];
}

function commitText(commit: ReviewedCommit, { paint }: Style): readonly string[] {
  const { oid, subject, author, committer, signature, fingerprint, contributor } = commit;
  const by = committer === author ? author : `${author}, committed by ${committer}`;
  const who = contributor ?? (fingerprint === undefined ? '' : `key ${fingerprint}`);
  const colour = signature === 'good' && contributor !== undefined ? 'green' : 'yellow';
  return [
    `  ${oid} ${forTerminal(subject)}`,
    paint.dim(`      ${forTerminal(by)}`),
    `      ${paint[colour](`signature ${signature}`)} ${forTerminal(who)}`.trimEnd(),
  ];
}

function fileText({ path, act, comparedWith, diff, modes }: ReviewedFile, style: Style): readonly string[] {
  const beside = comparedWith === undefined ? '' : `, compared with ${forTerminal(comparedWith)}`;
  const mode = `${beside}${modes === undefined ? '' : `, mode ${modes}`}`;
  const content = diff === undefined ? ['  (no text, or too long to be shown)'] : hunkLines(diff, style);
  return [`${style.paint.bold(pathForTerminal(path))} (${act}${mode})`, ...content];
}

/** What was done, for people. */
export const endorsedText = (endorsed: Endorsed, style: Style): string =>
  taggedText(endorsed, style, { verb: 'endorse', done: 'endorsed' });

/** What came of signing a tag for a pull request, for people. */
export function taggedText(
  { plan, tag, account, journal }: Omit<Endorsed, 'plan'> & { readonly plan: { readonly tag: string } },
  style: Style,
  { verb, done }: { readonly verb: string; readonly done: string },
): string {
  const { paint } = style;
  return [
    ...accountLines(account, style),
    `tag ${plan.tag} (${tag})`,
    `journal ${forTerminal(journal)}`,
    account.failed === undefined
      ? `${verb}: ${paint.green.bold(done)}: the pull request is verified with this tag.`
      : `${verb}: ${paint.red.bold('not finished')}: the list above says what was done and what was not.`,
  ]
    .join('\n')
    .concat('\n');
}

export const endorsementObject = (plan: EndorsementPlan): Record<string, unknown> => ({
  ...tagPlanObject(plan),
  owners: plan.owners,
  unsigned: plan.unsigned.map(decodePath),
});

/** What plans of tags for a pull request have in common. */
export function tagPlanObject(plan: Omit<EndorsementPlan, 'owners' | 'unsigned'>): Record<string, unknown> {
  const { base, head, tag, repository, packages, expires, commits, files, key, acts } = plan;
  return {
    base,
    head,
    tag,
    repository,
    packages,
    expires: instant(expires),
    commits: commits.map(({ fingerprint, contributor, ...commit }) => ({
      ...commit,
      fingerprint: fingerprint ?? null,
      contributor: contributor ?? null,
    })),
    files: files.map(({ path, act, comparedWith, diff, modes }) => ({
      path: decodePath(path),
      act,
      comparedWith: comparedWith ?? null,
      modes: modes ?? null,
      diff: diff?.map((hunk) => hunk.map(({ sign, text }) => `${sign}${text}`)) ?? null,
    })),
    key: key === undefined ? null : { ...key, holder: key.holder ?? null },
    acts,
  };
}

/** What was done, for programs. */
export const endorsedObject = (endorsed: Endorsed): Record<string, unknown> =>
  taggedObject(endorsed, endorsementObject(endorsed.plan));

/** What came of signing a tag for a pull request, for programs. */
export const taggedObject = (
  {
    plan,
    tag,
    report,
    account,
    journal,
  }: Omit<Endorsed, 'plan'> & { readonly plan: { readonly tag: string } },
  shown: Record<string, unknown>,
): Record<string, unknown> => ({
  conclusion: report.conclusion,
  finished: account.failed === undefined,
  tag: { name: plan.tag, oid: tag },
  plan: shown,
  ...accountObject(account),
  journal,
});
