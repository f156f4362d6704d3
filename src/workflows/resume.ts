import type { Checkpoint, ChronicledCheckpoint, HistoryMemory } from '../core/chain/checkpoint.ts';
import { CommitGraph } from '../core/chain/graph.ts';
import type { Ledger } from '../core/chain/history.ts';
import type { KeyringHistory } from '../core/chain/keyring-step.ts';
import { ledgerOf, openLedger, readLedgerRecord } from '../core/chain/ledger-record.ts';
import { type Reattestation, reattestedUpTo } from '../core/chain/reattestation.ts';
import { readTag, type TagReading } from '../core/chain/tags.ts';
import { signetReferences } from '../core/chain/tags-at-hand.ts';
import { Fault } from '../core/fault.ts';
import { entryAt } from '../core/git/tree.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Reference, Seconds } from '../core/ports.ts';
import type { GrowingChronicle } from '../core/report/chronicle.ts';
import type { Finding } from '../core/report/report.ts';
import type { Chronicler } from './chronicler.ts';
import type { TrustSource } from './establish-trust.ts';
import { type Foundation, foundation } from './foundation.ts';
import type { HandOver } from './hand-over.ts';
import { type FoundMainline, mainlineClaim } from './find-mainline.ts';

/** A commit graph with the stretch of its mainline that is to be judged. */
export interface History {
  readonly graph: CommitGraph;
  readonly found: FoundMainline;
}

type Mainline = Extract<FoundMainline, { ok: true }>;

/** Everything that judging begins with: at the start of history, or at a checkpoint of an earlier run. */
export interface Way extends Extract<Foundation, { ok: true }> {
  readonly graph: CommitGraph;
  /** Its commits begin where judging does, its claim speaks of the whole mainline. */
  readonly found: Mainline;
  readonly attested: Reattestation;
  readonly surroundings: string;
  readonly before: Checkpoint | undefined;
}

export interface ResumeRequest {
  readonly store: ObjectStore;
  readonly trust: TrustSource;
  readonly head: Oid;
  readonly tip?: Oid | undefined;
  readonly start?: HandOver | undefined;
  readonly now: Seconds;
  readonly onStep?: unknown;
  readonly chronicler?: Chronicler | undefined;
  readonly memory?: HistoryMemory | undefined;
}

/** Has a chronicle where one is being written. */
type Recalled = Checkpoint & Partial<ChronicledCheckpoint<GrowingChronicle>>;

/** What earlier runs kept that may be of use; nothing where every step is asked for. */
export async function* checkpointsFor(request: ResumeRequest): AsyncGenerator<Recalled> {
  const { memory, onStep, chronicler } = request;
  const conditions = conditionsOf(request);
  if (memory === undefined || conditions === undefined || onStep !== undefined) return;
  yield* chronicler === undefined ? memory.recall(conditions) : memory.recallChronicled(conditions);
}

/** The way from a checkpoint on; undefined if it is of no use here. */
export async function resume(
  request: ResumeRequest,
  checkpoint: Checkpoint,
  whole: () => Promise<History | Finding>,
): Promise<Way | undefined> {
  const { store, head, now } = request;
  if (checkpoint.now > now || !(await has(store, checkpoint.head))) return undefined;
  const established = await foundation(request, checkpoint.start, head);
  if (!established.ok) return undefined;
  const { tip } = established.keyrings;
  const isShort = tip.keyring.reattested.length === 0 && (await store.shallow()).size === 0;
  const short = isShort ? await shortWay(store, checkpoint, head) : undefined;
  const all = short === undefined ? await whole() : undefined;
  if (all !== undefined && ('code' in all || !all.found.ok)) return undefined;
  const rest = short ?? (all && restOfWay(all, checkpoint));
  if (rest === undefined) return undefined;
  const mainline = all?.found.ok === true ? all.found.commits : rest.found.commits;
  const attested = await reattestedUpTo(store, tip, mainline, now);
  const surroundings = await surroundingsOf(store, head, mainline[attested.index]);
  if (surroundings !== checkpoint.surroundings) return undefined;
  if (!(await sameWithTags(store, checkpoint, await signetReferences(store)))) return undefined;
  const opened = await ledgerAt(store, checkpoint, established.keyrings);
  const index = attested.index - (mainline.length - rest.found.commits.length);
  return (
    opened && {
      ...established,
      ...opened,
      ...rest,
      attested: { ...attested, index },
      surroundings,
      before: checkpoint,
    }
  );
}

/**
 * Under which conditions checkpoints mean the same: everything that is given from outside the repository. Undefined: a
 * part of history is judged, or nobody knows the bytes of the keyring, so that nothing is remembered.
 */
export function conditionsOf({ trust, store, head, tip, start }: ResumeRequest): string | undefined {
  const { format } = store;
  if (start !== undefined || (tip !== undefined && tip !== head)) return undefined;
  if (trust.kind === 'fixed') {
    const { digest, from } = trust;
    return digest === undefined ? undefined : JSON.stringify([format, 'fixed', digest, from ?? null]);
  }
  const { repository, quorum, fingerprints, from } = trust.anchor;
  const anchor = [repository ?? null, quorum, fingerprints.toSorted(), from ?? null];
  return JSON.stringify([format, 'anchor', ...anchor]);
}

