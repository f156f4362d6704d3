import { openStore } from '../../adapters/open-store.ts';
import { auditKeyring } from '../../core/trust/audit-keyring.ts';
import type { KeyringState } from '../../core/trust/keyring-state.ts';
import { instant } from '../../render/json.ts';
import { type Fact, type ReportView, said } from '../../render/view.ts';
import { type InspectReport, inspect } from '../../workflows/inspect.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { printReport } from '../report-output.ts';
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
    return await printReport(context, viewOf(report));
  } finally {
    await store.close();
  }
}

/** Without a keyring no key is known: the verdict then says which key signed, not that it may be believed. */
async function keyringOf({ keyring }: Options): Promise<KeyringState> {
  if (keyring === undefined) return auditKeyring([]);
  const { readFixedKeyring } = await import('../../adapters/fixed-keyring.ts');
  return (await readFixedKeyring(keyring)).keyring;
}

function viewOf(report: InspectReport): ReportView {
  const { oid, type, signature, contributor, trailers, payload } = report;
  const { verdict, reason, fingerprint, certificate, made } = signature;
  return {
    report,
    subject: `${type} ${oid}`,
    facts: [
      said('verdict', `${verdict}${reason === verdict ? '' : ` (${reason})`}`),
      ...(fingerprint === undefined ? [] : [said('key', fingerprint)]),
      ...(certificate === undefined || certificate === fingerprint
        ? []
        : [said('of certificate', certificate)]),
      ...(contributor === undefined ? [] : [said('held by', contributor)]),
      ...(made === undefined ? [] : [said('made', instant(made))]),
      ...trailers.map(trailerFact),
    ],
    fields: {
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
    },
  };
}

function trailerFact(trailer: string): Fact {
  const colon = trailer.indexOf(': ');
  return said(trailer.slice(0, colon), trailer.slice(colon + 2));
}
