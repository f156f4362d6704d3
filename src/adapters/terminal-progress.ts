import ora, { type Ora } from 'ora';
import type { Progress } from '../core/ports.ts';
import { progressLine, type Stretch } from './progress-line.ts';

/** Seconds between two texts: nobody reads faster. */
const redraw = 0.1;

/**
 * A spinner on stderr, with how far the work is by a clock in seconds. It is silent from `end` to the next `stage`, so
 * that pinentry, ssh and git can have the terminal; typed keys are left to them.
 */
export function terminalProgress(clock: () => number): Progress {
  let spinner: Ora | undefined;
  let stage: { stretch: Stretch; readonly began: number; shown: number } | undefined;
  const show = (stretch: Stretch): void => {
    if (stage === undefined || spinner === undefined) return;
    stage.stretch = stretch;
    const now = clock();
    if (now - stage.shown < redraw) return;
    stage.shown = now;
    spinner.text = progressLine(stretch, now - stage.began);
    // Work that never waits leaves the timer no moment to draw in.
    spinner.render();
  };
  return {
    stage(title, total, unit) {
      stage = { stretch: { title, total, done: 0, unit, remark: undefined }, began: clock(), shown: 0 };
      spinner ??= ora({ discardStdin: false });
      spinner.start(title);
    },
    advance(by = 1) {
      if (stage !== undefined) show({ ...stage.stretch, done: stage.stretch.done + by });
    },
    remark(text) {
      if (stage !== undefined) show({ ...stage.stretch, remark: text });
    },
    end() {
      spinner?.stop();
      stage = undefined;
    },
  };
}
