import { openStore } from '../../adapters/open-store.ts';
import { writePart } from '../../adapters/part-file.ts';
import { Fault } from '../../core/fault.ts';
import type { ObjectStore } from '../../core/ports.ts';
import type { Chronicler } from '../../workflows/chronicler.ts';
import { Explanation } from '../../workflows/explain.ts';
import { traceFiles } from '../../workflows/trace.ts';
import { verifyRepo, type VerifyRepoRequest } from '../../workflows/verify-repo.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { handOverAt, momentOf, requireStep } from '../history-range.ts';
import { type MemoryOptions, openMemory } from '../memory.ts';
import { printReport } from '../report-output.ts';
import { repoView } from '../repo-view.ts';
import { type TrustOptions, trustSource } from '../trust.ts';
import { watched } from '../watched.ts';

interface Options extends TrustOptions, MemoryOptions {
  readonly dir?: string | undefined;
  readonly to: string;
  readonly tip?: string | undefined;
  readonly part?: string | undefined;
  readonly asOf?: string | undefined;
  readonly explain?: string | undefined;
  readonly store: 'auto' | 'git' | 'embedded';
}

/** `verify-repo [DIR]`: every step from the anchor to the head. */
export async function verifyRepoCommand(context: Context, options: Options): Promise<ExitCode> {
  const directory = options.dir ?? context.options.directory;
  const store = await openStore(directory, {
    kind: options.store,
    environment: context.environment,
  });
  try {
    const explanation = options.explain === undefined ? undefined : new Explanation(options.explain);
    const chronicler = await chroniclerFor(context, options);
    const range = await rangeOf(store, context, options);
    const memory = await openMemory(context, options, directory, store);
    const onStep = explanation?.add.bind(explanation);
    const verified = await watched(context, (progress) =>
      verifyRepo({ ...range, progress, memory, onStep, chronicler }),
    );
    const { report, part } = verified;
    if (options.part !== undefined && part !== undefined) await writePart(options.part, part);
    const tip = verified.ledger?.keyrings.tip;
    const chains =
      explanation === undefined || tip === undefined
        ? []
        : await traceFiles(explanation, store, tip, report.now);
    const view = repoView(report, explanation, chains);
    if (chronicler === undefined) return await printReport(context, view);
    const { printHistoryPage } = await import('../history-page.ts');
    return await printHistoryPage(context, view, verified, chronicler.chronicle);
  } finally {
    await store.close();
  }
}

/** The page of a whole history wants every step; with `--explain` the page is about one path, and plain. */
async function chroniclerFor({ options }: Context, { explain }: Options): Promise<Chronicler | undefined> {
  if (options.format !== 'html' || explain !== undefined) return undefined;
  return new (await import('../../workflows/chronicler.ts')).Chronicler();
}

/** From where to where history is judged, on what it rests, and for which moment. */
async function rangeOf(
  store: ObjectStore,
  context: Context,
  options: Options,
): Promise<Pick<VerifyRepoRequest, 'store' | 'head' | 'tip' | 'start' | 'trust' | 'now'>> {
  const start = await handOverAt(store, options.from);
  const pinned = start === undefined ? options : { ...options, from: undefined };
  const trust = await trustSource(pinned, store, context.environment);
  if (trust.kind === 'fixed' && (start !== undefined || options.part !== undefined)) {
    throw new Fault(
      'usage.argument',
      'A history is judged in parts on a trust anchor only; --keyring takes one keyring for all of it.',
      'Pin the admins with --anchor, or leave out --part and give a commit as --from.',
    );
  }
  const head = await requireStep(store, options.to);
  const tip = options.tip === undefined ? undefined : await requireStep(store, options.tip);
  return { store, head, tip, start, trust, now: momentOf(options.asOf, context.now) };
}