/** What the tip and the repository say that steps before are judged by, as text that is the same if it is. */
export async function surroundingsOf(
  store: ObjectStore,
  tip: Oid,
  attested: Oid | undefined,
): Promise<string> {
  const keyring = await entryAt(store, tip, 'keyring');
  const cuts = [...(await store.shallow())].sort();
  return JSON.stringify([keyring?.mode ?? null, keyring?.oid ?? null, attested ?? null, cuts]);
}

/**
 * Follows the mainline from the head down to a checkpoint, without looking at what is older; undefined where that does
 * not tell from where a side left it.
 */
async function shortWay(
  store: ObjectStore,
  { head: known, start, steps }: Checkpoint,
  head: Oid,
): Promise<Pick<Way, 'graph' | 'found'> | undefined> {
  const graph = await graphBeyond(store, known, head);
  const chain = graph?.mainline(known, head);
  if (graph === undefined || chain?.kind !== 'mainline') return undefined;
  const { commits } = chain;
  graph.follow(commits);
  const sides = commits.map((commit, index) => ({ side: graph.parents(commit)[1], index }));
  if (sides.some(({ side, index }) => side !== undefined && graph.side(side, index).kind === 'unknown'))
    return undefined;
  const claim = mainlineClaim(steps + commits.length - 1, start, head, []);
  return { graph, found: { ok: true, start, commits, beyond: [], claim } };
}

/** Whatever is wrong with the repository is told by the walk over all of it. */
async function graphBeyond(store: ObjectStore, known: Oid, head: Oid): Promise<CommitGraph | undefined> {
  try {
    return await CommitGraph.loadBeyond(store, known, head);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The way from a checkpoint on, where the whole mainline is known. */
function restOfWay(
  { graph, found }: History,
  { head, start }: Checkpoint,
): Pick<Way, 'graph' | 'found'> | undefined {
  if (!found.ok || found.start !== start) return undefined;
  const at = found.commits.indexOf(head);
  return at === -1 ? undefined : { graph, found: { ...found, commits: found.commits.slice(at) } };
}

/** What was known at a checkpoint; undefined if it does not fit the repository. */
async function ledgerAt(
  store: ObjectStore,
  { ledger, head }: Checkpoint,
  keyrings: KeyringHistory,
): Promise<{ readonly keyrings: KeyringHistory; readonly opening: Omit<Ledger, 'keyrings'> } | undefined> {
  const record = readLedgerRecord(Buffer.from(ledger), store);
  if (record?.commit !== head) return undefined;
  if (keyrings.rule === 'fixed') return { keyrings, opening: ledgerOf(record.content) };
  const opened = await openLedger(record, store);
  return opened && { keyrings: { ...keyrings, inForce: opened.inForce }, opening: opened.ledger };
}

async function has(store: ObjectStore, oid: Oid): Promise<boolean> {
  try {
    return (await store.read(oid)) !== undefined;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

export const tagLine = ({ oid, name }: Reference): string => `${oid} ${name}`;

/**
 * Whether the steps up to a checkpoint would be judged the same with the tags that are at hand now: none is gone, and
 * no new one is on a commit that the checkpoint reaches or about a package version that one of its steps changed.
 */
async function sameWithTags(
  store: ObjectStore,
  checkpoint: Checkpoint,
  tags: readonly Reference[],
): Promise<boolean> {
  const now = new Set(tags.map(tagLine));
  if (!checkpoint.tags.every((line) => now.has(line))) return false;
  const before = new Set(checkpoint.tags);
  const added = tags.filter((tag) => !before.has(tagLine(tag)));
  if (added.length === 0) return true;
  const readings = await Promise.all(added.map((tag) => readTag(store, tag)));
  if (readings.some((one) => !one.ok && one.finding.code === 'object.missing')) return false;
  const changed = new Set(checkpoint.changed);
  if (
    readings.some(
      (one) => one.ok && one.signet.statement.packages.some(({ nameVersion }) => changed.has(nameVersion)),
    )
  )
    return false;
  return reachesNone(
    store,
    checkpoint.head,
    readings.flatMap((one) => targetOf(one) ?? []),
  );
}

const targetOf = (reading: TagReading): Oid | undefined =>
  reading.ok ? reading.signet.tag.object : reading.target;

async function reachesNone(store: ObjectStore, head: Oid, targets: readonly Oid[]): Promise<boolean> {
  const objects = await Promise.all(targets.map((oid) => store.read(oid)));
  const commits = targets.filter((_, index) => objects[index]?.type === 'commit');
  if (commits.length === 0) return true;
  const beyond = new Set<Oid>();
  for await (const { oid } of store.ancestry(commits, [head])) beyond.add(oid);
  return commits.every((oid) => beyond.has(oid));
}
