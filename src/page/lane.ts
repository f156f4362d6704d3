import { scaleLinear } from 'd3-scale';
import { select } from 'd3-selection';
import { zoom, type D3ZoomEvent, zoomIdentity, type ZoomTransform } from 'd3-zoom';
import { byId, counted, day } from './elements.ts';
import type { History } from './history.ts';
import { drawLane, laneHeight, singleFrom } from './lane-drawing.ts';

/** The widest that one step gets, in pixels. */
const widestStep = 96;

const zoomFactor = 1.6;

/**
 * The mainline as a lane: zoomed and moved by pointer and keyboard, with one selected step. To a screen reader it is
 * a slider over the steps, which says of each what it is.
 */
export class Lane {
  readonly #history: History;
  readonly #onSelect: (place: number) => void;
  readonly #frame = byId('lane');
  readonly #canvas = byId('lane-canvas') as HTMLCanvasElement;
  readonly #hint = byId('lane-hint');
  readonly #zoom = zoom<HTMLCanvasElement, unknown>();
  #transform: ZoomTransform = zoomIdentity;
  #selected = 0;
  #hovered: number | undefined;
  #waiting = false;

  constructor(history: History, onSelect: (place: number) => void) {
    this.#history = history;
    this.#onSelect = onSelect;
    this.#frame.setAttribute('aria-valuemin', String(history.step(0).number));
    this.#frame.setAttribute('aria-valuemax', String(history.step(history.length - 1).number));
    this.#listen();
    this.#resize();
  }

  get selected(): number {
    return this.#selected;
  }

