import type { DiffLine } from '../core/publish/line-diff.ts';
import type { PlannedPackage, PublishPlan } from '../core/publish/plan.ts';
import type { Problem } from '../core/publish/problem.ts';
import type { StandingObject } from '../core/publish/standing-work.ts';
import { forTerminal, pathForTerminal } from './escape.ts';
import { instant } from './json.ts';
import type { Style } from './text.ts';

/** A plan for people: what will be published, by which key, where, and the change itself. */
export function planText(plan: PublishPlan, style: Style): string {
  return [
    style.paint.bold(forTerminal(plan.submission.title)),
    ...facts(plan).map(([label, ...lines]) => factText(label, lines, style)),
    ...plan.packages.flatMap((one) => ['', ...changeText(one, style)]),
    ...overwrittenText(plan, style),
    '',
    'What will be done, in this order:',
    ...plan.acts.map((act, index) => `  ${index + 1}. ${forTerminal(act)}`),
  ]
    .join('\n')
    .concat('\n');
}

export type Fact = readonly [label: string, ...lines: string[]];

function facts({ releaseTag, archive, key, author, target, submission }: PublishPlan): readonly Fact[] {
  const made = releaseTag.message !== undefined;
  const pushed = releaseTag.pushTo === undefined ? '' : `, to be pushed to ${releaseTag.pushTo}`;
  const standing = releaseTag.oid ?? 'lightweight';
  return [
    ['tag', `${releaseTag.name} (${made ? 'to be made and signed' : standing}${pushed})`],
    ['commit', releaseTag.commit],
    [
      'archive',
      archive.url,
      ...(archive.file === undefined ? [] : [`made here: upload ${archive.file} there`]),
      ...(archive.asset === undefined ? [] : [`uploaded as ${archive.asset.name} with its signature`]),
      `${archive.bytes.toLocaleString('en')} bytes, equal to the tree of ${releaseTag.name}`,
      `sha256 ${archive.sha256}`,
      `sha512 ${archive.sha512}`,
    ],
    ['key', ...keyLines(key)],
    ['author', `${author.name} <${author.email}>`],
    ['to', target.address, `branch ${target.branch} at ${target.base}`],
    [
      'as',
      `branch ${submission.branch}, tag ${submission.tag}`,
      `for ${target.repository}, to be merged before ${instant(submission.expires)}`,
    ],
  ];
}

function keyLines(key: PublishPlan['key']): readonly string[] {
  if (key === undefined) return ['none: nothing is signed in this run'];
  const holder = key.holder === undefined ? [] : [`known to the keyring file as ${key.holder}`];
  return [key.description, `certificate ${key.certificate}`, ...holder];
}

const labelWidth = 9;

/** One fact with its lines beside its label. */
export function factText(label: string, lines: readonly string[], { paint }: Style): string {
  const indented = lines.map(forTerminal).join(`\n${' '.repeat(labelWidth + 2)}`);
  return `  ${paint.dim(label.padEnd(labelWidth))}${indented}`;
}

function changeText({ path, comparedWith, diff }: PlannedPackage, style: Style): readonly string[] {
  const what = comparedWith === undefined ? 'a new package' : `compared with ${comparedWith}`;
  return [`${style.paint.bold(pathForTerminal(path))} (${forTerminal(what)})`, ...hunkLines(diff, style)];
}

/** Whose work is lost if the plan is carried out: the yes is for that too. */
function overwrittenText({ submission, author }: PublishPlan, { paint }: Style): readonly string[] {
  const { branch, tag, replaced = {}, overwritten } = submission;
  if (overwritten === undefined) return [];
  const { commits, more } = overwritten;
  const line = ({ oid, subject, author: by, time }: StandingObject): string => {
    const own = by.endsWith(`<${author.email}>`) ? '' : ' (not by you)';
    return `    ${oid} ${instant(time)} ${forTerminal(`${by}${own}: ${subject}`)}`;
  };
  return [
    '',
    paint.yellow.bold('What stands there and is overwritten'),
    ...(replaced.branch === undefined ? [] : [`  branch ${forTerminal(branch)} at ${replaced.branch}`]),
    ...commits.map(line),
    ...(more ? ['    and older commits'] : []),
    ...(replaced.tag === undefined ? [] : [`  tag ${forTerminal(tag)} at ${replaced.tag}`]),
    ...(overwritten.tag === undefined ? [] : [line(overwritten.tag)]),
  ];
}

