import { readFixedKeyring } from '../../adapters/fixed-keyring.ts';
import { openStore } from '../../adapters/open-store.ts';
import { auditKeyring } from '../../core/trust/audit-keyring.ts';
import { auditJson, auditText } from '../../render/audit.ts';
import { audit } from '../../workflows/audit.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { watched } from '../watched.ts';

interface Options {
  readonly dir?: string | undefined;
  readonly to: string;
  readonly from?: string | undefined;
  readonly keyring?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `audit [DIR]`: what can be known of a repository's signatures before it has a keyring. It judges nothing. */
export async function auditCommand(context: Context, options: Options): Promise<ExitCode> {
  const { from } = options;
  const store = await openStore(options.dir ?? context.options.directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const request = {
      store,
      head: await requireCommit(store, options.to),
      from: from === undefined ? undefined : await requireCommit(store, from),
      keyring:
        options.keyring === undefined ? auditKeyring([]) : (await readFixedKeyring(options.keyring)).keyring,
      now: context.now,
    };
    const report = await watched(context, (progress) => audit({ ...request, progress }));
    await context.print(
      context.options.format === 'json' ? auditJson(report) : auditText(report, context.style),
    );
    return exitCodes.done;
  } finally {
    await store.close();
  }
}
