import { resultJson } from '../../render/json.ts';
import { refreshKeyring } from '../../workflows/refresh-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { openWork, type PlaceOptions, readCertificateFiles, refuse } from './keyring-work.ts';

interface Options extends PlaceOptions {
  readonly files: readonly string[];
  readonly dryRun: boolean;
}

/** `keyring refresh FILE…`: newer copies of listed certificates. Nobody has to sign, so nobody is asked. */
export async function keyringRefreshCommand(context: Context, options: Options): Promise<ExitCode> {
  const verb = 'keyring refresh';
  const { dryRun } = options;
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const refreshed = await refreshKeyring(work.value, await readCertificateFiles(context, options.files));
  if (!refreshed.ok) return refuse(context, verb, refreshed.findings);
  const { files, certificates } = refreshed.value;
  const grown = certificates.filter(({ added }) => added > 0);
  if (grown.length > 0 && !dryRun) await work.value.folder.write(files);
  const lines = certificates.map(({ fingerprint, contributor, added }) =>
    added === 0
      ? `${fingerprint} of ${contributor} is up to date\n`
      : `${fingerprint} of ${contributor} ${dryRun ? 'would grow' : 'grew'} by ${added} ${added === 1 ? 'packet' : 'packets'}\n`,
  );
  await context.print(
    context.options.format === 'json' ? resultJson(verb, { dryRun, certificates }) : lines.join(''),
  );
  return exitCodes.done;
}
