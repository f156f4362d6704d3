import { Fault } from '../core/fault.ts';
import { readStateTag } from '../core/chain/state-tag.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import { momentForm } from '../core/statement-values.ts';
import { type HandOver, readHandOver } from '../workflows/hand-over.ts';
import { commitOf, requireRevision } from './revision.ts';

/** The commit that a revision means, or the one that a state tag is on. */
export async function requireStep(store: ObjectStore, revision: string): Promise<Oid> {
  const oid = await requireRevision(store, revision);
  if ((await store.read(oid))?.type !== 'tag') return commitOf(store, oid, revision);
  const reading = await readStateTag(store, oid);
  if (reading.ok) return reading.state.tag.object;
  throw new Fault(
    'state.not-found',
    `"${revision}" is no state tag: ${reading.why}.`,
    'Give a commit, a branch, or a state tag that opam-signet state list shows.',
  );
}

/** What `--from` hands over, if it names a state tag; undefined if it names a commit. */
export async function handOverAt(
  store: ObjectStore,
  from: string | undefined,
): Promise<HandOver | undefined> {
  if (from === undefined) return undefined;
  const oid = await requireRevision(store, from);
  return (await store.read(oid))?.type === 'tag' ? readHandOver(store, oid) : undefined;
}

/** The moment that `--as-of` means; the run's own now without it. */
export function momentOf(asOf: string | undefined, now: Seconds): Seconds {
  const moment = asOf === undefined ? now : momentForm.parse(asOf);
  if (moment !== undefined && moment <= now) return moment;
  throw new Fault(
    'usage.argument',
    `--as-of takes a moment that has been, not "${asOf ?? ''}".`,
    `Write it as ${momentForm.print(now)}.`,
  );
}