/** The changed stretches of a file, with a line between any two. */
export function hunkLines(hunks: readonly (readonly DiffLine[])[], style: Style): readonly string[] {
  const separator = style.paint.dim('    …');
  return hunks.flatMap((hunk, index) => {
    const lines = hunk.map((line) => diffText(line, style));
    return index === 0 ? lines : [separator, ...lines];
  });
}

function diffText({ sign, text }: DiffLine, { paint }: Style): string {
  const line = `  ${sign} ${forTerminal(text.replaceAll('\t', '    '))}`;
  switch (sign) {
    case '+':
      return paint.green(line);
    case '-':
      return paint.red(line);
    case ' ':
      return line;
    default:
      return sign satisfies never;
  }
}

/** What the checks have found, each with its mend and the flag that goes on all the same. */
export function problemsText(problems: readonly Problem[], { paint }: Style): string {
  return problems
    .map(({ code, severity, what, mend, override }) => {
      const colour = severity === 'error' ? 'red' : 'yellow';
      const flag =
        severity === 'error' && override !== undefined ? [`    or publish all the same: ${override}`] : [];
      return [
        `${paint[colour](severity)} ${paint.bold(code)}`,
        `    ${forTerminal(what)}`,
        `    ${paint.dim('mend:')} ${forTerminal(mend)}`,
        ...flag,
        '',
      ].join('\n');
    })
    .join('');
}

/** A plan for programs; the JSON of the verb holds it under `plan`. */
export function planObject(plan: PublishPlan): Record<string, unknown> {
  const { version, packages, releaseTag, archive, key, author, target, submission, acts } = plan;
  return {
    version,
    packages: packages.map(packageObject),
    releaseTag: {
      name: releaseTag.name,
      commit: releaseTag.commit,
      oid: releaseTag.oid ?? null,
      make: releaseTag.message !== undefined,
      pushTo: releaseTag.pushTo ?? null,
    },
    archive: archiveObject(archive),
    key: key === undefined ? null : { ...key, holder: key.holder ?? null },
    author: { name: author.name, email: author.email },
    target,
    submission: submissionObject(submission),
    acts,
  };
}

const submissionObject = ({ branch, tag, replaced, overwritten, ...rest }: PublishPlan['submission']) => ({
  ...rest,
  ...{ branch, tag, expires: instant(rest.expires) },
  overwritten:
    overwritten === undefined
      ? null
      : {
          branch: replaced?.branch ?? null,
          tag: replaced?.tag ?? null,
          commits: overwritten.commits.map(standingObject),
          more: overwritten.more,
          tagged: overwritten.tag === undefined ? null : standingObject(overwritten.tag),
        },
});

const standingObject = ({ oid, subject, author, time }: StandingObject) => ({
  ...{ oid, subject, author },
  time: instant(time),
});

const packageObject = ({ nameVersion, path, digest, comparedWith, diff }: PlannedPackage) => ({
  nameVersion,
  path,
  digest,
  comparedWith: comparedWith ?? null,
  diff: diff.map((hunk) => hunk.map(({ sign, text }) => `${sign}${text}`)),
});

export const archiveObject = ({ url, sha256, sha512, bytes, file, asset }: PublishPlan['archive']) => ({
  url,
  sha256,
  sha512,
  bytes,
  file: file ?? null,
  asset: asset?.name ?? null,
});
