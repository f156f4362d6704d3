import { catalogue } from '../../core/report/catalogue.ts';
import type { Finding, Severity } from '../../core/report/report.ts';
import { type Html, markup } from '../page.ts';
import { placeParts, severityColours } from '../words.ts';

/** One kind of error that decided the conclusion. */
export interface Reason {
  readonly code: Finding['code'];
  readonly count: number;
  readonly title: string;
  readonly mend: string;
  /** The message of the first one. */
  readonly example: string;
}

/**
 * What refutes a claim comes before what leaves one unproven. Within, the most frequent is first; of equals, why a path
 * has no attribution comes before why a tag was no help.
 */
export function reasonsOf(findings: readonly Finding[]): readonly Reason[] {
  const errors = findings.filter(
    ({ severity, code }) => severity === 'error' && catalogue[code].effect !== 'none',
  );
  const refutes = ({ code }: Reason): number => Number(catalogue[code].effect === 'refutes');
  const attributes = ({ code }: Reason): number => Number(code.startsWith('attribution.'));
  return [...byCode(errors)]
    .flatMap(([code, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const { message, mend } = first;
      return [{ code, count: group.length, title: catalogue[code].title, mend, example: message }];
    })
    .sort(
      (one, other) =>
        refutes(other) - refutes(one) || other.count - one.count || attributes(other) - attributes(one),
    );
}

function byCode(findings: readonly Finding[]): ReadonlyMap<Finding['code'], readonly Finding[]> {
  const groups = new Map<Finding['code'], Finding[]>();
  for (const one of findings) groups.set(one.code, [...(groups.get(one.code) ?? []), one]);
  return groups;
}

/** Groups of errors that are no longer than this stand open. */
const openUpTo = 10;

const order: readonly Severity[] = ['error', 'warning', 'note'];

/** All findings, by severity and code, each with what mends it and a way to its step. */
export function findingsSection(
  findings: readonly Finding[],
  unlisted: Readonly<Record<Severity, number>>,
): Html | undefined {
  if (findings.length === 0) return undefined;
  const hidden = order.filter((severity) => unlisted[severity] > 0);
  const more = hidden.map((severity) => `${unlisted[severity].toLocaleString('en')} ${severity}s`).join(', ');
  return markup`<section id="findings" aria-labelledby="findings-title"><h2 id="findings-title">Findings</h2>
${order.flatMap((severity) => [...byCode(findings.filter((one) => one.severity === severity))].map(([code, group]) => findingGroup(code, severity, group)))}
${hidden.length === 0 ? undefined : markup`<p class="quiet">Counted and not listed: ${more}.</p>`}
</section>`;
}

function findingGroup(code: Finding['code'], severity: Severity, group: readonly Finding[]): Html {
  const { title, meaning } = catalogue[code];
  const open = severity === 'error' && group.length <= openUpTo;
  const content = markup`<p class="meaning">${meaning}</p>
<ul>
${group.map(findingItem)}</ul>`;
  const summary = markup`<summary><span class="badge ${severityColours[severity]}">${severity}</span> <span class="name">${title}</span> <span class="quiet"><code>${code}</code> · ${group.length.toLocaleString('en')}</span></summary>`;
  return open
    ? markup`<details class="group" id="code-${code}" open>${summary}
${content}</details>
`
    : markup`<details class="group" id="code-${code}">${summary}
${content}</details>
`;
}

/** What stands at a step bears its id, so that the page can lead there. */
function findingItem({ at, severity, message, mend }: Finding): Html {
  const step = at.step ?? at.object ?? '';
  const places = placeParts(at).map((part) => markup` <code>${part}</code>`);
  return markup`<li data-step="${step}" data-severity="${severity}"><p>${message} <button type="button" class="link to-step" hidden>Show step</button></p>
<p class="quiet">${places}</p>
<p class="mend"><b>What mends it:</b> ${mend}</p></li>
`;
}
