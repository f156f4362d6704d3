import type { AuditReport, IntroducedPackage } from '../core/report/audit-report.ts';
import type { MergeAddition } from '../core/chain/merge-additions.ts';
import type { SurveyedSigner } from '../core/report/survey.ts';
import { decodePath, forTerminal, pathForTerminal } from './escape.ts';
import { instant, resultJson } from './json.ts';
import type { Style } from './text.ts';

/** How many signers, merges and steps the text names. The JSON document has more. */
const shown = 10;

const fits: Record<MergeAddition['fit'], string> = {
  evil: 'a content that no commit of the side gave it',
  'rolled-back': "the mainline's change is undone",
  conflict: 'changed on both sides',
};

/** An audit for people: who signs, what merges add, and what refusing unsigned changes would do. */
export function auditText(report: AuditReport, style: Style): string {
  const { paint } = style;
  const { commits, malformed, partial, from, to } = report;
  return [
    paint.bold(`${some(commits, 'commit')} from ${from} to ${to}`),
    ...partial.map((one) => paint.yellow(forTerminal(one))),
    ...(malformed === 0 ? [] : [paint.yellow(`${malformed} of them are malformed or missing`)]),
    '',
    ...table(
      ['year', 'unsigned', 'web-signed', 'signed'],
      report.years.map(({ year, unsigned, web, signed }) => {
        const all = unsigned + web + signed;
        return [String(year), share(unsigned, all), share(web, all), share(signed, all)];
      }),
      style,
    ),
    '',
    paint.bold(report.signers.length === 1 ? '1 key signs' : `${report.signers.length} keys sign`),
    ...report.signers.slice(0, shown).flatMap((one) => signerLines(one, style)),
    ...more(report.signers.length),
    '',
    ...mergeLines(report, style),
    '',
    ...rehearsalLines(report, style),
    '',
    ...claimLines(report.rehearsal.introduced, style),
  ]
    .join('\n')
    .concat('\n');
}

const some = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const more = (count: number): readonly string[] =>
  count > shown ? [`  and ${count - shown} more (--format json)`] : [];

const share = (part: number, all: number): string =>
  all === 0 ? '0' : `${part} (${Math.round((100 * part) / all)} %)`;

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { paint }: Style,
): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [paint.bold(line(head)), ...rows.map(line)];
}

function signerLines(signer: SurveyedSigner, { paint }: Style): readonly string[] {
  const { key, web, commits, first, last, methods, verdicts, names } = signer;
  const counted = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([name, count]) => (counts.size === 1 ? name : `${name} ${count}`)).join(', ');
  const who = web ? "the forge's own key" : names.join(', ');
  return [
    `  ${forTerminal(key)}  ${some(commits, 'commit')}, ${day(first)} to ${day(last)}`,
    paint.dim(`      ${forTerminal(who)}; ${counted(methods)}; ${counted(verdicts)}`),
  ];
}

const day = (time: number | undefined): string => (time === undefined ? '?' : instant(time).slice(0, 10));

function mergeLines({ merges }: AuditReport, { paint }: Style): readonly string[] {
  const { total, adding, newest } = merges;
  const latest = newest.slice(-shown).reverse();
  return [
    paint.bold(
      `${some(total, 'merge')}, of which ${adding} ${adding === 1 ? 'has' : 'have'} a content that their side does not account for`,
    ),
    ...latest.flatMap(({ step, time, paths, additions: [first] }) => {
      if (first === undefined) return [];
      const others = paths === 1 ? '' : ` and ${paths - 1} more`;
      return [
        `  ${step}  ${day(time)}  ${pathForTerminal(first.path)}${others}`,
        paint.dim(`      ${fits[first.fit]}`),
      ];
    }),
    ...more(adding),
  ];
}

function rehearsalLines({ rehearsal }: AuditReport, style: Style): readonly string[] {
  const { contributors, steps, years, newest } = rehearsal;
  return [
    style.paint.bold(`${some(steps, 'step')}, if unsigned = "refuse" held and ${whoSignedUp(contributors)}`),
    ...table(
      ['year', 'accepted', 'refused as unsigned', 'refused otherwise'],
      years.map(({ year, accepted, unsigned, other }) => {
        const all = accepted + unsigned + other;
        return [String(year), share(accepted, all), share(unsigned, all), share(other, all)];
      }),
      style,
    ),
    ...newest
      .slice(-shown)
      .reverse()
      .map(({ step, time, paths, first }) => {
        const others = paths === 1 ? '' : ` and ${paths - 1} more`;
        return `  ${step}  ${day(time)}  ${pathForTerminal(first)}${others}`;
      }),
  ];
}

function whoSignedUp(contributors: number): string {
  if (contributors === 0) return 'nobody had signed up, as no key of a person is known here (--keyring)';
  return contributors === 1
    ? 'the one person whose key is known here had signed up'
    : `the ${contributors} people whose keys are known here had signed up`;
}

function claimLines(introduced: readonly IntroducedPackage[], { paint }: Style): readonly string[] {
  const claims = new Map<string, string[]>();
  for (const { name, claimedBy } of introduced) {
    if (claimedBy !== undefined) claims.set(claimedBy, [...(claims.get(claimedBy) ?? []), name]);
  }
  const claimed = [...claims.values()].flat().length;
  const signed = introduced.filter(({ signedBy }) => signedBy !== undefined).length;
  return [
    paint.bold(`${some(introduced.length, 'package')} introduced`),
    `  ${claimed} would be enrolled: whoever introduced them signed, and is known here`,
    `  ${signed} were introduced by commits that a key signed which is not known here or has no authority`,
    `  ${introduced.length - claimed - signed} would belong to nobody`,
    ...[...claims].map(([who, names]) => `  ${forTerminal(who)}: ${names.map(forTerminal).join(' ')}`),
  ];
}

/** An audit as the one JSON document on stdout. */
export function auditJson(report: AuditReport): string {
  const moment = (time: number | undefined) => (time === undefined ? null : instant(time));
  const { merges, rehearsal } = report;
  return resultJson('audit', {
    now: instant(report.now),
    from: report.from,
    to: report.to,
    partial: report.partial,
    commits: report.commits,
    malformed: report.malformed,
    years: report.years,
    signers: report.signers.map(({ first, last, methods, verdicts, ...signer }) => ({
      ...signer,
      first: instant(first),
      last: instant(last),
      methods: Object.fromEntries(methods),
      verdicts: Object.fromEntries(verdicts),
    })),
    merges: {
      ...merges,
      newest: merges.newest.map(({ step, time, paths, additions }) => ({
        step,
        time: moment(time),
        paths,
        additions: additions.map(({ path, fit }) => ({ path: decodePath(path), fit })),
      })),
    },
    rehearsal: {
      ...rehearsal,
      newest: rehearsal.newest.map(({ step, time, paths, first }) => ({
        step,
        time: moment(time),
        paths,
        first: decodePath(first),
      })),
      introduced: rehearsal.introduced.map(({ name, step, claimedBy, signedBy }) => ({
        name,
        step,
        claimedBy: claimedBy ?? null,
        signedBy: signedBy ?? null,
      })),
    },
  });
}
