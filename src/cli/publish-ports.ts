import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { readArchive, writeArchive } from '../adapters/archive.ts';
import { archiveSource } from '../adapters/archive-source.ts';
import { lintWithOpam } from '../adapters/opam-lint.ts';
import { openStore } from '../adapters/open-store.ts';
import { sourceForge, type SourceForgeKind } from '../core/publish/source-forge.ts';
import type { PublishPorts } from '../workflows/publish-request.ts';
import { pullRequestText } from '../render/pull-request.ts';
import { askAtTerminal } from './asking.ts';
import { openAuthorsRepository } from './authors-repository.ts';
import { clock } from './clock.ts';
import type { Context } from './context.ts';
import { openForge, type SubmissionRoute } from './package-repository.ts';
import { packageFile } from './package-files.ts';
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
  const progress = await makeProgress(context);
  const way = { remote, tokenFile: route.tokenFile };
  const { author, source } = await openAuthorsRepository(context, await store(folder), way);
  const template = await readFile(packageFile('templates/pull-request.md'), 'utf8');
  const forge = source.remote && sourceForge(source.remote.address, kind);
  return {
    unfinished: await unfinishedRuns(context, source.folder),
    author,
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
    prompter: context.interactive ? askAtTerminal() : undefined,
    progress,
    clock,
  };
}
