import type { Note } from '../core/publish/problem.ts';
import type { UnfinishedRun } from './publish-request.ts';

/** Tells of earlier runs that left something behind, which a new one would not know of. */
export function noteUnfinished(runs: readonly UnfinishedRun[], note: Note): void {
  for (const { name, packages, target, at, process } of runs) {
    const busy = process === undefined ? '' : ` Process ${process} is at work on it.`;
    note(
      'run.unfinished',
      `The run ${name} for ${packages.join(', ')} to ${target} is not finished; it last did something at ${at}.${busy}`,
      process === undefined
        ? `Finish it, opam-signet publish --continue ${name}, or take it back: opam-signet publish --abort ${name}.`
        : 'Let it end, and see what came of it: opam-signet status.',
    );
  }
}
