import type { Commit } from '../git/object.ts';
import type { Oid } from '../git/oid.ts';
import type { ObjectStore, PathChange, RepositoryPath } from '../ports.ts';
import type { Finding } from '../report/report.ts';
import type { CommitGraph } from './graph.ts';
import { isFinding, malformedObject, readCommit } from './read-commit.ts';
import { once, readSide, shape, type StepSide } from './side.ts';
import { boundedChanges, byPath, type SideMaterial } from './side-material.ts';

/**
 * Everything about one step P → M that has to be read before it can be judged. `commit` is undefined for the
 * step that merging a pull request would make: its M does not exist yet.
 */
export interface Step {
  readonly parent: Oid;
  readonly oid: Oid;
  readonly commit: Commit | undefined;
  readonly changes: readonly PathChange[];
  readonly side: StepSide | undefined;
  /** Paths that an imagined merge cannot merge, because the mainline changed them too; empty for a real step. */
  readonly conflicts: readonly RepositoryPath[];
}

export type StepReading =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'refused'; readonly oid: Oid; readonly finding: Finding };

/** Reads the step that ends in mainline commit `oid`, number `index` of the mainline that the graph follows. */
export async function readStep(
  store: ObjectStore,
  graph: CommitGraph,
  parent: Oid,
  oid: Oid,
  index: number,
): Promise<StepReading> {
  const reading = await readCommit(store, oid);
  if (isFinding(reading)) return { kind: 'refused', oid, finding: reading };
  if (!reading.ok) return { kind: 'refused', oid, finding: malformedObject(oid, reading.malformation) };
  const { commit } = reading;
  if (commit.parents[0] !== parent) {
    return refuse(oid, `Commit ${oid} names other parents in its bytes than the walk over history found.`);
  }
  if (commit.parents.length > 2) {
    return refuse(oid, `Commit ${oid} merges ${commit.parents.length - 1} sides at once (an octopus merge).`);
  }
  const [, second] = commit.parents;
  // Asked for first, so that neighbouring steps are compared one after the other.
  const comparison = boundedChanges((before, after) => store.changes(before, after), parent, oid, oid);
  comparison.catch(() => undefined);
  const side = second === undefined ? undefined : await readSide(store, graph, oid, second, index);
  if (side !== undefined && 'code' in side) return { kind: 'refused', oid, finding: side };
  const changes = await comparison;
  if ('code' in changes) return { kind: 'refused', oid, finding: changes };
  const explained = side && {
    ...side,
    material: once(async () => withExcess(store, oid, await side.material(), changes)),
  };
  return { kind: 'step', step: { parent, oid, commit, changes, side: explained, conflicts: [] } };
}

/** Where a merge changes more than its side did, how it differs from the side tells what it did. */
async function withExcess(
  store: ObjectStore,
  oid: Oid,
  side: SideMaterial | Finding,
  changes: readonly PathChange[],
): Promise<SideMaterial | Finding> {
  if ('code' in side || changes.every(({ path }) => side.changes.has(path))) return side;
  return { ...side, fromHead: byPath(await store.changes(side.side.head, oid)) };
}

/**
 * The step that merging `head` into `base` would make: for each path that only the side changed, the side's
 * entry. A path that both changed differently is a conflict. The keyring folder merges as a whole or not at all,
 * since its files vouch for each other.
 */
export async function readWouldBeMerge(
  store: ObjectStore,
  graph: CommitGraph,
  base: Oid,
  head: Oid,
): Promise<StepReading> {
  const side = await readSide(store, graph, head, head, 1);
  if ('code' in side) return { kind: 'refused', oid: head, finding: side };
  const material = await side.material();
  if ('code' in material) return { kind: 'refused', oid: head, finding: material };
  const meanwhile = byPath(await store.changes(side.side.base, base));
  const keyringMoved = [...meanwhile.keys()].some(isKeyringPath);
  const changes: PathChange[] = [];
  const conflicts: RepositoryPath[] = [];
  for (const change of material.changes.values()) {
    const other = meanwhile.get(change.path);
    const contested = other !== undefined || (keyringMoved && isKeyringPath(change.path));
    if (other !== undefined && sameEntry(change.after, other.after)) continue;
    changes.push(
      contested ? { ...change, before: other === undefined ? change.before : other.after } : change,
    );
    if (contested) conflicts.push(change.path);
  }
  return { kind: 'step', step: { parent: base, oid: head, commit: undefined, changes, side, conflicts } };
}

/** Whether a path belongs to the keyring, which changes by its own rule only (trust model, section 3). */
export const isKeyringPath = (path: RepositoryPath): boolean =>
  path === 'keyring' || path.startsWith('keyring/');

/** Whether two entries of a path are the same file: present or absent alike, same mode, same object. */
export function sameEntry(one: PathChange['before'], other: PathChange['before']): boolean {
  return one?.mode === other?.mode && one?.oid === other?.oid;
}

const refuse = (oid: Oid, message: string): StepReading => ({
  kind: 'refused',
  oid,
  finding: shape(oid, message),
});
