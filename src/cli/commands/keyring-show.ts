import { resolve } from 'node:path';
import { openKeyringFolder } from '../../adapters/keyring-folder.ts';
import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import type { Finding } from '../../core/report/report.ts';
import type { KeyringFiles } from '../../core/trust/keyring-state.ts';
import { resultJson } from '../../render/json.ts';
import { differenceText, overviewObject, overviewText } from '../../render/keyring.ts';
import { checkKeyring, checkReport } from '../../workflows/change-keyring-check.ts';
import type { FactsRequest } from '../../workflows/certificate-facts.ts';
import type { KeyringWork, Outcome } from '../../workflows/change-keyring-draft.ts';
import { compareKeyrings, showKeyring } from '../../workflows/change-keyring-show.ts';
import { findingsElsewhere, findingsInHistory } from '../../workflows/check-keyring-world.ts';
import { currentKeyring } from '../../workflows/compromise-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printReport } from '../report-output.ts';
import { type MemoryOptions, openFactsMemory } from '../memory.ts';
import { makeProgress } from '../progress.ts';
import { requireCommit } from '../revision.ts';
import { type TrustOptions, trustSource } from '../trust.ts';
import { directoryOf, openDirectories, type SourceOptions } from './keyring-sources.ts';
import { openWork, refuse, requireKeyring, type PlaceOptions } from './keyring-work.ts';

/** `keyring show`: people, roles, keys and signatures. */
export async function keyringShowCommand(
  context: Context,
  options: PlaceOptions & MemoryOptions & { readonly ids?: readonly string[] },
): Promise<ExitCode> {
  const verb = 'keyring show';
  const files = await shownKeyring(context, options);
  if (!files.ok) return refuse(context, verb, files.findings);
  const request = await factsRequest(context, options);
  const overview = await showKeyring(files.value, context.now, options.ids, request);
  if (!overview.ok) return refuse(context, verb, overview.findings);
  const json = context.options.format === 'json';
  await context.print(
    json ? resultJson(verb, overviewObject(overview.value)) : overviewText(overview.value, context.style),
  );
  return exitCodes.done;
}

const factsRequest = async (context: Context, options: MemoryOptions): Promise<FactsRequest> => ({
  memory: await openFactsMemory(context, options),
  progress: await makeProgress(context),
});

/** The keyring in the folder; only where there is none, the one in force is read too. */
async function shownKeyring(context: Context, options: PlaceOptions): Promise<Outcome<KeyringFiles>> {
  if (options.base === undefined) {
    const files = await openKeyringFolder(resolve(context.options.directory, options.folder)).read();
    if (files !== undefined) return { ok: true, value: files };
  }
  const work = await openWork(context, options);
  return work.ok ? { ok: true, value: await requireKeyring(work.value, options) } : work;
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

interface CheckOptions
  extends
    PlaceOptions,
    MemoryOptions,
    SourceOptions,
    Pick<TrustOptions, 'anchor' | 'quorum' | 'fingerprint'> {
  /** Days. */
  readonly within: string;
  /** Whether to go through history. */
  readonly history?: boolean | undefined;
  /** Days. */
  readonly inactive?: string | undefined;
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
    ? await checkKeyring(
        work.value,
        Number(options.within) * day,
        [
          ...(await elsewhere(context, options, work.value)),
          ...(options.history === true ? await inHistory(context, options, work.value) : []),
        ],
        await factsRequest(context, options),
      )
    : checkReport(work.findings, context.now);
  return printReport(context, { report, subject: `the keyring in ${options.folder}`, facts: [], fields: {} });
}

const day = 24 * 60 * 60;

/** What the places that were named know of the listed certificates. */
async function elsewhere(
  context: Context,
  options: CheckOptions,
  work: KeyringWork,
): Promise<readonly Finding[]> {
  const names = (options.from ?? []).map(directoryOf);
  if (names.length === 0) return [];
  const directories = await openDirectories(context, names, options);
  return findingsElsewhere(work, directories, await makeProgress(context));
}

/** By the trust anchor that was named; without one, by the keyring in force, which does not know who has left. */
async function inHistory(
  context: Context,
  options: CheckOptions,
  work: KeyringWork,
): Promise<readonly Finding[]> {
  const { inactive = '365' } = options;
  if (!/^\d{1,4}$/.test(inactive)) {
    const mend = 'Give one from 0 to 9999.';
    throw new Fault('usage.argument', `--inactive is a number of days, not "${inactive}".`, mend);
  }
  const current = await currentKeyring(work);
  if (!current.ok) return current.findings;
  const { environment, now } = context;
  const store = await openStore(context.options.directory, { kind: 'auto', environment });
  try {
    const pinned = options.anchor ?? options.quorum ?? options.fingerprint;
    const trust =
      pinned === undefined
        ? { kind: 'fixed' as const, keyring: current.value, from: undefined }
        : await trustSource({ ...options, from: undefined, keyring: undefined }, store, environment);
    const head = await requireCommit(store, options.base ?? 'HEAD');
    const progress = await makeProgress(context);
    return await findingsInHistory(current.value, {
      store,
      head,
      trust,
      now,
      progress,
      inactive: Number(inactive) * day,
    });
  } finally {
    await store.close();
  }
}
