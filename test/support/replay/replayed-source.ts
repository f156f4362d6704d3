import { parseCommit, type Commit } from '../../../src/core/git/object.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { ObjectStore, PathChange, TreeEntry } from '../../../src/core/ports.ts';
import { someAtOnce } from '../../../src/core/some-at-once.ts';
import { openGit } from '../stores.ts';
import { gitText } from './git-run.ts';

/** What a commit does to one path, seen from its first parent. */
export interface SourceChange {
  readonly path: string;
  /** Undefined: it is removed. */
  readonly file: TreeEntry | undefined;
}

/** A commit with what it changes. */
export interface SourceCommit {
  readonly commit: Commit;
  readonly changes: readonly SourceChange[];
}

/** A history taken apart, so that it can be told again. */
export interface Source {
  /** The oldest commit of the mainline, its changes being all of its files. */
  readonly root: SourceCommit;
  /** Each step after it: the commits that it merges, oldest first, and itself. */
  readonly steps: readonly (readonly SourceCommit[])[];
  /** What lets the files that stood at the root stand again after the last step, and no others. */
  readonly back: readonly SourceChange[];
  /** The content of every file that changes name. */
  readonly blobs: ReadonlyMap<Oid, Uint8Array>;
}

/** Of each commit that has any here: its parents. */
type Graph = ReadonlyMap<Oid, readonly Oid[]>;

/** More than all files and folders of the root. */
const maximumChanges = 1_000_000;

/** So many commits are compared at once, so that most of the trees are remembered. */
const comparedAtOnce = 32;

/** Reads the history of HEAD. Commits at which a shallow repository ends are left out, all but the mainline's. */
export async function readSource(repository: string): Promise<Source> {
  const listed = await gitText(repository, ['rev-list', '--first-parent', '--reverse', 'HEAD']);
  const mainline = listed.trimEnd().split('\n') as Oid[];
  const [rootOid] = mainline;
  const head = mainline.at(-1);
  if (rootOid === undefined || head === undefined) throw new Error('The repository has no history.');
  const graph = await readGraph(repository);
  const store = await openGit(repository, { maximumChanges });
  try {
    const told = async (oid: Oid): Promise<SourceCommit> => ({
      commit: await readCommit(store, oid),
      changes: await differences(store, graph.get(oid)?.[0], oid),
    });
    const root = await told(rootOid);
    const back = (await store.changes(head, rootOid)).filter(isAddedOrRemoved).map(asSourceChange);
    const order = stepsOf(mainline, graph);
    const commits = await someAtOnce(order.flat(), comparedAtOnce, told);
    const place = new Map(commits.map((one) => [one.commit.oid, one]));
    const steps = order.map((step) => step.flatMap((oid) => place.get(oid) ?? []));
    const named = [...root.changes, ...back, ...commits.flatMap((one) => one.changes)];
    return { root, steps, back, blobs: await readBlobs(store, named) };
  } finally {
    await store.close();
  }
}

async function readGraph(repository: string): Promise<Graph> {
  const listed = await gitText(repository, ['rev-list', '--parents', 'HEAD']);
  const families = listed.split('\n').map((line) => line.split(' ') as Oid[]);
  return new Map(
    families.flatMap(([oid, ...parents]) =>
      oid === undefined || parents.length === 0 ? [] : [[oid, parents]],
    ),
  );
}

/** For each commit of the mainline but the first one: what has not been told before, parents first. */
function stepsOf([root, ...mainline]: readonly Oid[], graph: Graph): readonly (readonly Oid[])[] {
  const told = new Set([root]);
  const tell = (oid: Oid): readonly Oid[] => {
    const parents = graph.get(oid);
    if (parents === undefined || told.has(oid)) return [];
    told.add(oid);
    return [...parents.flatMap(tell), oid];
  };
  return mainline.map(tell);
}

async function readCommit(store: ObjectStore, oid: Oid): Promise<Commit> {
  const parsed = parseCommit(await contentOf(store, oid), store.format);
  if (!parsed.ok) throw new Error(`Commit ${oid} cannot be told again: ${parsed.malformation.message}`);
  return parsed.value;
}

async function differences(
  store: ObjectStore,
  before: Oid | undefined,
  after: Oid,
): Promise<readonly SourceChange[]> {
  return (await store.changes(before, after)).map(asSourceChange);
}

const asSourceChange = ({ path, after }: PathChange): SourceChange => ({ path, file: after });

const isAddedOrRemoved = ({ before, after }: PathChange): boolean =>
  before === undefined || after === undefined;

/** Those that are no links to commits of elsewhere. */
async function readBlobs(
  store: ObjectStore,
  changes: readonly SourceChange[],
): Promise<ReadonlyMap<Oid, Uint8Array>> {
  const named = changes.flatMap(({ file }) =>
    file === undefined || file.mode === '160000' ? [] : [file.oid],
  );
  const read = async (oid: Oid): Promise<[Oid, Uint8Array]> => [oid, await contentOf(store, oid)];
  return new Map(await Promise.all([...new Set(named)].map(read)));
}

async function contentOf(store: ObjectStore, oid: Oid): Promise<Uint8Array> {
  const object = await store.read(oid);
  if (object === undefined) throw new Error(`Object ${oid} is not in the repository.`);
  return object.content;
}
