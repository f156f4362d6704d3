import { join } from 'node:path';
import { findHead, GitWorkspace } from './git-workspace.ts';
import { pushingEnvironment } from './github-transport.ts';
import type { Environment } from './process.ts';
import { standingAt } from './push-references.ts';
import { type Destination, pushSubmission } from './push-submission.ts';
import { readStandingWork } from './standing-work.ts';
import { UserGit } from './user-git.ts';
import type { PushTarget, Workspace, WorkspaceOptions, Workspaces } from './workspace.ts';

/** Workspaces through the user's git: with their credential helper, SSH agent and `insteadOf`. */
export const gitWorkspaces = (options: WorkspaceOptions): Workspaces => ({
  findHead: (branch) => findHead(options, branch),
  fetch: async (head, { older, below } = {}) => {
    const folder = below === undefined ? options.folder : join(options.folder, below);
    return through(await GitWorkspace.fetch({ ...options, folder }, head, older), options);
  },
  reopen: async () => through(await GitWorkspace.reopen(options), options),
});

function through(workspace: GitWorkspace, { folder, environment }: WorkspaceOptions): Workspace {
  const { store } = workspace;
  return {
    store,
    bring: (oids) => workspace.bring(oids),
    received: () => workspace.received(),
    standing: (address, names) => standingAt(workspace.git, address, address, store.format, names),
    work: (place) => readStandingWork(workspace, place),
    push: (act, submission, target) =>
      pushSubmission(act, submission, workspace, async () =>
        pushFrom({ folder, gitFolder: folder }, environment, await target()),
      ),
  };
}

interface PushedFrom {
  readonly folder: string;
  /** Where git is not to look for the repository. */
  readonly gitFolder?: string;
}

/** How git pushes to a place from a repository on this machine. */
export async function pushFrom(
  { folder, gitFolder }: PushedFrom,
  environment: Environment,
  { address: https, sshAddress, login }: PushTarget,
): Promise<Destination> {
  const address = sshAddress ?? https;
  const pushing =
    login === undefined || sshAddress !== undefined
      ? environment
      : await pushingEnvironment(environment, login.site, login.token);
  return { git: new UserGit(folder, pushing, gitFolder), remote: address, address };
}