  /** Selects a step and moves the view so that it is in sight. */
  select(place: number): void {
    this.#selected = Math.min(Math.max(place, 0), this.#history.length - 1);
    const { number, title, pull, time, conclusion } = this.#history.step(this.#selected);
    const request = pull === 0 ? '' : `, pull request ${pull}`;
    this.#frame.setAttribute('aria-valuenow', String(number));
    this.#frame.setAttribute(
      'aria-valuetext',
      `Step ${number}${request}, ${day(time)}, ${conclusion}: ${title}`,
    );
    this.#bringIntoView();
    this.#onSelect(this.#selected);
    this.#redraw();
  }

  /** The next step that is not verified, in a direction. */
  selectProblem(direction: 1 | -1): void {
    const { problems } = this.#history;
    const next =
      direction === 1
        ? (problems.find((place) => place > this.#selected) ?? problems[0])
        : (problems.findLast((place) => place < this.#selected) ?? problems.at(-1));
    if (next !== undefined) this.select(next);
  }

  zoomBy(factor: number): void {
    const middle = this.#scale()(this.#selected + 0.5);
    const around = middle >= 0 && middle <= this.#width ? middle : this.#width / 2;
    this.#zoom.scaleBy(select(this.#canvas), factor, [around, 0]);
  }

  showAll(): void {
    this.#zoom.transform(select(this.#canvas), zoomIdentity);
  }

  /** Draws again in the colours that hold now: the theme may have changed, or paper taken the place of the screen. */
  readonly repaint = (): void => {
    this.#draw();
  };

  get #width(): number {
    return this.#canvas.clientWidth;
  }

  #scale() {
    const all = scaleLinear().domain([0, this.#history.length]).range([0, this.#width]);
    return this.#transform.rescaleX(all);
  }

  #listen(): void {
    this.#zoom
      // A wheel alone scrolls the page; with Ctrl, or a pinch, which browsers report alike, it zooms.
      .filter(
        (event: MouseEvent) =>
          event.button === 0 && (event.type !== 'wheel' || event.ctrlKey || event.metaKey),
      )
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.#transform = transform;
        this.#redraw();
      });
    select(this.#canvas).call(this.#zoom).on('dblclick.zoom', null);
    this.#canvas.addEventListener('click', (event) => {
      this.select(this.#placeAt(event));
      this.#frame.focus({ preventScroll: true });
    });
    this.#canvas.addEventListener('dblclick', () => {
      this.zoomBy(zoomFactor * zoomFactor);
    });
    this.#canvas.addEventListener('pointermove', (event) => {
      this.#hover(this.#placeAt(event));
    });
    this.#canvas.addEventListener('pointerleave', () => {
      this.#hover(undefined);
    });
    this.#frame.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#press(event.key)) return;
      event.preventDefault();
    });
    new ResizeObserver(() => {
      this.#resize();
    }).observe(this.#canvas);
  }

  /** What a key does; false if it is none of the lane's. */
  #press(key: string): boolean {
    const [from = 0, to = 0] = this.#scale().domain();
    const page = Math.max(1, Math.round((to - from) / 5));
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        this.select(this.#selected - 1);
      },
      ArrowDown: () => {
        this.select(this.#selected - 1);
      },
      ArrowRight: () => {
        this.select(this.#selected + 1);
      },
      ArrowUp: () => {
        this.select(this.#selected + 1);
      },
      PageDown: () => {
        this.select(this.#selected - page);
      },
      PageUp: () => {
        this.select(this.#selected + page);
      },
      Home: () => {
        this.select(0);
      },
      End: () => {
        this.select(this.#history.length - 1);
      },
      '+': () => {
        this.zoomBy(zoomFactor);
      },
      '=': () => {
        this.zoomBy(zoomFactor);
      },
      '-': () => {
        this.zoomBy(1 / zoomFactor);
      },
      '0': () => {
        this.showAll();
      },
      n: () => {
        this.selectProblem(1);
      },
      p: () => {
        this.selectProblem(-1);
      },
    };
    const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
    act?.();
    return act !== undefined;
  }

  #placeAt({ offsetX }: MouseEvent): number {
    return Math.min(Math.max(Math.floor(this.#scale().invert(offsetX)), 0), this.#history.length - 1);
  }

  #hover(place: number | undefined): void {
    if (place === this.#hovered) return;
    this.#hovered = place;
    this.#redraw();
  }

  #describe(place: number): string {
    const { number, title, time, conclusion } = this.#history.step(place);
    const paths = this.#history.changesOf(place).reduce((sum, one) => sum + one.paths, 0);
    return `Step ${number}, ${day(time)}, ${conclusion}, ${counted(paths, 'path')}: ${title}`;
  }

  #bringIntoView(): void {
    const x = this.#scale()(this.#selected + 0.5);
    if (x < 0 || x > this.#width)
      this.#zoom.translateBy(select(this.#canvas), (this.#width / 2 - x) / this.#transform.k, 0);
  }

  #resize(): void {
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(this.#width * ratio);
    this.#canvas.height = Math.round(laneHeight * ratio);
    const deepest = Math.max(1, (widestStep * this.#history.length) / Math.max(1, this.#width));
    this.#zoom
      .scaleExtent([1, deepest])
      .extent([
        [0, 0],
        [this.#width, laneHeight],
      ])
      .translateExtent([
        [0, 0],
        [this.#width, laneHeight],
      ]);
    this.#draw();
  }

  #redraw(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => {
      this.#waiting = false;
      this.#draw();
    });
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(document.documentElement);
    const scale = this.#scale();
    this.#hint.textContent =
      this.#hovered === undefined ? hintFor(scale(1) - scale(0)) : this.#describe(this.#hovered);
    drawLane(this.#history, {
      context,
      width: this.#width,
      scale,
      palette: (name) => style.getPropertyValue(`--${name}`),
      selected: this.#selected,
      hovered: this.#hovered,
    });
  }
}

const hintFor = (step: number): string =>
  step >= singleFrom
    ? 'Each step is a dot, or a diamond where it is rejected; the commits of its side stand above it, the oldest at the top.'
    : 'Above, who signed for the changed paths; below, the commits by their signatures. Zoom in to see single steps.';
