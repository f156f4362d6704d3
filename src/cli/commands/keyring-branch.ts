import type { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';

/** Pushes a commit to `REMOTE` or `REMOTE:BRANCH`. A branch that moved meanwhile refuses it: it is no fast-forward. */
export async function pushBranch(git: UserGit, commit: string, target: string): Promise<void> {
  const [, remote = target, branch] = /^([^:]+):(.+)$/.exec(target) ?? [];
  const name = branch ?? (await git.lookUp(['symbolic-ref', '--quiet', '--short', 'HEAD']));
  if (name === undefined)
    throw new Fault('usage.argument', 'HEAD is on no branch.', 'Name one: --push REMOTE:BRANCH.');
  await git.ask(['push', '--quiet', '--', remote, `${commit}:refs/heads/${name}`], {
    code: 'git.failed',
    what: `The commit ${commit} stands here, but was not pushed to ${target}.`,
    mend: 'If somebody else was faster: git fetch, then opam-signet keyring merge with their branch.',
  });
}
