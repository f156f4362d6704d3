import { button, byId, counted, day, element } from './elements.ts';
import type { ChangeView, History, StepView } from './history.ts';
import { evidenceOf, signerOf } from './provenance.ts';

/** More changes than anybody reads at once; the rest is a button away. */
const firstShown = 40;

/** Shows one step: what it is, what was found about it, and who signed for each change. */
export function showStep(history: History, place: number, showPackage: (name: string) => void): void {
  const step = history.step(place);
  const card = byId('step');
  card.replaceChildren(
    heading(step),
    names(step),
    ...findings(step.oid),
    changes(history.changesOf(place), showPackage),
  );
}

function heading({ number, pull, title, conclusion }: StepView): HTMLElement {
  return element(
    'header',
    {},
    element(
      'h3',
      {},
      `Step ${number.toLocaleString('en')} `,
      element('span', { class: `word ${conclusion}` }, conclusion),
    ),
    element(
      'p',
      { class: 'title' },
      title === '' ? '(no title)' : title,
      pull === 0 ? undefined : element('span', { class: 'pull' }, ` #${pull}`),
    ),
  );
}

/** Names on commits prove nothing, so the page says where they stand. */
function names({ oid, time, author, merger, side }: StepView): HTMLElement {
  const brought = side === 0 ? 'one commit without a side' : `a merge of ${counted(side, 'commit')}`;
  const who = author === merger || author === '' ? [merger] : [author, `merged by ${merger}`];
  return element(
    'p',
    { class: 'names' },
    `${day(time)} · ${brought} · names ${who.filter((one) => one !== '').join(', ')} · `,
    element('code', {}, oid),
  );
}

/** What the report found about the step stands elsewhere on the page, too: these are copies. */
function findings(oid: string): readonly HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>('#findings [data-step]')].filter(
    (one) => one.dataset['step'] === oid,
  );
  return found.map((one) => {
    const copy = one.cloneNode(true) as HTMLElement;
    copy.querySelector('.to-step')?.remove();
    return element('div', { class: `finding ${one.dataset['severity'] ?? ''}` }, ...copy.childNodes);
  });
}

function changes(all: readonly ChangeView[], showPackage: (name: string) => void): HTMLElement {
  if (all.length === 0) return element('p', { class: 'quiet' }, 'It changed no paths.');
  const body = element('tbody', {});
  const show = (some: readonly ChangeView[]): void => {
    body.append(...some.map((one) => changeRow(one, showPackage)));
  };
  show(all.slice(0, firstShown));
  const table = element(
    'table',
    { class: 'provenance' },
    element('caption', {}, counted(all.length, 'change')),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...['What', 'Change', 'Signed by', 'Evidence'].map((name) => element('th', { scope: 'col' }, name)),
      ),
    ),
    body,
  );
  if (all.length <= firstShown) return table;
  const more = button(`Show ${all.length - firstShown} more`, { class: 'more' }, () => {
    show(all.slice(firstShown));
    more.remove();
  });
  return element('div', {}, table, more);
}

function changeRow(change: ChangeView, showPackage: (name: string) => void): HTMLElement {
  const { package: name, label, act, paths } = change;
  const what =
    name === undefined
      ? label
      : button(`${name}.${label}`, { class: 'link' }, () => {
          showPackage(name);
        });
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, what),
    element('td', { 'data-label': 'Change' }, paths === 1 ? act : `${act}, ${counted(paths, 'file')}`),
    element('td', { 'data-label': 'Signed by' }, ...signerOf(change, undefined)),
    element('td', { 'data-label': 'Evidence' }, ...evidenceOf(change)),
  );
}
