import { parseCommit, type Commit } from '../../../src/core/git/object.ts';
import { emptyTree, type Oid } from '../../../src/core/git/oid.ts';
import { gitBytes, gitText } from './git-run.ts';

/** What a commit does to one path, seen from its first parent. */
export interface SourceChange {
  readonly path: string;
  /** Undefined: it is removed. */
  readonly file: { readonly mode: string; readonly oid: Oid } | undefined;
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
  readonly blobs: ReadonlyMap<Oid, Buffer>;
}

/** Of each commit that has any here: its parents. */
type Graph = ReadonlyMap<Oid, readonly Oid[]>;

/** Reads the history of HEAD. Commits at which a shallow repository ends are left out, all but the mainline's. */
export async function readSource(repository: string): Promise<Source> {
  const listed = await gitText(repository, ['rev-list', '--first-parent', '--reverse', 'HEAD']);
  const mainline = listed.trimEnd().split('\n') as Oid[];
  const [rootOid] = mainline;
  if (rootOid === undefined) throw new Error('The repository has no history.');
  const graph = await readGraph(repository);
  const order = stepsOf(mainline, graph);
  const oids = order.flat();
  const commits = await readObjects(repository, [rootOid, ...oids]);
  const changes = await readChanges(repository, oids, graph);
  const told = (oid: Oid): SourceCommit => ({
    commit: commitOf(commits, oid),
    changes: changes.get(oid) ?? [],
  });
  const root = {
    commit: commitOf(commits, rootOid),
    changes: await differences(repository, emptyTree('sha1'), rootOid),
  };
  const back = await differences(repository, 'HEAD', rootOid, 'AD');
  const steps = order.map((step) => step.map(told));
  const named = [...root.changes, ...back, ...steps.flat().flatMap((one) => one.changes)];
  return { root, steps, back, blobs: await readBlobs(repository, named) };
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

function commitOf(commits: ReadonlyMap<Oid, Buffer>, oid: Oid): Commit {
  const parsed = parseCommit(commits.get(oid) ?? Buffer.alloc(0), 'sha1');
  if (!parsed.ok) throw new Error(`Commit ${oid} cannot be told again: ${parsed.malformation.message}`);
  return parsed.value;
}

const rawDifference = ['diff-tree', '-r', '--raw', '-z', '--no-renames'];

/** All of them, or of the kinds named only (git-diff(1), --diff-filter). */
async function differences(
  repository: string,
  from: string,
  to: string,
  kinds = 'AMTD',
): Promise<readonly SourceChange[]> {
  const printed = await gitText(repository, [...rawDifference, `--diff-filter=${kinds}`, from, to]);
  return changesIn(printed).get(undefined) ?? [];
}

/** Of each commit, from what its first parent has. */
async function readChanges(
  repository: string,
  oids: readonly Oid[],
  graph: Graph,
): Promise<ReadonlyMap<string | undefined, readonly SourceChange[]>> {
  const pairs = oids.map((oid) => `${oid} ${graph.get(oid)?.[0] ?? ''}\n`);
  return changesIn(await gitText(repository, [...rawDifference, '--stdin'], pairs.join('')));
}

/** By the commit that they stand behind: `:100644 100644 ID ID M` and a path in turn. */
function changesIn(printed: string): ReadonlyMap<string | undefined, readonly SourceChange[]> {
  const changes = new Map<string | undefined, SourceChange[]>();
  const fields = printed.split('\0').values();
  let list: SourceChange[] = [];
  changes.set(undefined, list);
  for (const field of fields) {
    if (field.startsWith(':')) {
      const [, mode = '', , oid = '', status] = field.split(' ');
      const path = fields.next().value ?? '';
      list.push({ path, file: status === 'D' ? undefined : { mode, oid: oid as Oid } });
    } else {
      list = [];
      changes.set(field, list);
    }
  }
  return changes;
}

/** Those that are no links to commits of elsewhere. */
function readBlobs(repository: string, changes: readonly SourceChange[]): Promise<ReadonlyMap<Oid, Buffer>> {
  const named = changes.flatMap(({ file }) =>
    file === undefined || file.mode === '160000' ? [] : [file.oid],
  );
  return readObjects(repository, [...new Set(named)]);
}

async function readObjects(repository: string, oids: readonly Oid[]): Promise<ReadonlyMap<Oid, Buffer>> {
  const answer = Buffer.from(await gitBytes(repository, ['cat-file', '--batch'], `${oids.join('\n')}\n`));
  const objects = new Map<Oid, Buffer>();
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf('\n', at);
    const [oid = '', , size] = answer.toString('latin1', at, end).split(' ');
    const content = answer.subarray(end + 1, end + 1 + Number(size));
    objects.set(oid as Oid, content);
    at = end + 1 + content.length + 1;
  }
  return objects;
}
