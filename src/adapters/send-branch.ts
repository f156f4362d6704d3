import type { BranchSending, OutwardAct } from '../core/outward-act.ts';
import type { Destination } from './push-submission.ts';

/** Where a branch goes to, as far as it is known before the time has come. */
interface Sending {
  /** For people: the fork, or whose it will be. */
  readonly to: string;
  /** The act that makes the fork; undefined where there is one. */
  readonly forking: OutwardAct | undefined;
  /** How git pushes there from a folder of the user's. */
  readonly destination: (folder: string) => Promise<Destination>;
}

/** The acts that bring a branch of the user's own repository to a fork: forward only, by their own git. */
export function sendBranch(branch: string, { to, forking, destination }: Sending): BranchSending {
  const title = `push it to branch ${branch} of ${to}`;
  const first = forking === undefined ? [] : [forking];
  return {
    titles: [...first.map((act) => act.title), title],
    acts: (head, folder) => [
      ...first,
      {
        id: 'push-branch',
        title,
        details: { branch, head },
        perform: async () => {
          const { git, remote, address } = await destination(folder);
          await git.ask(['push', '--quiet', '--', remote, `${head}:refs/heads/${branch}`], {
            code: 'push.refused',
            what: `Commit ${head} was not pushed to branch ${branch} at ${address}.`,
            mend: 'If another branch of that name stands there, choose one with --push REMOTE:BRANCH; otherwise mend what git says.',
          });
          return { outcome: `branch ${branch} at ${address}`, made: true };
        },
      },
    ],
  };
}
