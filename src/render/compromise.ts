import type { CompromiseConsequences, VoidedStep } from '../core/chain/voided-step.ts';
import { decodePath, forTerminal } from './escape.ts';
import { instant } from './json.ts';
import type { Style } from './text.ts';

/** What is void once a key counts for nothing, and what keeps the innocent part of it. */
export function consequencesText(
  { steps, innocent, examined }: CompromiseConsequences,
  fingerprint: string,
  { paint }: Style,
): string {
  if (steps.length === 0) return `Nothing in ${examined} steps of history rests on key ${fingerprint}.\n`;
  const lost = steps.filter(({ reattested }) => !reattested);
  const lines = steps.map((one) => {
    const fate = one.reattested ? paint.green('attested again') : paint.red('void');
    return `  ${instant(one.time)} ${one.step} ${fate}: ${forTerminal(subjectsOf(one).join(', '))}`;
  });
  const head = paint.bold(
    `${steps.length} of ${examined} steps of history rest on key ${fingerprint}; ${lost.length} would be void:`,
  );
  const advice =
    lost.length === 0 || innocent === undefined
      ? []
      : [
          `What was innocent until then can be attested again by an admin whose key is not in doubt: look at it, run`,
          `  opam-signet state sign --to ${innocent}`,
          'and name the state tag in this command: --reattest TAG.',
        ];
  return `${[head, ...lines, ...advice].join('\n')}\n`;
}

/** Package versions, other paths, and versions of the keyring file. */
function subjectsOf({ paths, version }: VoidedStep): readonly string[] {
  const subjects = paths.map((path) => /^packages\/[^/]+\/([^/]+)\//.exec(path)?.[1] ?? path).map(decodePath);
  return [
    ...new Set(subjects),
    ...(version === undefined ? [] : [`signature on version ${version} of the keyring file`]),
  ];
}

export const consequencesObject = ({
  steps,
  innocent,
  examined,
}: CompromiseConsequences): Record<string, unknown> => ({
  examined,
  innocent: innocent ?? null,
  voids: steps.map((one) => ({
    step: one.step,
    time: instant(one.time),
    paths: one.paths.map(decodePath),
    keyringVersion: one.version ?? null,
    reattested: one.reattested,
  })),
});
