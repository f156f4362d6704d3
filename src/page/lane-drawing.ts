import type { ScaleLinear } from 'd3-scale';
import { signatureLetters } from '../core/report/chronicle.ts';
import type { History, StepView } from './history.ts';

/** Colours by the names that the style sheet gives them, in the theme that is shown. */
type Palette = (name: Ink) => string;
type Ink =
  'signed' | 'unsigned' | 'none' | 'good' | 'other' | 'ink' | 'soft' | 'line' | 'paper' | 'focus' | 'open';

export interface LaneView {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  /** From places of steps to pixels; a step stands in the middle between its place and the next. */
  readonly scale: ScaleLinear<number, number>;
  readonly palette: Palette;
  readonly selected: number;
  readonly hovered: number | undefined;
}

/** Heights in pixels, from the top. */
export const laneHeight = 216;
const marksAt = 10;
const shares = { top: 26, bottom: 124 } as const;
const sides = { top: 132, bottom: 176 } as const;
const mainlineAt = 140;
const axisAt = 184;

const labelFont = '11px ui-sans-serif, system-ui, sans-serif';

/** From so many pixels a step on, each step is drawn by itself. */
export const singleFrom = 7;
/** The least width of a column where many steps share one. */
const columnWidth = 3;

/** Draws the stretch of the mainline that is in view: step by step, or in columns where there are too many. */
export function drawLane(history: History, view: LaneView): void {
  const { context, width, scale } = view;
  context.clearRect(0, 0, width, laneHeight);
  const step = scale(1) - scale(0);
  const bounds = scale.domain().map((edge) => Math.min(Math.max(edge, 0), history.length));
  const first = Math.floor(bounds[0] ?? 0);
  const last = Math.ceil(bounds[1] ?? 0);
  if (step >= singleFrom) {
    drawPointers(view);
    drawSteps(history, view, first, last, step);
  } else {
    drawColumns(history, view, first, last, step);
    drawPointers(view);
  }
  drawMarks(history, view, step);
  drawMonths(history, view);
}

function drawPointers({ context, scale, palette, hovered, selected }: LaneView): void {
  for (const [place, ink] of [
    [hovered, 'open'],
    [selected, 'focus'],
  ] as const) {
    if (place === undefined) continue;
    context.fillStyle = palette(ink);
    context.fillRect(scale(place + 0.5) - 0.75, marksAt + 8, 1.5, axisAt - marksAt - 8);
  }
}

type Sum = keyof History['sums'];

/** What the parts of a column count, from top to bottom, and how each is painted. */
const pathParts: readonly (readonly [Sum, Ink])[] = [
  ['none', 'none'],
  ['unsigned', 'unsigned'],
  ['signed', 'signed'],
];
const commitParts: readonly (readonly [Sum, Ink])[] = [
  ['attributing', 'signed'],
  ['good', 'good'],
  ['other', 'other'],
  ['absent', 'open'],
];

/**
 * Columns of as many steps each as make one wide enough: above, what share of the changed paths is attributed; below,
 * the commits by their signatures. They begin at multiples, so that nothing flickers when the lane is moved.
 */
function drawColumns(
  { sums, length }: History,
  view: LaneView,
  first: number,
  last: number,
  step: number,
): void {
  const together = Math.max(1, Math.ceil(columnWidth / step));
  const columns: (readonly [number, number])[] = [];
  for (let from = first - (first % together); from < last; from += together) {
    columns.push([from, Math.min(length, from + together)]);
  }
  const within = ([from, to]: readonly [number, number], name: Sum): number =>
    (sums[name][to] ?? 0) - (sums[name][from] ?? 0);
  const total = (column: readonly [number, number], parts: readonly (readonly [Sum, Ink])[]): number =>
    parts.reduce((sum, [name]) => sum + within(column, name), 0);
  const most = Math.max(1, ...columns.map((column) => total(column, commitParts)));
  for (const column of columns) {
    const draw = (parts: readonly (readonly [Sum, Ink])[], top: number, height: number): void => {
      const all = total(column, parts);
      stack(
        view,
        column,
        parts.map(([name, ink]) => [ink, (height * within(column, name)) / Math.max(1, all)]),
        top,
      );
    };
    draw(pathParts, shares.top, shares.bottom - shares.top);
    draw(commitParts, sides.top, Math.sqrt(total(column, commitParts) / most) * (sides.bottom - sides.top));
  }
}

function stack(
  { context, scale, palette }: LaneView,
  [from, to]: readonly [number, number],
  parts: readonly (readonly [Ink, number])[],
  top: number,
): void {
  const x = scale(from);
  const width = Math.max(1, scale(to) - x - 0.5);
  let y = top;
  for (const [ink, height] of parts) {
    context.fillStyle = palette(ink);
    context.fillRect(x, y, width, height);
    y += height;
  }
}

