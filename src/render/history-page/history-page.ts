import type { Chronicle } from '../../core/report/chronicle.ts';
import type { Claim, Conclusion, Severity } from '../../core/report/report.ts';
import type { KeyringOverview } from '../../core/trust/keyring-overview.ts';
import { escapeJson, forTerminal, pathForTerminal } from '../escape.ts';
import { instant } from '../json.ts';
import { Html, markup, page } from '../page.ts';
import type { ReportView } from '../view.ts';
import { claimMarks, conclusionWords } from '../words.ts';
import { coverageSection } from './coverage.ts';
import { findingsSection, type Reason, reasonsOf } from './findings.ts';
import { keysSection } from './keys.ts';

/** Everything that the page of a whole history shows. */
export interface HistoryPage extends Pick<ReportView, 'report' | 'subject'> {
  /** Steps by their conclusion. */
  readonly steps: Readonly<Record<Conclusion, number>>;
  /** Findings that are counted and not listed. */
  readonly unlisted: Readonly<Record<Severity, number>>;
  readonly chronicle: Chronicle;
  /** The keyring in force at the head; undefined where history could not be walked. */
  readonly keyring: KeyringOverview | undefined;
}

/** What the build makes of `src/page`: the script and the style sheet of the page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The report on a whole history as one page, for people: the conclusion with its reasons, coverage, the mainline as a
 * lane, a search, keys, findings. It loads nothing. Without its script, all but lane, search and drawings stands there.
 */
export function historyPage(shown: HistoryPage, { script, style }: PageAssets, version: string): string {
  const { report, chronicle, keyring } = shown;
  const title = `${report.verb}: ${report.conclusion}`;
  const walked = chronicle.steps.oid.length > 0;
  const body = markup`<a class="skip" href="#main">Skip to the details</a>
<div class="sheet">
${verdict(shown)}
<nav aria-label="Parts of this page"><ul>${links(shown).map(
    ([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`,
  )}</ul></nav>
<main id="main" tabindex="-1">
<section id="claims" aria-labelledby="claims-title"><h2 id="claims-title">What must hold</h2>
<ul class="claims">
${report.claims.map(claimItem)}</ul></section>
${walked ? coverageSection(chronicle) : undefined}
${walked ? laneSection(chronicle) : undefined}
${walked ? searchSection : undefined}
${keyring === undefined ? undefined : keysSection(keyring, chronicle, report.now)}
${findingsSection(report.findings, shown.unlisted)}
</main>
<footer><p>Written by opam-signet ${version} for ${instant(report.now)}. This page shows a result and proves nothing: whoever has the repository can judge it again with the same verb. It loads nothing from anywhere.</p></footer>
</div>
<script type="application/json" id="chronicle">${new Html(embedded(chronicle))}</script>`;
  return page(title, style, body, script);
}

/** JSON that cannot end the element it stands in, with every text made safe to look at. */
function embedded(chronicle: Chronicle): string {
  const { steps, subjects, names } = chronicle;
  return escapeJson(
    JSON.stringify({
      ...chronicle,
      steps: { ...steps, title: steps.title.map(forTerminal) },
      subjects: { ...subjects, label: subjects.label.map(pathForTerminal) },
      names: names.map(forTerminal),
    }),
  );
}

function links({ chronicle, keyring, report }: HistoryPage): readonly (readonly [string, string])[] {
  const walked = chronicle.steps.oid.length > 0;
  const known: readonly (readonly [boolean, string, string])[] = [
    [true, 'claims', 'What must hold'],
    [walked, 'coverage', 'Coverage'],
    [walked, 'history', 'History'],
    [walked, 'packages', 'Packages'],
    [keyring !== undefined, 'keys', 'Keys'],
    [report.findings.length > 0, 'findings', 'Findings'],
  ];
  return known.flatMap(([there, id, name]) => (there ? [[id, name] as const] : []));
}

/** So many reasons stand at the top. The others are among the findings. */
const mostReasons = 5;

function verdict(shown: HistoryPage): Html {
  const { report, subject } = shown;
  const { symbol, colour, because } = conclusionWords[report.conclusion];
  const reasons = reasonsOf(report.findings);
  const left = reasons.length - mostReasons;
  return markup`<header class="verdict ${colour}">
