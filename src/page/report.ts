import type { Chronicle } from '../core/report/chronicle.ts';
import { drawCoverage } from './coverage.ts';
import { byId } from './elements.ts';
import { History } from './history.ts';
import { Lane } from './lane.ts';
import { Search } from './search.ts';
import { showStep } from './step-card.ts';

const history = new History(JSON.parse(byId('chronicle').textContent) as Chronicle);

document.documentElement.classList.add('ready');
if (history.length > 0) start();

/** Brings the page to life. What stands on it without this script is the conclusion, the reasons, keys and findings. */
function start(): void {
  drawCoverage(history);
  const lane = new Lane(history, (place) => {
    showStep(history, place, (name) => {
      search.open(name);
    });
  });
  const goTo = (place: number): void => {
    lane.select(place);
    byId('history').scrollIntoView();
    byId('lane').focus({ preventScroll: true });
  };
  const search = new Search(history, goTo);
  lane.select(history.problems.at(-1) ?? history.length - 1);
  listen(lane, goTo);
}

function listen(lane: Lane, goTo: (place: number) => void): void {
  const acts: Readonly<Record<string, () => void>> = {
    'zoom-in': () => {
      lane.zoomBy(2);
    },
    'zoom-out': () => {
      lane.zoomBy(0.5);
    },
    'zoom-all': () => {
      lane.showAll();
    },
    'previous-problem': () => {
      lane.selectProblem(-1);
    },
    'next-problem': () => {
      lane.selectProblem(1);
    },
  };
  for (const [id, act] of Object.entries(acts)) byId(id).addEventListener('click', act);
  linkFindings(goTo);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) {
    matchMedia(query).addEventListener('change', lane.repaint);
  }
  window.addEventListener('beforeprint', openForPrint);
}

/** Gives each finding that belongs to a step a way to it. */
function linkFindings(goTo: (place: number) => void): void {
  const places = new Map(
    Array.from({ length: history.length }, (_, place) => [history.step(place).oid, place]),
  );
  for (const one of document.querySelectorAll<HTMLElement>('#findings [data-step]')) {
    const place = places.get(one.dataset['step'] ?? '');
    const link = one.querySelector<HTMLButtonElement>('button.to-step');
    if (place === undefined || link === null) continue;
    link.hidden = false;
    link.addEventListener('click', () => {
      goTo(place);
    });
  }
}

/** On paper nothing can be unfolded. */
function openForPrint(): void {
  for (const one of document.querySelectorAll('details.group')) one.setAttribute('open', '');
}
