import type { Attribution } from '../core/chain/attribution.ts';
import type { Fault } from '../core/fault.ts';
import { linkTitles, type ProvenanceChain } from '../core/report/provenance.ts';
import type { Claim, Finding, Report, Severity } from '../core/report/report.ts';
import { decodePath } from './escape.ts';
import { instant } from './json.ts';
import { type Html, markup, page } from './page.ts';
import { reportStyle } from './report-style.ts';
import type { Fact, ReportView } from './view.ts';
import {
  attributionColour,
  attributionNames,
  claimMarks,
  conclusionWords,
  evidenceNames,
  placeParts,
  severityColours,
} from './words.ts';

/** A report as one page without scripts, for people who were not there: conclusion, claims, findings, paths. */
export function reportHtml({ report, subject, facts }: ReportView, version: string): string {
  const { conclusion, verb } = report;
  const lines = facts.filter((fact) => fact.kind === 'said');
  const paths = facts.filter((fact) => fact.kind === 'path');
  const chains = facts.filter((fact) => fact.kind === 'chain');
  return page(
    `${verb}: ${conclusion}`,
    reportStyle,
    markup`<main>
${verdictBlock(report, subject)}
${section('What was read', lines, factList)}
${section('What must hold', report.claims, (claims) => claimList(claims, report.required))}
${findingsBlock(report.findings)}
${section('Who signed for each path', paths, pathList)}${section('The way of each file', chains, chainList)}
</main>
${footer(`${verb} of opam-signet ${version}, judged at ${instant(report.now)}`)}`,
  );
}

/** The page that stands in the place of a report where a verb failed before it had one. */
export function faultHtml(verb: string, { code, message, mend }: Fault, version: string): string {
  const { symbol, colour } = conclusionWords.undetermined;
  return page(
    `${verb}: undetermined`,
    reportStyle,
    markup`<main>
<header class="verdict ${colour}"><h1>${symbol} undetermined</h1><p>Nothing could be judged.</p></header>
<h2>What failed</h2>
<article class="finding red"><p><span class="badge">error</span> <code>${code}</code></p>
<p>${message}</p>
${mendLine(mend)}</article>
</main>
${footer(`${verb} of opam-signet ${version}`)}`,
  );
}

function section<T>(
  title: string,
  rows: readonly T[],
  content: (rows: readonly T[]) => Html,
): Html | undefined {
  if (rows.length === 0) return undefined;
  return markup`<section><h2>${title}</h2>
${content(rows)}</section>`;
}

function verdictBlock({ conclusion, verb, now }: Report, subject: string): Html {
  const { symbol, colour, because } = conclusionWords[conclusion];
  const sentence = `${because.charAt(0).toUpperCase()}${because.slice(1)}.`;
  return markup`<header class="verdict ${colour}"><h1>${symbol} ${conclusion}</h1>
<p>${sentence}</p>
<p class="subject"><code>${subject}</code></p>
<p class="dim small">${verb}, judged for <time datetime="${instant(now)}">${instant(now)}</time></p></header>`;
}

function factList(facts: readonly Extract<Fact, { kind: 'said' }>[]): Html {
  return markup`<dl>
${facts.map(({ name, text }) => markup`<dt>${name}</dt><dd>${text}</dd>\n`)}</dl>`;
}

function claimList(claims: readonly Claim[], required: readonly string[]): Html {
  return markup`<ul>
${claims.map((claim) => claimItem(claim, required.includes(claim.id)))}</ul>`;
}

function claimItem({ title, status, evidence }: Claim, required: boolean): Html {
  const { symbol, colour } = claimMarks[status];
  const aside = required ? undefined : markup` <span class="dim small">(not required)</span>`;
  return markup`<li class="claim ${colour}"><span class="mark" aria-hidden="true">${symbol}</span><div>
<p>${title} <span class="status small">${status}</span>${aside}</p>
${evidence.map((one) => markup`<p class="evidence">${one}</p>\n`)}</div></li>
`;
}

/** Errors and warnings are shown; notes are folded up, as they change nothing. */
function findingsBlock(findings: readonly Finding[]): Html | undefined {
  const of = (severity: Severity): readonly Finding[] => findings.filter((one) => one.severity === severity);
  const notes = of('note');
  const folded = markup`<details><summary>${notes.length} ${notes.length === 1 ? 'note' : 'notes'}</summary>
${notes.map(findingArticle)}</details>`;
  return section(
    'What was found',
    findings,
    () =>
      markup`${[...of('error'), ...of('warning')].map(findingArticle)}${notes.length === 0 ? undefined : folded}`,
  );
}

function findingArticle({ code, severity, at, message, mend }: Finding): Html {
  const places = placeParts(at).map((part) => markup` <code>${part}</code>`);
  const where = places.length === 0 ? undefined : markup`<p class="dim small">at${places}</p>\n`;
  return markup`<article class="finding ${severityColours[severity]}"><p><span class="badge">${severity}</span> <code>${code}</code></p>
<p>${message}</p>
${where}${mendLine(mend)}</article>
`;
}

const mendLine = (mend: string): Html => markup`<p class="mend small"><b>Mend:</b> ${mend}</p>`;

function pathList(facts: readonly Extract<Fact, { kind: 'path' }>[]): Html {
  return markup`<ul>
${facts.map(({ attribution, occasion }) => pathItem(attribution, occasion))}</ul>`;
}

function chainList(facts: readonly Extract<Fact, { kind: 'chain' }>[]): Html {
  return markup`${facts.map(({ chain }) => chainItem(chain))}`;
}

function chainItem({ path, links }: ProvenanceChain): Html {
  return markup`<h3><code>${decodePath(path)}</code></h3>
<ol>
${links.map(
  ({ kind, object, words }) => markup`<li>${linkTitles[kind]}: ${words}${
    object === undefined ? undefined : markup` <code>${object}</code>`
  }</li>
`,
)}</ol>
`;
}

function pathItem(attribution: Attribution, occasion: string | undefined): Html {
  const { path, kind, contributor } = attribution;
  const when = occasion === undefined ? undefined : markup`<p class="evidence">${occasion}</p>`;
  return markup`<li class="path ${attributionColour(attribution)}"><div><code>${decodePath(path)}</code>${when}</div>
<div><p class="who">${contributor ?? attributionNames[kind]}</p>${proofOf(attribution)}</div></li>
`;
}

function proofOf({ kind, fingerprint, evidence }: Attribution): Html | undefined {
  if (evidence === undefined || fingerprint === undefined) return undefined;
  return markup`<p class="evidence">${evidenceNames[evidence.kind]} <code>${evidence.object}</code><br>
by key <code>${fingerprint}</code><br>(${attributionNames[kind]})</p>`;
}

const footer = (made: string): Html => markup`<footer class="dim small"><p>Written by a machine: ${made}.</p>
<p>This page shows a result and proves nothing: whoever has the repository can judge it again with the same verb.</p></footer>`;