/** Single steps: dots on the mainline, and the commits of a side as a stem that leads up from its merge. */
function drawSteps(history: History, view: LaneView, first: number, last: number, step: number): void {
  const { context, scale, palette } = view;
  context.fillStyle = palette('line');
  context.fillRect(scale(first), mainlineAt - 1, scale(last) - scale(first), 2);
  const radius = Math.min(6.5, step * 0.36);
  context.font = labelFont;
  for (let place = first; place < last; place++) {
    const shown = history.step(place);
    const x = scale(place + 0.5);
    drawSide(view, shown, x, Math.min(10, step * 0.6), Math.max(1.5, radius * 0.62));
    drawStep(view, shown, history.standingOf(place), x, radius);
    if (step >= 54) drawLabel(view, shown, x, step);
  }
}

function drawSide(
  { context, palette }: LaneView,
  { signatures, side }: StepView,
  x: number,
  gap: number,
  radius: number,
): void {
  const letters = Array.from(signatures.slice(1));
  if (letters.length === 0) return;
  const lean = Math.min(0.55, gap / 14);
  const foot = mainlineAt - 14;
  const at = (place: number) => ({ x: x - place * gap * lean, y: foot - place * Math.max(gap, 7.5) });
  const head = at(letters.length - 1);
  context.strokeStyle = palette('line');
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x, mainlineAt);
  context.lineTo(x, foot);
  context.lineTo(head.x, head.y);
  context.stroke();
  for (const [place, letter] of letters.entries()) {
    const dot = at(place);
    context.fillStyle = letter === signatureLetters.absent ? palette('paper') : palette(inkOfLetter(letter));
    context.strokeStyle = palette(inkOfLetter(letter));
    context.beginPath();
    context.arc(dot.x, dot.y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  if (side > letters.length && gap >= 7) {
    context.fillStyle = palette('soft');
    context.textAlign = 'center';
    context.fillText(`+${side - letters.length}`, head.x, head.y - 8);
  }
}

const letterInks: Readonly<Record<string, Ink>> = {
  [signatureLetters.attributes]: 'signed',
  [signatureLetters.good]: 'good',
  [signatureLetters.other]: 'other',
};

const inkOfLetter = (letter: string): Ink => letterInks[letter] ?? 'open';

/** A verified step is a dot, a rejected one a diamond, an undetermined one a ring: shape and colour say the same. */
function drawStep(
  { context, palette }: LaneView,
  { conclusion }: StepView,
  standing: ReturnType<History['standingOf']>,
  x: number,
  radius: number,
): void {
  const ink = conclusion === 'rejected' ? 'none' : standing === 'nothing' ? 'open' : standing;
  context.fillStyle = conclusion === 'undetermined' ? palette('paper') : palette(ink);
  context.strokeStyle = conclusion === 'undetermined' ? palette('ink') : palette('paper');
  context.lineWidth = conclusion === 'undetermined' ? 2 : 1;
  context.beginPath();
  if (conclusion === 'rejected') {
    const tip = radius * 1.35;
    context.moveTo(x, mainlineAt - tip);
    context.lineTo(x + tip, mainlineAt);
    context.lineTo(x, mainlineAt + tip);
    context.lineTo(x - tip, mainlineAt);
    context.closePath();
  } else {
    context.arc(x, mainlineAt, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.stroke();
}

function drawLabel({ context, palette }: LaneView, { pull, oid }: StepView, x: number, step: number): void {
  context.fillStyle = palette('soft');
  context.textAlign = 'center';
  context.fillText(pull === 0 ? oid.slice(0, 7) : `#${pull}`, x, mainlineAt + 24, step - 6);
}

/** Along the top: where steps are not verified. A mark is never thinner than two pixels, however many steps there are. */
function drawMarks(
  { rejected, undetermined }: History,
  { context, scale, palette }: LaneView,
  step: number,
): void {
  const width = Math.max(2, Math.min(step * 0.8, 8));
  const draw = (places: readonly number[], ink: Ink, height: number): void => {
    context.fillStyle = palette(ink);
    for (const place of places) {
      context.fillRect(scale(place + 0.5) - width / 2, marksAt - 6, width, height);
    }
  };
  draw(undetermined, 'soft', 6);
  draw(rejected, 'none', 10);
}

/** The width that the label of a month needs. */
const monthWidth = 64;

/** Along the bottom: where months begin, as many as there is room for. */
function drawMonths({ monthStarts }: History, { context, width, scale, palette }: LaneView): void {
  context.fillStyle = palette('line');
  context.fillRect(0, axisAt, width, 1);
  context.font = labelFont;
  context.textAlign = 'left';
  let room = 0;
  for (const [index, { place, label }] of monthStarts.entries()) {
    const next = monthStarts[index + 1];
    const ends = next === undefined ? width : scale(next.place);
    const x = Math.max(0, scale(place));
    if (x < room || x > width || ends < 0) continue;
    context.fillStyle = palette('line');
    context.fillRect(x, axisAt, 1, 6);
    context.fillStyle = palette('soft');
    context.fillText(label, x + 4, axisAt + 18);
    room = x + monthWidth;
  }
}
