import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { Facts, OutwardAct } from '../core/outward-act.ts';
import type { Submission, SubmissionNames } from '../core/ports.ts';
import type { GitWorkspace } from './git-workspace.ts';
import { type PushedReferences, pushReferences } from './push-references.ts';
import { repositoryToOverwrite, repositoryToRestore } from './standing-work.ts';
import type { UserGit } from './user-git.ts';

/** Where a submission is pushed to: known only when the time has come, as the fork may have to be made first. */
export type Destination = Pick<PushedReferences, 'git' | 'remote' | 'address'>;

/** The act that pushes a submission's branch and tag to a fork. */
export function pushSubmission(
  act: Pick<OutwardAct, 'id' | 'title' | 'details'>,
  submission: Submission,
  workspace: GitWorkspace,
  destination: () => Promise<Destination>,
): OutwardAct {
  const pushing = async (): Promise<OutwardAct> => {
    const there = await destination();
    const { folder } = workspace.places;
    const git =
      submission.replaced === undefined
        ? there.git
        : await repositoryToOverwrite(there.git, folder, workspace.store.format);
    return pushReferences(act, { ...there, git, ...referencesOf(submission, there.git, folder) });
  };
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

/** Both names, each with what it may overwrite, and the way back. */
const referencesOf = (
  { branch, head, tag, tagOid, replaced = {} }: Submission,
  git: UserGit,
  folder: string,
): Pick<PushedReferences, 'references' | 'restoring'> => ({
  references: [
    { name: `refs/heads/${branch}`, oid: head, expected: replaced.branch },
    { name: `refs/tags/${tag}`, oid: tagOid, expected: replaced.tag },
  ],
  restoring: (overwritten) =>
    repositoryToRestore(
      git,
      folder,
      head,
      overwritten.map(({ expected }) => expected),
    ),
});

/** What pushing a submission does, for the plan and for the journal. */
export function pushWords({ branch, tag, replaced = {} }: SubmissionNames, to: string): string {
  const over = (oid: Oid | undefined): string => (oid === undefined ? '' : ` over ${oid}`);
  return `push branch ${branch}${over(replaced.branch)} and tag ${tag}${over(replaced.tag)} to ${to}`;
}

/** What an act that pushes a submission is about. */
export const pushDetails = ({ branch, head, tag, tagOid, replaced = {} }: Submission): Facts => ({
  ...{ branch, head, tag, tagOid },
  ...(replaced.branch !== undefined && { replacedBranch: replaced.branch }),
  ...(replaced.tag !== undefined && { replacedTag: replaced.tag }),
});
