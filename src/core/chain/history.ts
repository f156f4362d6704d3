import { Fault } from '../fault.ts';
import type { Oid } from '../git/oid.ts';
import { entryAt } from '../git/tree.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { type Position, positionAfter } from './evidence.ts';
import type { CommitGraph } from './graph.ts';
import { judgeStep, type StepJudgement } from './judge-step.ts';
import { type KeyringHistory, judgeKeyringStep } from './keyring-step.ts';
import { nothingEstablished, type Ownership, ownershipAt } from './ownership.ts';
import { committerTime } from './read-commit.ts';
import { isKeyringPath, readStep, sameEntry, type StepReading } from './step.ts';
import type { TagsAtHand } from './tags.ts';
import { isPassing, unreadable } from './unreadable.ts';

/** A mainline that is to be judged, with everything that does not change from step to step. */
export interface HistoryRequest {
  readonly store: ObjectStore;
  readonly graph: CommitGraph;
  /** The first-parent chain, oldest first; its first commit is taken for granted. */
  readonly mainline: readonly Oid[];
  readonly keyrings: KeyringHistory;
  readonly tags: TagsAtHand;
  readonly now: Seconds;
  /** The place in the mainline up to which admins have attested history again; -1 for none. */
  readonly reattestedUpTo: number;
  /** What is known at the first commit, where that was handed over and does not follow from the commit itself. */
  readonly opening?: Omit<Ledger, 'keyrings'> | undefined;
}

/** What a walk over history knows at some commit: the input of the next step. */
export interface Ledger {
  readonly keyrings: KeyringHistory;
  readonly ownership: Ownership;
  /** The position of the next step (trust model, section 2.7). */
  readonly time: Seconds;
  /** Whether everything up to here would be judged the same at any later time: nothing was from the future. */
  readonly settled: boolean;
}

export type HistoryEvent = { readonly kind: 'start'; readonly ledger: Ledger } | StepEvent;

export type StepEvent =
  | {
      readonly kind: 'step';
      readonly index: number;
      readonly judgement: StepJudgement;
      readonly ledger: Ledger;
    }
  | { readonly kind: 'refused'; readonly index: number; readonly oid: Oid; readonly finding: Finding };

/** How many steps are read ahead of the one being judged, so that judging never waits for the repository. */
const readAhead = 32;

/**
 * Judges every step of a mainline, oldest first (trust model, section 5). Reading runs ahead; judging is strictly
 * in order, because who owns what and which keyring is in force depend on the steps before. A step that can't
 * be judged does not end the walk, so that one run tells of everything; it does decide the conclusion.
 * The first event tells what is known at the start.
 */
export async function* judgeHistory(request: HistoryRequest): AsyncGenerator<HistoryEvent> {
  const { store, graph, mainline } = request;
  graph.follow(mainline);
  let ledger = await openLedger(request);
  yield { kind: 'start', ledger };
  const ahead: Promise<StepReading>[] = [];
  const readNext = (index: number): void => {
    const parent = mainline[index - 1];
    const oid = mainline[index];
    if (parent === undefined || oid === undefined) return;
    const reading = readStep(store, graph, parent, oid, index);
    // A failure is met when its turn comes; until then it must not count as unhandled.
    reading
      .then((read) => (isLikelyNeeded(read, ledger) ? read.step.side?.material() : undefined))
      .catch(() => undefined);
    ahead.push(reading);
  };
  for (let index = 1; index <= readAhead; index++) readNext(index);
  let lost: Oid | undefined;
  for (let index = 1; index < mainline.length; index++) {
    const reading = ahead.shift();
    const oid = mainline[index];
    if (reading === undefined || oid === undefined) return;
    readNext(index + readAhead);
    const event = await judgeReading(reading, { index, oid }, ledger, request);
    if (event.kind === 'step') ({ ledger } = event);
    yield lost === undefined ? event : { kind: 'refused', index, oid, finding: withoutKeyring(oid, lost) };
    if (await losesKeyring(event, mainline[index - 1] ?? oid, store)) lost ??= oid;
  }
}

