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
    ...plan.files.flatMap((file) => [...fileText(file, style), '']),
    paint.bold('Commits, from the head down:'),
    ...plan.commits.flatMap((commit) => commitText(commit, style)),
    '',
    paint.bold(`Endorse ${plan.head}`),
    ...endorsementFacts(plan).map(([label, ...lines]) => factText(label, lines, style)),
    ...actsText(plan.acts),
  ]
    .join('\n')
    .concat('\n');
}

/** What will be done, numbered. */
export const actsText = (acts: readonly string[]): readonly string[] => [
  '',
  'What will be done, in this order:',
  ...acts.map((act, index) => `  ${index + 1}. ${forTerminal(act)}`),
];

function endorsementFacts(plan: EndorsementPlan): readonly Fact[] {
  const { packages, owners, unsigned, key, tagger, tag, repository, expires } = plan;
  return [
    ...listed(
      'states',
      packages.map(({ nameVersion, before, after }) => `${nameVersion}  ${before} → ${after}`),
    ),
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
export function endorsedText({ plan, tag, account, journal }: Endorsed, style: Style): string {
  const { paint } = style;
  return [
    ...accountLines(account, style),
    `tag ${plan.tag} (${tag})`,
    `journal ${forTerminal(journal)}`,
    account.failed === undefined
      ? `endorse: ${paint.green.bold('endorsed')}: the pull request is verified with this tag.`
      : `endorse: ${paint.red.bold('not finished')}: the list above says what was done and what was not.`,
  ]
    .join('\n')
    .concat('\n');
}

export function endorsementObject(plan: EndorsementPlan): Record<string, unknown> {
  const { base, head, tag, repository, packages, owners, expires, commits, files, unsigned, key, acts } =
    plan;
  return {
    base,
    head,
    tag,
    repository,
    packages,
    owners,
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
    unsigned: unsigned.map(decodePath),
    key: key === undefined ? null : { ...key, holder: key.holder ?? null },
    acts,
  };
}

/** What was done, for programs. */
export const endorsedObject = ({
  plan,
  tag,
  report,
  account,
  journal,
}: Endorsed): Record<string, unknown> => ({
  conclusion: report.conclusion,
  finished: account.failed === undefined,
  tag: { name: plan.tag, oid: tag },
  plan: endorsementObject(plan),
  ...accountObject(account),
  journal,
});
