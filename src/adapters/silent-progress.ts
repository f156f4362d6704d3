import type { Progress } from '../core/ports.ts';

/** For pipes, logs and `--no-input`. */
export const silentProgress: Progress = {
  stage: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};
