import { gitWorkspaces } from './git-workspaces.ts';
import { which } from './process.ts';
import type { WorkspaceOptions, Workspaces } from './workspace.ts';

/** By git where it is installed, otherwise over HTTPS without it. */
export async function workspacesOf(options: WorkspaceOptions): Promise<Workspaces> {
  if ((await which('git', options.environment)) !== undefined) return gitWorkspaces(options);
  const { embeddedWorkspaces } = await import('./embedded-workspaces.ts');
  return embeddedWorkspaces(options);
}
