import { openStore } from '../../adapters/open-store.ts';
import { auditKeyring } from '../../core/trust/audit-keyring.ts';
import type { KeyringState } from '../../core/trust/keyring-state.ts';
import { forTerminal } from '../../render/escape.ts';
import { instant, reportJson } from '../../render/json.ts';
import { reportText } from '../../render/text.ts';
import { type InspectReport, inspect } from '../../workflows/inspect.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodeOf } from '../exit-code.ts';
import { requireRevision } from '../revision.ts';

interface Options {
  readonly object: string;
  readonly keyring?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `inspect OBJECT`: one commit or tag, its payload, signature, key, verdict and trailers. */
export async function inspectCommand(context: Context, options: Options): Promise<ExitCode> {
  const store = await openStore(context.options.directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const oid = await requireRevision(store, options.object);
    const report = await inspect(store, oid, await keyringOf(options), context.now);
    await context.print(render(report, context));
    return exitCodeOf(report.conclusion);
  } finally {
    await store.close();
  }
}

/** Without a keyring no key is known: the verdict then says which key signed, not that it may be believed. */
async function keyringOf({ keyring }: Options): Promise<KeyringState> {
  if (keyring === undefined) return auditKeyring([]);
  const { readFixedKeyring } = await import('../../adapters/fixed-keyring.ts');
  return readFixedKeyring(keyring);
}

function render(report: InspectReport, context: Context): string {
  const { oid, type, signature, contributor, trailers, payload } = report;
  const { verdict, reason, fingerprint, certificate, made } = signature;
  if (context.options.format === 'json') {
    return reportJson(report, {
      oid,
      type,
      verdict,
      reason,
      fingerprint: fingerprint ?? null,
      certificate: certificate ?? null,
      contributor: contributor ?? null,
      made: made === undefined ? null : instant(made),
      trailers,
      payload: payload === undefined ? null : Buffer.from(payload).toString('base64'),
    });
  }
  const facts = [
    `${type} ${oid}`,
    `verdict: ${verdict}${reason === verdict ? '' : ` (${reason})`}`,
    ...(fingerprint === undefined ? [] : [`key: ${fingerprint}`]),
    ...(certificate === undefined || certificate === fingerprint ? [] : [`of certificate: ${certificate}`]),
    ...(contributor === undefined ? [] : [`held by: ${forTerminal(contributor)}`]),
    ...(made === undefined ? [] : [`made: ${instant(made)}`]),
    ...trailers.map(forTerminal),
  ];
  return reportText(report, facts, context.style);
}
