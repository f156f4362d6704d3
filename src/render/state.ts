import type { Oid } from '../core/git/oid.ts';
import type { Seconds } from '../core/ports.ts';
import { forTerminal } from './escape.ts';
import { instant } from './json.ts';
import type { Style } from './text.ts';

/** A state tag with what is to be said of it. */
export interface ShownState {
  readonly sequence: number;
  readonly tag: Oid;
  readonly commit: Oid;
  readonly previous: string;
  readonly made: Seconds | undefined;
  readonly expires: Seconds;
  readonly state: string;
  readonly ledger: string | undefined;
  readonly signer: string | undefined;
  /** Why it counts for nothing: the rest of a sentence about the tag. */
  readonly obstacle: string | undefined;
}

/** One paragraph for each state tag. */
export function stateText(states: readonly ShownState[], now: Seconds, { paint }: Style): string {
  if (states.length === 0) return 'no state tags\n';
  return states
    .map(({ sequence, commit, tag, signer, obstacle, made, expires, state, ledger }) => {
      const who =
        obstacle === undefined
          ? paint.green(forTerminal(signer ?? ''))
          : paint.red(forTerminal(`counts for nothing: ${obstacle}`));
      const until = `good until ${instant(expires)}${expires <= now ? paint.yellow(' (past)') : ''}`;
      return [
        `${paint.bold(`state ${sequence}`)}  ${who}`,
        `    on commit ${commit}, tag ${tag}`,
        `    made ${made === undefined ? 'at an unknown time' : instant(made)}, ${until}`,
        `    ${state}`,
        `    ${ledger === undefined ? 'hands over no ledger' : `hands over the ledger ${ledger}`}`,
      ].join('\n');
    })
    .join('\n')
    .concat('\n');
}
