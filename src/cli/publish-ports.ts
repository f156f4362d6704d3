import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { readArchive, writeArchive } from '../adapters/archive.ts';
import { archiveSource } from '../adapters/archive-source.ts';
import { readIdentity } from '../adapters/git-config.ts';
import { lintWithOpam } from '../adapters/opam-lint.ts';
import { openStore } from '../adapters/open-store.ts';
import { pushingEnvironment } from '../adapters/github-transport.ts';
import { openSource } from '../adapters/source-repository.ts';
import { terminalPrompter } from '../adapters/terminal.ts';
import { UserGit } from '../adapters/user-git.ts';
import type { ObjectStore, SourceRepository } from '../core/ports.ts';
import { sourceForge, type SourceForgeKind } from '../core/publish/source-forge.ts';
import type { PublishPorts } from '../workflows/publish-request.ts';
import { pullRequestText } from '../render/pull-request.ts';
import { clock } from './clock.ts';
import type { Context } from './context.ts';
import { openForge, type SubmissionRoute } from './package-repository.ts';
import { openGitHub } from './github.ts';
import { makeProgress } from './progress.ts';
import { unfinishedRuns } from './publish-runs.ts';
import { releaseHosts } from './release-hosts.ts';
import { environmentOfPrograms, openSigningKey } from './signing-key.ts';

export interface PublishPlaces {
  /** Where the objects of this run are. */
  readonly workspace: string;
  readonly remote: string | undefined;
  readonly keyFile: string | undefined;
  readonly route: SubmissionRoute;
  /** What a flag says of the forge that the source is at. */
  readonly sourceForge: SourceForgeKind | undefined;
}

/** Puts together the world that `publish` works in: the author's own git, gpg and opam. */
export async function publishPorts(
  context: Context,
  { workspace, remote, keyFile, sourceForge: kind, route }: PublishPlaces,
): Promise<PublishPorts> {
  const folder = resolve(context.options.directory);
  const environment = environmentOfPrograms(context);
  const store = (gitFolder: string) => openStore(gitFolder, { kind: 'auto', environment });
  const git = new UserGit(folder, environment);
  const progress = await makeProgress(context);
  const reaching = (address: string) => gitReaching(context, git, address, route.tokenFile);
  const source = await openSourceIn(git, await store(folder), { remote, reaching });
  const template = await readFile(new URL('../../templates/pull-request.md', import.meta.url), 'utf8');
  const forge = source.remote && sourceForge(source.remote.address, kind);
  return {
    unfinished: await unfinishedRuns(context, source.folder),
    author: await readIdentity(git),
    source,
    openReleaseHost: await releaseHosts(context, forge, route.tokenFile),
    openForge: (address) =>
      openForge(context, address, route, source.remote?.address, {
        folder: workspace,
        environment,
        openStore: store,
      }),
    pullRequest: {
      draft: route.draft,
      text: (plan, files) => pullRequestText(template, plan, files),
    },
    openSigner: (key) => openSigningKey(context, { key, keyFile }),
    archiveSource: archiveSource(folder, progress),
    archives: { read: readArchive, write: writeArchive },
    lint: (nameVersion, opam) => lintWithOpam(nameVersion, opam, environment, tmpdir()),
    prompter: context.interactive ? terminalPrompter(process.stderr) : undefined,
    progress,
    clock,
  };
}

interface SourceWay {
  readonly remote: string | undefined;
  readonly reaching: (address: string) => Promise<UserGit>;
}

async function openSourceIn(
  git: UserGit,
  store: ObjectStore,
  { remote, reaching }: SourceWay,
): Promise<SourceRepository> {
  try {
    return await openSource(git, store, remote, reaching);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The user's git; at the GitHub where the user is logged in with the token, if git knows no password of its own. */
async function gitReaching(
  context: Context,
  git: UserGit,
  address: string,
  tokenFile: string | undefined,
): Promise<UserGit> {
  if (!/^https?:/.test(address)) return git;
  const { site, token } = await openGitHub(context, { tokenFile });
  if (!address.startsWith(`${site}/`)) return git;
  return new UserGit(git.folder, await pushingEnvironment(environmentOfPrograms(context), site, token));
}
