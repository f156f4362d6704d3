import { Fault } from '../../core/fault.ts';
import { exportKeyring, type ExportRequest } from '../../workflows/export-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { roleOf } from './keyring-propose.ts';
import { openWork, type PlaceOptions, refuse, requireKeyring } from './keyring-work.ts';

interface Options extends PlaceOptions {
  readonly as: ExportRequest['form'];
  readonly role?: readonly string[] | undefined;
  readonly ids: readonly string[];
}

/** `keyring export [ID…]`: certificates for gpg, gpgv and sq, or the anchor of opam's `repository add`. */
export async function keyringExportCommand(context: Context, options: Options): Promise<ExitCode> {
  const verb = 'keyring export';
  const { as: form, ids, role = [] } = options;
  if (form === 'binary' && context.options.output === undefined) {
    throw new Fault('usage.argument', 'A binary keyring is not for a terminal.', 'Name a file: -o FILE.');
  }
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const files = await requireKeyring(work.value, options);
  const exported = exportKeyring(files, { form, ids, roles: role.map(roleOf) });
  if (!exported.ok) return refuse(context, verb, exported.findings);
  await context.print(exported.value);
  return exitCodes.done;
}
