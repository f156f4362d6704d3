import { tooManyChanges } from '../git/object-faults.ts';
import type { Oid } from '../git/oid.ts';
import type { ObjectStore, PathChange, RepositoryPath } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { Side } from './graph.ts';

type ChangesByPath = ReadonlyMap<RepositoryPath, PathChange>;

/** One commit of a side: how it differs from each of its parents. */
export interface SideCommit {
  readonly oid: Oid;
  readonly parents: readonly { readonly oid: Oid; readonly changes: ChangesByPath }[];
  /** What the mainline changed after this commit had left it, up to the merge base, which later merges brought in. */
  readonly meanwhile: ReadonlySet<RepositoryPath>;
}

/** What a side changed, and how: read only where it can make a difference (trust model, section 5.0). */
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

/** The most changes that the commits of one side may make together, so that their number times their size is bounded. */
const maximumSideChanges = 200_000;

/** So many commits of a side are read at once. */
const batchSize = 8;

export const byPath = (changes: readonly PathChange[]): ChangesByPath =>
  new Map(changes.map((change) => [change.path, change]));

/** Reads what a side changed: as a whole, and commit by commit. `merge` is the step that findings are about. */
export async function readMaterial(
  store: ObjectStore,
  side: Side,
  parents: (oid: Oid) => readonly Oid[],
  merge: Oid,
): Promise<SideMaterial | Finding> {
  const changesBetween = askingOnce(store);
  const changes = await boundedChanges(changesBetween, side.base, side.head, merge);
  if ('code' in changes) return changes;
  const meanwhile = meanwhileOf(changesBetween, side);
  const commits = new Map<Oid, SideCommit>();
  for (let at = 0; at < side.commits.length; at += batchSize) {
    const batch = side.commits.slice(at, at + batchSize);
    for (const commit of await Promise.all(
      batch.map((oid) => readSideCommit(changesBetween, parents(oid), oid, meanwhile)),
    ))
      commits.set(commit.oid, commit);
  }
  return { side, commits, changes: byPath(changes), fromHead: undefined };
}

async function readSideCommit(
  changesBetween: ChangesBetween,
  parents: readonly Oid[],
  oid: Oid,
  meanwhile: (oid: Oid) => Promise<ReadonlySet<RepositoryPath>>,
): Promise<SideCommit> {
  const differences: SideCommit['parents'][number][] = [];
  for (const parent of parents) {
    differences.push({ oid: parent, changes: byPath(await changesBetween(parent, oid)) });
  }
  return { oid, parents: differences, meanwhile: await meanwhile(oid) };
}

/** For each commit of a side what the mainline changed after it: nothing, unless it was merged into the side later. */
function meanwhileOf(
  changesBetween: ChangesBetween,
  { base, leftAt }: Side,
): (oid: Oid) => Promise<ReadonlySet<RepositoryPath>> {
  const known = new Map<string, Promise<ReadonlySet<RepositoryPath>>>();
  const changedSince = async (places: readonly Oid[]): Promise<ReadonlySet<RepositoryPath>> => {
    const changes = await Promise.all(places.map((place) => changesBetween(place, base)));
    return new Set(changes.flat().map(({ path }) => path));
  };
  return (oid) => {
    const older = (leftAt.get(oid) ?? []).filter((place) => place !== base);
    const answer = known.get(older.join()) ?? changedSince(older);
    known.set(older.join(), answer);
    return answer;
  };
}

type ChangesBetween = ObjectStore['changes'];

/**
 * A side of one commit is its own difference from the merge base: what was asked once is not asked again. All the
 * answers about one side are bounded together, since a thousand commits can each change what the one before did.
 */
function askingOnce(store: ObjectStore): ChangesBetween {
  const asked = new Map<string, Promise<readonly PathChange[]>>();
  let room = maximumSideChanges;
  const ask = async (before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]> => {
    const changes = await store.changes(before, after);
    room -= changes.length;
    if (room < 0) throw tooManyChanges(maximumSideChanges);
    return changes;
  };
  return (before, after) => {
    const question = `${before ?? ''} ${after ?? ''}`;
    const answer = asked.get(question) ?? ask(before, after);
    asked.set(question, answer);
    return answer;
  };
}

export async function boundedChanges(
  changesBetween: ChangesBetween,
  before: Oid,
  after: Oid,
  step: Oid,
): Promise<readonly PathChange[] | Finding> {
  const changes = await changesBetween(before, after);
  if (changes.length <= maximumChanges) return changes;
  return finding(
    'limit.changes',
    { object: after, step },
    `Commit ${after} changes ${changes.length} paths against ${before}; at most ${maximumChanges} are judged in one step.`,
  );
}
