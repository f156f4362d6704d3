import { Fault } from '../core/fault.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { Submission } from '../core/ports.ts';
import type { GitWorkspace } from './git-workspace.ts';
import { type PushedReferences, pushReferences } from './push-references.ts';

/** Where a submission is pushed to: known only when the time has come, as the fork may have to be made first. */
export type Destination = Pick<PushedReferences, 'git' | 'remote' | 'address'>;

/** The act that pushes a submission's branch and tag to a fork. */
export function pushSubmission(
  act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
  { branch, head, tag, tagOid }: Submission,
  workspace: GitWorkspace,
  destination: () => Promise<Destination>,
): OutwardAct {
  const references = [
    { name: `refs/heads/${branch}`, oid: head },
    { name: `refs/tags/${tag}`, oid: tagOid },
  ];
  const pushing = async (): Promise<OutwardAct> =>
    pushReferences(act, { ...(await destination()), references });
  return {
    ...act,
    perform: async (begun) => {
      try {
        return await (await pushing()).perform(begun);
      } catch (error) {
        if (!(error instanceof Fault) || !error.message.includes('shallow update not allowed')) throw error;
        // The fork turned out not to have the base: git then needs the commits in between, but none of their files.
        await workspace.deepen();
        return (await pushing()).perform(begun);
      }
    },
    undo: async (facts) => (await (await pushing()).undo?.(facts)) ?? { undone: false, outcome: 'nothing' },
  };
}