<p class="verb">opam-signet ${report.verb}</p>
<h1><span class="mark" aria-hidden="true">${symbol}</span> ${capitalised(report.conclusion)}</h1>
<p class="because">${sentence(shown, because)}</p>
${reasons.length === 0 ? undefined : markup`<ol class="reasons" aria-label="Reasons">${reasons.slice(0, mostReasons).map(reasonItem)}</ol>`}
${left > 0 ? markup`<p class="quiet">${left === 1 ? 'One more kind of error stands' : `${left} more kinds of errors stand`} among the <a href="#findings">findings</a>.</p>` : undefined}
<p class="subject"><code>${subject}</code><br>judged for <time datetime="${instant(report.now)}">${instant(report.now)}</time></p>
</header>`;
}

function sentence({ steps }: HistoryPage, because: string): string {
  const { verified, rejected, undetermined } = steps;
  const all = verified + rejected + undetermined;
  const whole = capitalised(because);
  if (all === 0) return `${whole}. No step was judged.`;
  const count = (number: number): string => number.toLocaleString('en');
  if (verified === all)
    return `${whole}. ${all === 1 ? 'The one step is' : `All ${count(all)} steps are`} verified.`;
  const bad = [
    ...(rejected === 0 ? [] : [`${count(rejected)} rejected`]),
    ...(undetermined === 0 ? [] : [`${count(undetermined)} could not be judged`]),
  ];
  return `${whole}. Of ${stepCount(all)}, ${count(verified)} verified, ${bad.join(', ')}.`;
}

const stepCount = (number: number): string =>
  number === 1 ? 'one step' : `${number.toLocaleString('en')} steps`;

const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const reasonItem = ({ code, count, title, mend, example }: Reason): Html => markup`<li>
<p class="reason"><span class="count">${count.toLocaleString('en')}×</span> <a href="#code-${code}">${title}</a></p>
<p class="example">${count === 1 ? '' : 'First: '}${example}</p>
<p class="mend"><b>What mends it:</b> ${mend}</p></li>`;

function claimItem({ title, status, evidence }: Claim): Html {
  const { symbol, colour } = claimMarks[status];
  return markup`<li class="claim ${colour}"><span class="mark" aria-hidden="true">${symbol}</span><div>
<p>${title} <span class="status">${status}</span></p>
${evidence.map((one) => markup`<p class="quiet">${one}</p>`)}</div></li>
`;
}

/** What the colours and shapes of the lane mean. */
function laneSection({ forgotten, steps }: Chronicle): Html {
  const older =
    forgotten === 0
      ? undefined
      : markup`<p class="quiet">The oldest ${forgotten.toLocaleString('en')} steps are counted in the coverage and not drawn.</p>`;
  return markup`<section id="history" aria-labelledby="history-title"><h2 id="history-title">History</h2>
<p class="lead">The mainline, oldest first: ${stepCount(steps.oid.length)} with the sides that they merged. Marks along the top are steps that are not verified.</p>
${older}
<div class="live">
<div class="tools" role="group" aria-label="The lane">
<button type="button" id="previous-problem">← Previous problem</button><button type="button" id="next-problem">Next problem →</button>
<span class="gap"></span>
<button type="button" id="zoom-out" aria-label="Zoom out">−</button><button type="button" id="zoom-in" aria-label="Zoom in">+</button><button type="button" id="zoom-all">All</button>
</div>
<div id="lane" tabindex="0" role="slider" aria-label="Step of the mainline" aria-describedby="lane-keys"><canvas id="lane-canvas" aria-hidden="true"></canvas></div>
<p id="lane-hint" class="quiet"></p>
<ul class="legend"><li><span class="dot signed"></span>signed with authority</li><li><span class="dot unsigned"></span>unsigned, nobody owns it</li><li><span class="dot none"></span>nobody who may</li><li><span class="dot good"></span>good signature that attributes nothing</li><li><span class="dot other"></span>signature with another verdict</li><li><span class="dot open"></span>commit without a signature</li></ul>
<p id="lane-keys" class="quiet keys">Keys: <kbd>←</kbd> <kbd>→</kbd> steps, <kbd>n</kbd> <kbd>p</kbd> problems, <kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> zoom. Pointer: drag to move, Ctrl and wheel to zoom.</p>
<article id="step" aria-label="The selected step"></article>
</div>
<noscript><p>The lane is drawn by the script of this page, which does not run here.</p></noscript>
</section>`;
}

const searchSection = markup`<section id="packages" aria-labelledby="packages-title"><h2 id="packages-title">Packages</h2>
<p class="lead">Who stands for each version: the signer, the key, the evidence, and when.</p>
<div class="live">
<label for="query">Search by package, version, person, pull request, or the beginning of an object or key id</label>
<input type="search" id="query" autocomplete="off" spellcheck="false" placeholder="lwt, lwt.5.9.2, #30535, 97014be…">
<p id="search-status" role="status" class="quiet"></p>
<ul id="results"></ul>
</div>
<noscript><p>The search needs the script of this page, which does not run here; opam-signet verify-repo --explain PACKAGE says the same.</p></noscript>
</section>`;
