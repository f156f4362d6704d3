import { Fault } from '../core/fault.ts';
import type { Account, Published, SelfCheck } from '../core/publish/outcome.ts';
import { forTerminal } from './escape.ts';
import { archiveObject } from './publish-plan.ts';
import type { Style } from './text.ts';

/** What was done, for people; where something failed, also what was not. */
export function publishedText(published: Published, style: Style): string {
  const { plan, head, submissionTag, selfCheck, account, journal } = published;
  const whole = account.failed === undefined;
  const upload =
    plan.archive.file === undefined
      ? []
      : [forTerminal(`Now upload ${plan.archive.file} to ${plan.archive.url}.`)];
  return [
    ...accountLines(account, style),
    `commit ${head}`,
    `tag ${plan.submission.tag} (${submissionTag})`,
    ...selfCheckLines(selfCheck, style),
    `journal ${forTerminal(journal)}`,
    ...(whole ? upload : []),
    whole
      ? `publish: ${style.paint.green.bold('submitted')}: ${forTerminal(`${plan.submission.title} to ${plan.target.address}`)}.`
      : notFinished(style),
  ]
    .join('\n')
    .concat('\n');
}

/** What to do about a run that did not come to its end. */
export const notFinished = ({ paint }: Style): string =>
  `publish: ${paint.red.bold('not finished')}: the list above says what was done and what was not. opam-signet publish --continue does the rest, --abort takes back what was done.`;

/** What was done, what failed and what was not begun, one line each. */
export function accountLines(
  { done, failed, notBegun }: Account,
  { paint, symbols }: Style,
): readonly string[] {
  return [
    ...done.map(
      ({ act, outcome }) =>
        `${paint.green(symbols ? '✓' : 'done')} ${forTerminal(act.title)}${whereTo(outcome)}`,
    ),
    ...(failed === undefined
      ? []
      : [
          `${paint.red(symbols ? '✗' : 'failed')} ${forTerminal(failed.what)}`,
          `    ${forTerminal(reasonOf(failed.error))}`,
        ]),
    ...notBegun.map(
      ({ title }) =>
        `${paint.dim(symbols ? '·' : 'not begun')} ${forTerminal(title)}${symbols ? ' (not begun)' : ''}`,
    ),
  ];
}

/** An outcome that is an address is where to look next. */
const whereTo = (outcome: string): string =>
  /^https?:\/\//.test(outcome) ? `: ${forTerminal(outcome)}` : '';

function selfCheckLines({ byKeyring, findings }: SelfCheck, { paint }: Style): readonly string[] {
  const own = 'self-check: commit, tag and step are good by your own certificate';
  if (byKeyring === undefined) return [`${own}; the repository has no keyring file to check by.`];
  if (byKeyring === 'verified') return [`${own} and by the repository's keyring file.`];
  return [
    `${own}.`,
    `${paint.yellow('warning')} maintainers' verification by the keyring file as it stands says: ${byKeyring}.`,
    ...findings.map((message) => `    ${forTerminal(message)}`),
  ];
}

export const reasonOf = (error: unknown): string => {
  if (error instanceof Fault) return `${error.message} ${error.mend}`;
  return error instanceof Error ? error.message : String(error);
};

/** What was done, for programs. */
export function publishedObject({
  plan,
  releaseTag,
  head,
  submissionTag,
  selfCheck,
  account,
  journal,
}: Published): Record<string, unknown> {
  return {
    conclusion: selfCheck.own,
    finished: account.failed === undefined,
    packages: plan.packages.map(({ nameVersion }) => nameVersion),
    target: plan.target.address,
    base: plan.target.base,
    branch: plan.submission.branch,
    commit: head,
    tags: {
      release: { name: plan.releaseTag.name, oid: releaseTag ?? null },
      submission: { name: plan.submission.tag, oid: submissionTag },
    },
    archive: archiveObject(plan.archive),
    selfCheck: { own: selfCheck.own, byKeyring: selfCheck.byKeyring ?? null, findings: selfCheck.findings },
    ...accountObject(account),
    journal,
  };
}

export const accountObject = ({ done, failed, notBegun }: Account): Record<string, unknown> => ({
  done: done.map(({ act, outcome }) => ({ act: act.id, title: act.title, outcome })),
  failed: failed === undefined ? null : { what: failed.what, reason: reasonOf(failed.error) },
  notBegun: notBegun.map(({ id, title }) => ({ act: id, title })),
});