/**
 * Whether a step can't be read that may have changed the keyring. The one before it must not speak against what follows:
 * nothing is known to be wrong with that.
 */
async function losesKeyring(event: StepEvent, parent: Oid, store: ObjectStore): Promise<boolean> {
  if (event.kind === 'step') {
    const { attributions, findings } = event.judgement;
    const isRefused = attributions.some(({ path, kind }) => kind === 'none' && isKeyringPath(path));
    return isRefused && findings.some(({ code }) => isPassing(code));
  }
  if (!isPassing(event.finding.code)) return false;
  try {
    return !sameEntry(await entryAt(store, parent, 'keyring'), await entryAt(store, event.oid, 'keyring'));
  } catch (error) {
    if (error instanceof Fault) return true;
    throw error;
  }
}

const withoutKeyring = (oid: Oid, lost: Oid): Finding =>
  finding(
    'history.keyring-unread',
    { object: oid },
    `Which keyring is in force in step ${oid} is not known: step ${lost} may have changed it, and cannot be read.`,
  );

/** Whether it will probably matter what the side changed: if somebody signed there, and the keyring lists people with roles. */
function isLikelyNeeded(
  reading: StepReading,
  { keyrings }: Ledger,
): reading is Extract<StepReading, { kind: 'step' }> {
  if (reading.kind === 'refused') return false;
  const commits = [...(reading.step.side?.commits.values() ?? [])];
  const isSigned = commits.some(
    (one) => one.ok && one.commit.headers.some(({ name }) => name.startsWith('gpgsig')),
  );
  return isSigned && [...keyrings.inForce.keyring.contributors.values()].some(({ roles }) => roles.size > 0);
}

async function judgeReading(
  reading: Promise<StepReading>,
  { index, oid }: { readonly index: number; readonly oid: Oid },
  ledger: Ledger,
  request: HistoryRequest,
): Promise<StepEvent> {
  try {
    const read = await reading;
    if (read.kind === 'refused') return { ...read, index };
    const judged = await judgeInTurn(read.step, index, ledger, request);
    if ('code' in judged) return { kind: 'refused', index, oid, finding: judged };
    return { kind: 'step', index, judgement: judged.judgement, ledger: judged.next };
  } catch (error) {
    return { kind: 'refused', index, oid, finding: unreadable(error, { object: oid }) };
  }
}

async function judgeInTurn(
  step: StepJudgement['step'],
  index: number,
  ledger: Ledger,
  request: HistoryRequest,
): Promise<{ readonly judgement: StepJudgement; readonly next: Ledger } | Finding> {
  const at: Position = {
    now: request.now,
    time: ledger.time,
    trust: ledger.keyrings.inForce,
    tip: request.keyrings.tip,
    reattested: index <= request.reattestedUpTo,
  };
  const judged = await judgeStep(step, {
    store: request.store,
    at,
    ownership: ledger.ownership,
    tags: request.tags,
  });
  if ('code' in judged) return judged;
  const keyring = await judgeKeyringStep(step, ledger.keyrings, request.store, at);
  const isSettled = ledger.settled && judged.settled && keyring.settled;
  return {
    judgement: {
      ...judged,
      settled: judged.settled && keyring.settled,
      attributions: [...judged.attributions, ...keyring.attributions],
      findings: [...judged.findings, ...keyring.findings],
    },
    next: {
      keyrings: keyring.next,
      ownership: judged.ownership,
      time: positionAfter(at, step.commit),
      settled: isSettled && (step.commit?.committer.time ?? 0) <= request.now,
    },
  };
}

async function openLedger({ store, mainline, keyrings, now, opening }: HistoryRequest): Promise<Ledger> {
  if (opening !== undefined) return { ...opening, keyrings };
  const [start] = mainline;
  if (start === undefined) return { keyrings, ownership: nothingEstablished, time: now, settled: true };
  const [ownership, time] = await Promise.all([ownershipAt(store, start), committerTime(store, start)]);
  return { keyrings, ownership, time, settled: time <= now };
}
