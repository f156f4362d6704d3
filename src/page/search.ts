import MiniSearch from 'minisearch';
import { standingOf } from '../core/report/chronicle.ts';
import { button, byId, counted, day, element } from './elements.ts';
import type { ChangeView, History } from './history.ts';
import { evidenceOf, signerOf } from './provenance.ts';

/** So many results are shown at once. */
const pageSize = 20;

/** So many changes of one package are shown before a button brings the others. */
const firstChanges = 30;

/** Everything that history did to one package, or to one path outside the packages. */
interface Subject {
  readonly id: number;
  readonly name: string;
  /** Rows of the columns of changes, oldest first. */
  readonly rows: number[];
  readonly people: Set<string>;
}

/** The search over packages, people, pull requests and objects. */
export class Search {
  readonly #history: History;
  readonly #showStep: (place: number) => void;
  readonly #subjects = new Map<string, Subject>();
  readonly #index = new MiniSearch<{ readonly id: number; readonly name: string; readonly people: string }>({
    fields: ['name', 'people'],
    searchOptions: {
      combineWith: 'AND',
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      boost: { name: 4 },
    },
  });
  readonly #field = byId('query') as HTMLInputElement;
  readonly #list = byId('results');
  readonly #status = byId('search-status');

  constructor(history: History, showStep: (place: number) => void) {
    this.#history = history;
    this.#showStep = showStep;
    this.#gather();
    this.#field.addEventListener('input', () => {
      this.show(this.#field.value);
    });
    this.show('');
  }

  /** Searches as if the words had been typed, and brings the results into view. */
  open(query: string): void {
    this.#field.value = query;
    this.show(query);
    this.#list.querySelector('details')?.setAttribute('open', '');
    this.#field.scrollIntoView({ block: 'center' });
    this.#field.focus({ preventScroll: true });
  }

  show(query: string): void {
    const words = query.trim();
    const steps = this.#findSteps(words);
    const subjects = words === '' ? this.#newest() : this.#findSubjects(words);
    const version = /^[^.\s]+\.(\S+)$/.exec(words)?.[1];
    this.#status.textContent = statusOf(words, steps.length, subjects.length);
    this.#list.replaceChildren(...steps.map((place) => this.#stepResult(place)));
    this.#showSubjects(subjects, 0, version);
  }

  #gather(): void {
    for (let row = 0; row < this.#history.changeCount; row++) {
      const change = this.#history.change(row);
      const name = change.package ?? change.label;
      const subject = this.#subjects.get(name) ?? {
        id: this.#subjects.size,
        name,
        rows: [],
        people: new Set<string>(),
      };
      subject.rows.push(row);
      subject.people.add(change.evidence?.contributor ?? this.#history.step(change.step).author);
      this.#subjects.set(name, subject);
    }
    this.#index.addAll(
      [...this.#subjects.values()].map(({ id, name, people }) => ({
        id,
        name,
        people: [...people].join(' '),
      })),
    );
  }

  /** What the name says comes before what the index finds: a package is found by its whole name, and with a version. */
  #findSubjects(words: string): readonly Subject[] {
    const exact = this.#subjects.get(words) ?? this.#subjects.get(words.split('.', 1)[0] ?? '');
    const all = [...this.#subjects.values()];
    const found = this.#index.search(words).flatMap(({ id }) => all[Number(id)] ?? []);
    return exact === undefined ? found : [exact, ...found.filter((one) => one !== exact)];
  }

  #newest(): readonly Subject[] {
    return [...this.#subjects.values()].sort(
      (one, other) => (other.rows.at(-1) ?? 0) - (one.rows.at(-1) ?? 0),
    );
  }

  /** Steps by the number of their pull request, or by an object or key of theirs of which at least seven digits are given. */
  #findSteps(words: string): readonly number[] {
    const pull = /^#?([1-9]\d{0,8})$/.exec(words)?.[1];
    const digits = /^[0-9a-f]{7,64}$/i.test(words) ? words.toLowerCase() : undefined;
    if (pull === undefined && digits === undefined) return [];
    const places: number[] = [];
    for (let place = this.#history.length - 1; place >= 0 && places.length < pageSize; place--) {
      const step = this.#history.step(place);
      if (step.pull === Number(pull) || (digits !== undefined && this.#bears(place, digits)))
        places.push(place);
    }
    return places;
  }

  #bears(place: number, digits: string): boolean {
    if (this.#history.step(place).oid.startsWith(digits)) return true;
    return this.#history
      .changesOf(place)
      .some(
        ({ evidence }) =>
          evidence?.object.startsWith(digits) === true ||
          evidence?.key.toLowerCase().startsWith(digits) === true,
      );
  }

  #showSubjects(subjects: readonly Subject[], from: number, version: string | undefined): void {
    const some = subjects.slice(from, from + pageSize);
    this.#list.append(...some.map((one) => element('li', {}, this.#subjectResult(one, version))));
    const left = subjects.length - from - some.length;
    if (left <= 0) return;
    const more = button(`Show more (${left.toLocaleString('en')} left)`, { class: 'more' }, () => {
      item.remove();
      this.#showSubjects(subjects, from + pageSize, version);
    });
    const item = element('li', {}, more);
    this.#list.append(item);
  }

  #stepResult(place: number): HTMLElement {
    const { number, title, pull, time, conclusion } = this.#history.step(place);
    const label = `Step ${number.toLocaleString('en')}${pull === 0 ? '' : ` #${pull}`}`;
    return element(
      'li',
      { class: 'step-result' },
      button(label, { class: 'link' }, () => {
        this.#showStep(place);
      }),
      ' ',
      element('span', { class: `word ${conclusion}` }, conclusion),
      ' ',
      element('span', {}, title),
      ' ',
      element('span', { class: 'quiet' }, day(time)),
    );
  }

  #subjectResult({ name, rows }: Subject, version: string | undefined): HTMLElement {
    const newest = this.#history.change(rows.at(-1) ?? 0);
    const signed = rows.filter((row) => standingOf(this.#history.change(row).kind) === 'signed').length;
    const about = `${signed} of ${counted(rows.length, 'change')} signed · newest ${day(this.#history.timeOf(newest.step))}`;
    const made = element(
      'details',
      {},
      element(
        'summary',
        {},
        element('span', { class: `dot ${standingOf(newest.kind)}`, 'aria-hidden': 'true' }),
        element('span', { class: 'name' }, name),
        ' ',
        element('span', { class: 'quiet' }, about),
      ),
    );
    const fill = (): void => {
      if (made.childElementCount === 1) made.append(this.#provenance(name, rows, version));
    };
    made.addEventListener('toggle', fill);
    return made;
  }

  #provenance(name: string, rows: readonly number[], version: string | undefined): HTMLElement {
    const newestFirst = rows.toReversed();
    const wanted = newestFirst.filter(
      (row) => version !== undefined && this.#history.change(row).label.startsWith(version),
    );
    const shown = wanted.length > 0 ? wanted : newestFirst;
    const body = element('tbody', {});
    const show = (some: readonly number[]): void => {
      body.append(...some.map((row) => this.#row(this.#history.change(row))));
    };
    show(shown.slice(0, firstChanges));
    const table = element(
      'table',
      { class: 'provenance' },
      element('caption', { class: 'unseen' }, `Provenance of ${name}`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['Version', 'Change', 'Signed by', 'Evidence', 'When'].map((one) =>
            element('th', { scope: 'col' }, one),
          ),
        ),
      ),
      body,
    );
    if (shown.length <= firstChanges) return table;
    const more = button(`Show ${shown.length - firstChanges} more`, { class: 'more' }, () => {
      show(shown.slice(firstChanges));
      more.remove();
    });
    return element('div', {}, table, more);
  }

  #row(change: ChangeView): HTMLElement {
    const { number, pull, time, author } = this.#history.step(change.step);
    const request = pull === 0 ? '' : ` #${pull}`;
    const step = button(`step ${number.toLocaleString('en')}${request}`, { class: 'link' }, () => {
      this.#showStep(change.step);
    });
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, change.label),
      element('td', { 'data-label': 'Change' }, change.act),
      element('td', { 'data-label': 'Signed by' }, ...signerOf(change, author)),
      element('td', { 'data-label': 'Evidence' }, ...evidenceOf(change)),
      element('td', { 'data-label': 'When' }, element('span', {}, day(time)), step),
    );
  }
}

function statusOf(words: string, steps: number, subjects: number): string {
  if (words === '')
    return `${counted(subjects, 'package or path', 'packages and paths')}, the newest changes first.`;
  if (steps + subjects === 0)
    return `Nothing is called “${words}” here. Try the beginning of a package name.`;
  const found = [
    ...(steps === 0 ? [] : [counted(steps, 'step')]),
    ...(subjects === 0 ? [] : [counted(subjects, 'package or path', 'packages and paths')]),
  ];
  return `${found.join(' and ')} found.`;
}
