import { Fault } from '../../core/fault.ts';
import { exportKeyring, type ExportRequest } from '../../workflows/export-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { roleOf } from './keyring-propose.ts';
import {
  openWork,
  type PlaceOptions,
  prompterOf,
  refuse,
  requireKeyring,
  standingKeyring,
} from './keyring-work.ts';

interface Options extends PlaceOptions {
  /** Armor unless told or asked for. */
  readonly as?: ExportRequest['form'] | undefined;
  readonly role?: readonly string[] | undefined;
  readonly ids: readonly string[];
}

/** `keyring export [ID…]`: certificates for gpg, gpgv and sq, or the anchor of opam's `repository add`. */
export async function keyringExportCommand(context: Context, options: Options): Promise<ExitCode> {
  const verb = 'keyring export';
  const { file, ...request } = await exportAsked(context, options);
  if (request.form === 'binary' && context.onScreen && file === undefined) {
    throw new Fault('usage.argument', 'A binary keyring is not for a terminal.', 'Name a file: -o FILE.');
  }
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const files = await requireKeyring(work.value, options);
  const exported = exportKeyring(files, request);
  if (!exported.ok) return refuse(context, verb, exported.findings);
  await context.print(exported.value, file);
  if (file !== undefined) context.tell(`written to ${file}\n`);
  return exitCodes.done;
}

/** What is to be written, and to which file if one was asked for. Whoever reads a screen is asked what nothing says. */
async function exportAsked(
  context: Context,
  { as, ids, role = [], ...place }: Options,
): Promise<ExportRequest & { readonly file?: string }> {
  const given = { form: as ?? ('armor' as const), ids, roles: role.map(roleOf) };
  const prompter = prompterOf(context);
  if (prompter === undefined || !context.onScreen) return given;
  const questions = new KeyringQuestions(prompter);
  const form = as ?? (await questions.form());
  const unsaid = as === undefined && form !== 'anchor' && ids.length === 0 && role.length === 0;
  const whose = unsaid ? await questions.whose(await standingKeyring(context, place)) : undefined;
  const chosen = {
    form,
    ids: whose !== undefined && 'id' in whose ? [whose.id] : given.ids,
    roles: whose !== undefined && 'role' in whose ? [roleOf(whose.role)] : given.roles,
  };
  if (form !== 'binary') return chosen;
  return { ...chosen, file: await questions.text(undefined, '-o', 'The file to write') };
}
