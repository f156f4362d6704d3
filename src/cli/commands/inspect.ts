import { openStore } from '../../adapters/open-store.ts';
import { Fault } from '../../core/fault.ts';
import type { SignatureVerdict } from '../../core/openpgp/signature.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { auditKeyring } from '../../core/trust/audit-keyring.ts';
import type { KeyringState } from '../../core/trust/keyring-state.ts';
import { instant } from '../../render/json.ts';
import { countText, type Fact, type ReportView, said } from '../../render/view.ts';
import { type InspectReport, inspect } from '../../workflows/inspect.ts';
import { type HistoryInspection, inspectHistory } from '../../workflows/inspect-history.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { printReport } from '../report-output.ts';
import { requireCommit, requireRevision } from '../revision.ts';
import { watched } from '../watched.ts';

interface Options {
  readonly object: string;
  readonly all: boolean;
  readonly from?: string | undefined;
  readonly keyring?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `inspect OBJECT`: one commit or tag, its payload, signature, key, verdict and trailers; or all that it reaches. */
export async function inspectCommand(context: Context, options: Options): Promise<ExitCode> {
  if (options.from !== undefined && !options.all) throw fromWithoutAll();
  const store = await openStore(context.options.directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const trust = await keyringOf(options);
    const view = options.all
      ? historyView(await inspectAll(store, trust, context, options))
      : viewOf(await inspect(store, await requireRevision(store, options.object), trust, context.now));
    return await printReport(context, view);
  } finally {
    await store.close();
  }
}

async function inspectAll(
  store: ObjectStore,
  trust: KeyringState,
  context: Context,
  { object, from }: Options,
): Promise<HistoryInspection> {
  const range = {
    head: await requireCommit(store, object),
    from: from === undefined ? undefined : await requireCommit(store, from),
  };
  return watched(context, (progress) =>
    inspectHistory({ store, ...range, trust, now: context.now, progress }),
  );
}

const fromWithoutAll = (): Fault =>
  new Fault(
    'usage.argument',
    '--from says which commits are left out of all, but one object is to be inspected.',
    'Add --all, or leave out --from.',
  );

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
      ...signatureFields(signature, contributor),
      trailers,
      payload: payload === undefined ? null : Buffer.from(payload).toString('base64'),
    },
  };
}

function historyView(report: HistoryInspection): ReportView {
  const { from, to, verdicts, commits } = report;
  return {
    report,
    subject: `${commits.length} commits ${from === undefined ? 'up to' : `from ${from} to`} ${to}`,
    facts: [said('signatures', countText(verdicts))],
    fields: {
      from: from ?? null,
      to,
      verdicts,
      commits: commits.map((one) => ({ oid: one.oid, ...signatureFields(one, one.contributor) })),
    },
  };
}

function signatureFields(
  { verdict, reason, fingerprint, certificate, made }: Omit<SignatureVerdict, 'message'>,
  contributor: string | undefined,
): Readonly<Record<string, unknown>> {
  return {
    verdict,
    reason,
    fingerprint: fingerprint ?? null,
    certificate: certificate ?? null,
    contributor: contributor ?? null,
    made: made === undefined ? null : instant(made),
  };
}

function trailerFact(trailer: string): Fact {
  const colon = trailer.indexOf(': ');
  return said(trailer.slice(0, colon), trailer.slice(colon + 2));
}
