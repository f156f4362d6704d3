import { scaleBand, scaleLinear } from 'd3-scale';
import { byId, counted } from './elements.ts';
import type { History } from './history.ts';

type Month = History['months'][number];

/** One part of each bar: which of a month's counts, and what it is called. */
interface Layer {
  readonly count: Exclude<keyof Month, 'month'>;
  readonly name: string;
}

/** Who signed for the changed paths. */
const changeLayers: readonly Layer[] = [
  { count: 'signed', name: 'signed' },
  { count: 'unsigned', name: 'unsigned, allowed' },
  { count: 'none', name: 'attributed to nobody' },
];

/** What the signatures of steps and sides are worth. */
const signatureLayers: readonly Layer[] = [
  { count: 'good', name: 'good' },
  { count: 'other', name: 'another verdict' },
  { count: 'absent', name: 'absent' },
];

const size = { width: 520, height: 150, left: 40, bottom: 22 } as const;

const namespace = 'http://www.w3.org/2000/svg';

/** Draws, month by month, the shares of changes and of signatures. The same figures stand in the table below. */
export function drawCoverage(history: History): void {
  drawShares('coverage-changes', history.months, changeLayers, 'path');
  drawShares('coverage-signatures', history.months, signatureLayers, 'commit');
}

function drawShares(id: string, months: readonly Month[], layers: readonly Layer[], unit: string): void {
  const x = scaleBand<number>()
    .domain(months.map(({ month }) => month))
    .range([size.left, size.width])
    .paddingInner(0.12);
  const y = scaleLinear()
    .domain([0, 1])
    .range([size.height - size.bottom, 6]);
  const drawing = svg('svg', { viewBox: `0 0 ${size.width} ${size.height}`, 'aria-hidden': 'true' });
  for (const share of [0, 0.5, 1]) {
    drawing.append(
      svg('line', { class: 'grid', x1: size.left, x2: size.width, y1: y(share), y2: y(share) }),
      svg(
        'text',
        { class: 'tick', x: size.left - 6, y: y(share) + 4, 'text-anchor': 'end' },
        `${share * 100}%`,
      ),
    );
  }
  for (const month of months) drawing.append(bar(month, layers, x, y, unit));
  drawing.append(...monthLabels(months, x));
  byId(id).replaceChildren(drawing);
}

function bar(
  month: Month,
  layers: readonly Layer[],
  x: ReturnType<typeof scaleBand<number>>,
  y: ReturnType<typeof scaleLinear<number, number>>,
  unit: string,
): SVGElement {
  const all = layers.reduce((sum, { count }) => sum + month[count], 0);
  const parts = layers.map(({ count, name }) => `${month[count].toLocaleString('en')} ${name}`);
  const group = svg(
    'g',
    {},
    svg('title', {}, `${nameOf(month)}: ${counted(all, unit)}: ${parts.join(', ')}`),
  );
  let below = 0;
  for (const { count } of layers) {
    const share = all === 0 ? 0 : month[count] / all;
    const top = y(below + share);
    const height = y(below) - top;
    below += share;
    if (height > 0)
      group.append(
        svg('rect', { class: `fill ${count}`, x: x(month.month) ?? 0, y: top, width: x.bandwidth(), height }),
      );
  }
  return group;
}

/** What the name of a month needs. */
const labelWidth = 52;

/** As many names of months as there is room for. */
function monthLabels(
  months: readonly Month[],
  x: ReturnType<typeof scaleBand<number>>,
): readonly SVGElement[] {
  const every = Math.max(1, Math.ceil((months.length * labelWidth) / (size.width - size.left)));
  return months
    .filter((_, place) => place % every === 0)
    .filter(({ month }) => (x(month) ?? 0) + x.bandwidth() / 2 + labelWidth / 2 <= size.width)
    .map((month) => {
      const middle = (x(month.month) ?? 0) + x.bandwidth() / 2;
      return svg(
        'text',
        { class: 'tick', x: middle, y: size.height - 6, 'text-anchor': 'middle' },
        nameOf(month),
      );
    });
}

const nameOf = ({ month }: Month): string =>
  `${1970 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;

function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Node | string)[]
): SVGElement {
  const made = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}
