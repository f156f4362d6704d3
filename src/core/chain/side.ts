import type { Oid } from '../git/oid.ts';
import type { ObjectStore } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { CommitGraph, Side } from './graph.ts';
import { type CommitReading, isFinding, readCommit } from './read-commit.ts';
import { readMaterial, type SideMaterial } from './side-material.ts';

/** What a merge brought in: its commits' bytes parsed, and what they changed, which is read when it is asked for. */
export interface StepSide {
  readonly side: Side;
  /** Each before its parents. */
  readonly commits: ReadonlyMap<Oid, CommitReading>;
  /** What the side changed. It is read once, and not at all as long as nobody asks. */
  material(): Promise<SideMaterial | Finding>;
}

/** The most commits that one side may have; the longest real pull request has some hundred. */
const maximumCommits = 10_000;

/** So many commits of a side are read at once. */
const batchSize = 32;

/** Reads the side that a merge, number `index` of the mainline that the graph follows, has as its second parent. */
export async function readSide(
  store: ObjectStore,
  graph: CommitGraph,
  merge: Oid,
  head: Oid,
  index: number,
): Promise<StepSide | Finding> {
  const reading = graph.side(head, index);
  switch (reading.kind) {
    case 'unrelated':
      return shape(merge, `Commit ${head} shares no history with the mainline.`);
    case 'several-bases':
      return shape(
        merge,
        `The side ${head} has ${reading.bases.length} merge bases with the mainline, not one.`,
      );
    case 'cut-off':
      return finding(
        'history.incomplete',
        { object: reading.at, step: merge },
        `History ends at commit ${reading.at}, before the place where side ${head} leaves the mainline.`,
      );
    case 'side':
      return readCommits(store, graph, merge, reading.side);
    case 'unknown':
      throw new Error(`unreachable: whoever judges beyond a checkpoint asks first about side ${head}`);
    default:
      return reading satisfies never;
  }
}

async function readCommits(
  store: ObjectStore,
  graph: CommitGraph,
  merge: Oid,
  side: Side,
): Promise<StepSide | Finding> {
  if (side.commits.length > maximumCommits) return tooLong(merge, side);
  const parents = (oid: Oid): readonly Oid[] => graph.parents(oid);
  const commits = new Map<Oid, CommitReading>();
  for (let at = 0; at < side.commits.length; at += batchSize) {
    const batch = side.commits.slice(at, at + batchSize);
    const readings = await Promise.all(batch.map((oid) => readSideCommit(store, oid, parents(oid))));
    for (const [index, oid] of batch.entries()) {
      const reading = readings[index];
      if (reading === undefined) continue;
      if (isFinding(reading)) return reading;
      commits.set(oid, reading);
    }
  }
  return { side, commits, material: once(() => readMaterial(store, side, parents, merge)) };
}

const tooLong = (merge: Oid, { head, commits }: Side): Finding =>
  finding(
    'limit.changes',
    { object: head, step: merge },
    `Side ${head} has ${commits.length} commits; at most ${maximumCommits} are judged in one step.`,
  );

async function readSideCommit(
  store: ObjectStore,
  oid: Oid,
  parents: readonly Oid[],
): Promise<CommitReading | Finding> {
  const reading = await readCommit(store, oid);
  if (isFinding(reading)) return reading;
  if (reading.ok && reading.commit.parents.join() !== parents.join()) {
    return shape(oid, `Commit ${oid} names other parents in its bytes than the walk over history found.`);
  }
  return reading;
}

/** Does some work when it is asked for first, and gives the same answer from then on. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= work());
}

/** A graph that is not judged. */
export const shape = (oid: Oid, message: string): Finding => finding('step.shape', { object: oid }, message);
