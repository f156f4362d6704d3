import { Fault } from '../../core/fault.ts';
import { resultJson } from '../../render/json.ts';
import { differenceText, overviewObject, overviewText } from '../../render/keyring.ts';
import { checkKeyring, checkReport } from '../../workflows/change-keyring-check.ts';
import { compareKeyrings, showKeyring } from '../../workflows/change-keyring-show.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printReport } from '../report-output.ts';
import { openWork, refuse, requireKeyring, type PlaceOptions } from './keyring-work.ts';

/** `keyring show`: people, roles, keys and signatures. */
export async function keyringShowCommand(context: Context, options: PlaceOptions): Promise<ExitCode> {
  const verb = 'keyring show';
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const overview = showKeyring(await requireKeyring(work.value, options), context.now);
  if (!overview.ok) return refuse(context, verb, overview.findings);
  const json = context.options.format === 'json';
  await context.print(
    json ? resultJson(verb, overviewObject(overview.value)) : overviewText(overview.value, context.style),
  );
  return exitCodes.done;
}

/** `keyring diff`: what the version in the folder changes, against the one in force. */
export async function keyringDiffCommand(context: Context, options: PlaceOptions): Promise<ExitCode> {
  const verb = 'keyring diff';
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const compared = await compareKeyrings(work.value);
  if (!compared.ok) return refuse(context, verb, compared.findings);
  const { version, against, difference } = compared.value;
  const nothing = `version ${version} says what is in force\n`;
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { version, against: against ?? null, difference })
      : differenceText(difference, context.style) || nothing,
  );
  return exitCodes.done;
}

interface CheckOptions extends PlaceOptions {
  /** Days. */
  readonly within: string;
}

/** `keyring check`: what is wrong with the keyring, or soon will be. */
export async function keyringCheckCommand(context: Context, options: CheckOptions): Promise<ExitCode> {
  if (!/^\d{1,4}$/.test(options.within)) {
    throw new Fault(
      'usage.argument',
      `--within is a number of days, not "${options.within}".`,
      'Give one from 0 to 9999.',
    );
  }
  const work = await openWork(context, options);
  const report = work.ok
    ? await checkKeyring(work.value, Number(options.within) * 24 * 60 * 60)
    : checkReport(work.findings, context.now);
  return printReport(context, { report, subject: `the keyring in ${options.folder}`, facts: [], fields: {} });
}
