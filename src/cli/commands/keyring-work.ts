import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { openKeyringFolder } from '../../adapters/keyring-folder.ts';
import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import type { ObjectStore, Prompter } from '../../core/ports.ts';
import type { Finding } from '../../core/report/report.ts';
import type { KeyringFiles } from '../../core/trust/keyring-state.ts';
import type { KeyringContent } from '../../core/trust/keyring.ts';
import { findingObject, resultJson } from '../../render/json.ts';
import { findingText } from '../../render/text.ts';
import type { GivenCertificate } from '../../workflows/change-keyring-certificate.ts';
import {
  type KeyringWork,
  type Outcome,
  keyringAt,
  keyringBefore,
  openFiles,
} from '../../workflows/change-keyring-draft.ts';
import { askAtTerminal } from '../asking.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';

/** The flags that say which keyring is worked on. */
export interface PlaceOptions {
  /** The keyring folder, from --directory. */
  readonly folder: string;
  /** Where the keyring in force is; HEAD if left out. */
  readonly base?: string | undefined;
}

/** Opens the folder, and the keyring in force where the folder lies in a repository that has one. */
export async function openWork(
  context: Context,
  { folder, base }: PlaceOptions,
): Promise<Outcome<KeyringWork>> {
  const opened = openKeyringFolder(resolve(context.options.directory, folder));
  const inForce = await keyringInForce(context, base, await opened.read());
  if (!inForce.ok) return inForce;
  return { ok: true, value: { folder: opened, inForce: inForce.value, now: context.now } };
}

async function keyringInForce(
  context: Context,
  base: string | undefined,
  atHand: KeyringFiles | undefined,
): Promise<Outcome<KeyringFiles | undefined>> {
  const store = await repositoryAround(context, base !== undefined);
  if (store === undefined) return { ok: true, value: undefined };
  try {
    // A repository without any commit has no HEAD to resolve.
    if (base === undefined && (await store.resolve('HEAD')) === undefined)
      return { ok: true, value: undefined };
    const commit = await requireCommit(store, base ?? 'HEAD');
    return base === undefined
      ? await keyringBefore(store, commit, atHand)
      : await keyringAt(store, commit, atHand);
  } finally {
    await store.close();
  }
}

/** A proposal may be worked on outside of any repository, unless a base was named. */
async function repositoryAround(
  { options, environment }: Context,
  required: boolean,
): Promise<ObjectStore | undefined> {
  try {
    return await openStore(options.directory, { kind: 'auto', environment });
  } catch (error) {
    if (!required && error instanceof Fault && error.code === 'repository.not-found') return undefined;
    throw error;
  }
}

/** The keyring in the folder, or else the one in force; a Fault where there is neither. */
export async function requireKeyring(
  { folder, inForce }: KeyringWork,
  { folder: name }: PlaceOptions,
): Promise<KeyringFiles> {
  const files = (await folder.read()) ?? inForce;
  if (files !== undefined) return files;
  throw new Fault(
    'keyring.unreadable',
    `There is no keyring in ${name}.`,
    'Run it in a package repository, or make one: opam-signet keyring init.',
  );
}

export const noKeyringAt = (revision: string): Fault =>
  new Fault(
    'keyring.unreadable',
    `There is no keyring in ${revision}.`,
    'Run it in a clone of the package repository, on its main branch: git switch master.',
  );

/** The keyring that is to be changed, for questions about it; undefined where it can't be read, which is told later. */
export async function standingKeyring(
  context: Context,
  place: PlaceOptions,
): Promise<KeyringContent | undefined> {
  const work = await openWork(context, place);
  const files = work.ok ? ((await work.value.folder.read()) ?? work.value.inForce) : undefined;
  const opened = files && openFiles(files);
  return opened?.ok === true ? opened.value.keyring : undefined;
}

/** Reads certificate files that were named on the command line. */
export function readCertificateFiles(
  context: Context,
  paths: readonly string[],
): Promise<readonly GivenCertificate[]> {
  return Promise.all(
    paths.map(async (path) => {
      const data = await readFile(resolve(context.options.directory, path)).catch((error: unknown) => {
        const mend = 'Check the path; gpg --armor --export FINGERPRINT writes a certificate.';
        throw new Fault('file.not-found', `The certificate file ${path} cannot be read.`, mend, error);
      });
      return { source: basename(path), data: new Uint8Array(data) };
    }),
  );
}

/** Tells why nothing was done. */
export async function refuse(
  context: Context,
  verb: string,
  findings: readonly Finding[],
): Promise<ExitCode> {
  if (context.options.format === 'json') {
    await context.print(resultJson(verb, { conclusion: 'rejected', findings: findings.map(findingObject) }));
  } else {
    context.tell(findings.map((one) => `${findingText(one, context.errorStyle)}\n`).join(''));
  }
  return exitCodes.rejected;
}

/** Whoever can be asked; undefined where nobody is there. */
export const prompterOf = ({ prompter, interactive }: Context): Prompter | undefined =>
  prompter ?? (interactive ? askAtTerminal() : undefined);

/** The one yes, after everything was shown. Nobody to ask and no --yes is a Fault. */
export async function agreed(context: Context, message: string): Promise<boolean> {
  const prompter = prompterOf(context);
  if (context.options.yes) return true;
  if (prompter === undefined) {
    const mend = 'Read what it would do, then add --yes; or run it in a terminal.';
    throw new Fault('usage.missing-answers', 'Nobody can be asked whether to go on.', mend);
  }
  return prompter.confirm({ flag: '--yes', message, preset: false });
}
