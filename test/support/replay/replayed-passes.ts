import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds } from '../../../src/core/ports.ts';
import { day } from '../keyring.ts';
import type { Source, SourceChange, SourceCommit } from './replayed-source.ts';

/** One telling of a history. */
export interface Pass {
  readonly number: number;
  /** The commit that it opens with, then those of every step. */
  readonly commits: readonly SourceCommit[];
  /** How many steps come after the opening. */
  readonly steps: number;
  /** Added to all times: the last pass has the real ones. */
  readonly shift: Seconds;
}

/** As many passes as it takes until there are `wanted` commits; the last one ends with the step that has them. */
export function passesOf(source: Source, wanted: number): readonly Pass[] {
  const divided: (readonly (readonly SourceCommit[])[])[] = [];
  for (let missing = wanted; missing > 0;) {
    missing -= 1;
    const steps: (readonly SourceCommit[])[] = [];
    for (const step of source.steps) {
      if (missing <= 0) break;
      steps.push(step);
      missing -= step.length;
    }
    divided.push(steps);
  }
  const span = spanOf(source);
  return divided.map((steps, number) => ({
    number,
    commits: [openingOf(source, number), ...steps.flat()],
    steps: steps.length,
    shift: (number + 1 - divided.length) * span,
  }));
}

/** From the first commit of the mainline to the last one, and a little more. */
function spanOf({ root, steps }: Source): Seconds {
  const head = steps.at(-1)?.at(-1) ?? root;
  return head.commit.committer.time - root.commit.committer.time + day;
}

function openingOf({ root, back }: Source, number: number): SourceCommit {
  if (number === 0) return root;
  const file = root.changes.find(({ path }) => path.endsWith('/opam'))?.file;
  const added: SourceChange = { path: `packages/replayed-${number}/replayed-${number}.1/opam`, file };
  return { commit: root.commit, changes: [...back, added] };
}

/**
 * Of each commit of a pass, the places of its parents in it. A side that left the mainline before all that is known
 * leaves it where the pass opens; what merges such a place merges nothing, and has one parent.
 */
export function parentPlaces({ commits }: Pass, { root }: Source): readonly (readonly number[])[] {
  const places = new Map<Oid, number>(commits.map(({ commit }, place) => [commit.oid, place]));
  places.set(root.commit.oid, 0);
  return commits.map(({ commit }, place) => {
    if (place === 0) return [];
    const [first = 0, ...others] = commit.parents.map((parent) => places.get(parent) ?? 0);
    return [first, ...others.filter((other) => other !== 0)];
  });
}
