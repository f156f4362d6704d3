import type { Attribution } from '../core/chain/attribution.ts';
import type { Fault } from '../core/fault.ts';
import { commentMarker, markedText } from '../core/report/comment.ts';
import type { Claim, Finding, Report } from '../core/report/report.ts';
import { codeForMarkdown, forMarkdown } from './escape.ts';
import { instant } from './json.ts';
import { chainMermaid } from './provenance.ts';
import type { Fact, ReportView } from './view.ts';
import { attributionNames, claimMarks, conclusionWords, evidenceNames } from './words.ts';

/** A comment is short: these many findings, lines of facts and diagrams, and sentences of these many characters. */
const bounds = { findings: 5, facts: 8, sentence: 400, chains: 3 };

/** A report as Markdown with the hidden line by which a later run finds the comment that was made of it. */
export const reportMarkdown = (view: ReportView): string =>
  markedText(commentMarker(view.report.verb), commentBody(view));

/**
 * A report as one short comment for a forge, said to be written by a machine: conclusion first, what does not hold with
 * its mend, then who signed.
 */
export function commentBody({ report, subject, facts }: ReportView): string {
  const { conclusion, verb, now } = report;
  const { symbol, because } = conclusionWords[conclusion];
  return blocks([
    `### ${symbol} ${conclusion}: ${because}`,
    prose(subject),
    list('What does not hold:', brokenClaims(report)),
    list('Why, and what mends it:', findingLines(report)),
    list(`${heldText(report)} What was read:`, factLines(facts)),
    ...facts
      .flatMap((fact) => (fact.kind === 'chain' ? [chainMermaid(fact.chain)] : []))
      .slice(0, bounds.chains),
    `<sub>Written by a machine: ${verb} of opam-signet, judged at ${instant(now)}. The command line shows all of it.</sub>`,
  ]);
}

/** What stands in the place of a report where a verb failed before it had one. */
export function faultMarkdown(verb: string, { message, mend }: Fault): string {
  const body = blocks([
    '### ? undetermined: nothing could be judged',
    `${prose(message)} *Mend:* ${prose(mend)}`,
    `<sub>Written by a machine: ${verb} of opam-signet.</sub>`,
  ]);
  return markedText(commentMarker(verb), body);
}

const blocks = (parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n')}\n`;

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [title, '', ...lines.map((line) => `- ${line}`)].join('\n');

function prose(text: string): string {
  const characters = Array.from(text);
  if (characters.length <= bounds.sentence) return forMarkdown(text);
  return `${forMarkdown(characters.slice(0, bounds.sentence).join(''))} […]`;
}

const brokenClaims = ({ claims, required }: Report): readonly string[] =>
  claims
    .filter(({ id, status }) => required.includes(id) && status !== 'upheld')
    .map(({ status, title }: Claim) => `${claimMarks[status].symbol} **${status}**: ${prose(title)}`);

/** Errors, then warnings; notes change nothing, and have no place in a comment. */
function findingLines({ findings }: Report): readonly string[] {
  const worth = [
    ...findings.filter(({ severity }) => severity === 'error'),
    ...findings.filter(({ severity }) => severity === 'warning'),
  ];
  return bounded([...new Set(worth.map(findingLine))], bounds.findings);
}

const findingLine = ({ code, severity, message, mend }: Finding): string =>
  `**${severity}** \`${code}\`: ${prose(message)} *Mend:* ${prose(mend)}`;

/** Lines as they are; paths gathered by who signed for them and how. */
function factLines(facts: readonly Fact[]): readonly string[] {
  const lines: string[] = [];
  const groups = new Map<string, string[]>();
  for (const fact of facts) {
    if (fact.kind === 'chain') continue;
    if (fact.kind === 'said') lines.push(`${prose(fact.name)}: ${prose(fact.text)}`);
    else {
      const who = signerText(fact.attribution);
      const paths = groups.get(who) ?? [];
      paths.push(fact.attribution.path);
      groups.set(who, paths);
    }
  }
  const signed = [...groups].map(
    ([who, { length }]) => `${length} ${length === 1 ? 'path' : 'paths'} signed for by ${who}`,
  );
  return bounded([...lines, ...signed], bounds.facts);
}

function signerText({ kind, contributor, evidence }: Attribution): string {
  if (contributor === undefined || evidence === undefined) return attributionNames[kind];
  return `${codeForMarkdown(contributor)} (${evidenceNames[evidence.kind]} ${evidence.object})`;
}

const bounded = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];

function heldText({ claims, required }: Report): string {
  const judged = claims.filter(({ id }) => required.includes(id));
  const upheld = judged.filter(({ status }) => status === 'upheld').length;
  return `Upheld: ${upheld} of ${judged.length} required claims.`;
}
