import { findingObject, resultJson } from '../../render/json.ts';
import { findingText } from '../../render/text.ts';
import { refreshFrom, refreshKeyring } from '../../workflows/refresh-keyring.ts';
import { openFiles } from '../../workflows/change-keyring-draft.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { makeProgress } from '../progress.ts';
import { type BranchOptions, keepOnBranch, requireBranch } from './keyring-branch.ts';
import { directoryOf, openDirectories, readSources, type SourceOptions } from './keyring-sources.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { openWork, type PlaceOptions, prompterOf, refuse } from './keyring-work.ts';

interface Options extends PlaceOptions, SourceOptions, BranchOptions {
  readonly files: readonly string[];
  /** Contributors whose certificates are looked up; everybody if left out. */
  readonly id?: readonly string[] | undefined;
  readonly dryRun: boolean;
}

const verb = 'keyring refresh';

/** `keyring refresh [FILE…]`: newer copies of listed certificates. Nobody has to sign, so nobody is asked. */
export async function keyringRefreshCommand(context: Context, options: Options): Promise<ExitCode> {
  requireBranch(options);
  const { dryRun, id = [] } = options;
  const { files, from } = await sourcesOf(context, options);
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const everybody = from.filter((one) => !one.includes(':')).map(directoryOf);
  const copies = await readSources(context, files, {
    ...options,
    from: from.filter((one) => one.includes(':')),
  });
  if (!copies.ok) return refuse(context, verb, copies.findings);
  const directories = await openDirectories(context, everybody, options);
  const refreshed =
    directories.length === 0
      ? await refreshKeyring(work.value, copies.value)
      : await refreshFrom(
          work.value,
          { directories, ids: id, copies: copies.value },
          await makeProgress(context),
        );
  if (!refreshed.ok) return refuse(context, verb, refreshed.findings);
  const { certificates, left } = refreshed.value;
  if (certificates.some(({ added }) => added > 0) && !dryRun) {
    const grown = openFiles(refreshed.value.files);
    if (!grown.ok) return refuse(context, verb, grown.findings);
    await keepOnBranch(context, options, grown.value, 'Refresh certificates', () =>
      work.value.folder.write(refreshed.value.files),
    );
  }
  context.tell(left.map((one) => `${findingText(one, context.errorStyle)}\n`).join(''));
  const lines = certificates.map(({ fingerprint, contributor, added }) =>
    added === 0
      ? `${fingerprint} of ${contributor} is up to date\n`
      : `${fingerprint} of ${contributor} ${dryRun ? 'would grow' : 'grew'} by ${added} ${added === 1 ? 'packet' : 'packets'}\n`,
  );
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { dryRun, certificates, left: left.map(findingObject) })
      : lines.join(''),
  );
  return exitCodes.done;
}

/** Where newer copies are, as given or asked for. */
async function sourcesOf(
  context: Context,
  { files, from = [] }: Options,
): Promise<{ readonly files: readonly string[]; readonly from: readonly string[] }> {
  if (files.length + from.length > 0) return { files, from };
  const ask = new KeyringQuestions(prompterOf(context));
  const place = await ask.newerCopies();
  ask.requireAll();
  return 'file' in place ? { files: [place.file], from } : { files, from: [place.directory] };
}
