import { tooManyChanges } from '../git/object-faults.ts';
import type { Oid } from '../git/oid.ts';
import type { ObjectStore, PathChange, RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { CommitGraph, Side } from './graph.ts';
import { type CommitReading, isFinding, readCommit } from './read-commit.ts';

type ChangesByPath = ReadonlyMap<RepositoryPath, PathChange>;

/** One commit of a side: its bytes parsed, and how it differs from each of its parents. */
export interface SideCommit {
  readonly oid: Oid;
  readonly reading: CommitReading;
  readonly parents: readonly { readonly oid: Oid; readonly changes: ChangesByPath }[];
  /** What the mainline changed after this commit had left it, up to the merge base, which later merges brought in. */
  readonly meanwhile: ReadonlySet<RepositoryPath>;
}

/** What a merge brought in, read from the repository and not yet judged. */
export interface SideMaterial {
  readonly side: Side;
  readonly commits: ReadonlyMap<Oid, SideCommit>;
  /** What the side changed: its head against the merge base. */
  readonly changes: ChangesByPath;
  /** How M differs from the side's head; read only where M changes paths that the side left alone. */
  readonly fromHead: ChangesByPath | undefined;
}

/** The most paths that one step may change: a bound on memory, forty times the largest real pull request. */
const maximumChanges = 20_000;

/** The most commits that one side may have; the longest real pull request has some hundred. */
const maximumCommits = 10_000;

/** The most changes that the commits of one side may make together, so that their number times their size is bounded. */
const maximumSideChanges = 200_000;

/** So many commits of a side are read at once. */
const batchSize = 8;

export const byPath = (changes: readonly PathChange[]): ChangesByPath =>
  new Map(changes.map((change) => [change.path, change]));

export async function readSide(
  store: ObjectStore,
  graph: CommitGraph,
  merge: Oid,
  head: Oid,
  index: number,
): Promise<SideMaterial | Finding> {
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
      return gatherSide(askingOnce(store), graph, merge, reading.side);
    default:
      return reading satisfies never;
  }
}

async function gatherSide(
  store: Reader,
  graph: CommitGraph,
  merge: Oid,
  side: Side,
): Promise<SideMaterial | Finding> {
  if (side.commits.length > maximumCommits) return tooLong(merge, side);
  const changes = await boundedChanges(store, side.base, side.head, merge);
  if ('code' in changes) return changes;
  const meanwhile = meanwhileOf(store, side);
  const commits = new Map<Oid, SideCommit>();
  for (let at = 0; at < side.commits.length; at += batchSize) {
    const batch = side.commits.slice(at, at + batchSize);
    for (const commit of await Promise.all(
      batch.map((oid) => readSideCommit(store, graph.parents(oid), oid, meanwhile)),
    )) {
      if ('code' in commit) return commit;
      commits.set(commit.oid, commit);
    }
  }
  return { side, commits, changes: byPath(changes), fromHead: undefined };
}

const tooLong = (merge: Oid, { head, commits }: Side): Finding =>
  finding(
    'limit.changes',
    { object: head, step: merge },
    `Side ${head} has ${commits.length} commits; at most ${maximumCommits} are judged in one step.`,
  );

async function readSideCommit(
  store: Reader,
  parents: readonly Oid[],
  oid: Oid,
  meanwhile: (oid: Oid) => Promise<ReadonlySet<RepositoryPath>>,
): Promise<SideCommit | Finding> {
  const reading = await readCommit(store, oid);
  if (isFinding(reading)) return reading;
  if (reading.ok && reading.commit.parents.join() !== parents.join()) {
    return shape(oid, `Commit ${oid} names other parents in its bytes than the walk over history found.`);
  }
  const differences: SideCommit['parents'][number][] = [];
  for (const parent of parents) {
    differences.push({ oid: parent, changes: byPath(await store.changes(parent, oid)) });
  }
  return { oid, reading, parents: differences, meanwhile: await meanwhile(oid) };
}

/** For each commit of a side what the mainline changed after it: nothing, unless it was merged into the side later. */
function meanwhileOf(
  store: Reader,
  { base, leftAt }: Side,
): (oid: Oid) => Promise<ReadonlySet<RepositoryPath>> {
  const known = new Map<string, Promise<ReadonlySet<RepositoryPath>>>();
  const changedSince = async (places: readonly Oid[]): Promise<ReadonlySet<RepositoryPath>> => {
    const changes = await Promise.all(places.map((place) => store.changes(place, base)));
    return new Set(changes.flat().map(({ path }) => path));
  };
  return (oid) => {
    const older = (leftAt.get(oid) ?? []).filter((place) => place !== base);
    const answer = known.get(older.join()) ?? changedSince(older);
    known.set(older.join(), answer);
    return answer;
  };
}

/** What reading a step needs of a store. */
type Reader = Pick<ObjectStore, 'format' | 'read' | 'changes'>;

/**
 * A side of one commit is its own difference from the merge base: what was asked once is not asked again. All the
 * answers about one side are bounded together, since a thousand commits can each change what the one before did.
 */
function askingOnce(store: ObjectStore): Reader {
  const asked = new Map<string, Promise<readonly PathChange[]>>();
  let room = maximumSideChanges;
  const ask = async (before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]> => {
    const changes = await store.changes(before, after);
    room -= changes.length;
    if (room < 0) throw tooManyChanges(maximumSideChanges);
    return changes;
  };
  return {
    format: store.format,
    read: (oid) => store.read(oid),
    changes: (before, after) => {
      const question = `${before ?? ''} ${after ?? ''}`;
      const answer = asked.get(question) ?? ask(before, after);
      asked.set(question, answer);
      return answer;
    },
  };
}

export async function boundedChanges(
  store: Reader,
  before: Oid,
  after: Oid,
  step: Oid,
): Promise<readonly PathChange[] | Finding> {
  const changes = await store.changes(before, after);
  if (changes.length <= maximumChanges) return changes;
  return finding(
    'limit.changes',
    { object: after, step },
    `Commit ${after} changes ${changes.length} paths against ${before}; at most ${maximumChanges} are judged in one step.`,
  );
}

/** A graph that is not judged. */
export const shape = (oid: Oid, message: string): Finding => finding('step.shape', { object: oid }, message);
