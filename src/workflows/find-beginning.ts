import type { CommitGraph } from '../core/chain/graph.ts';
import { isKeyringPath } from '../core/chain/step.ts';
import type { Oid } from '../core/git/oid.ts';
import { entryAt } from '../core/git/tree.ts';
import type { ObjectStore } from '../core/ports.ts';
import { type Finding, finding } from '../core/report/report.ts';
import { keyringPath } from '../core/trust/keyring-state.ts';

/**
 * The oldest commit of the mainline that has a keyring file. The whole mainline is searched: a keyring that was
 * taken away and put back would otherwise be taken for the first one.
 */
export async function firstWithKeyring(
  store: ObjectStore,
  graph: CommitGraph,
  head: Oid,
): Promise<Oid | undefined> {
  let first: Oid | undefined;
  for (const commit of graph.firstParents(head)) {
    if (await hasKeyring(store, commit)) first = commit;
  }
  return first;
}

/**
 * Why a beginning that nobody has named can't be taken for granted: signed history had begun before it. Whoever may
 * push could merge all of it into a branch of their own that has left the mainline before; what such a merge takes from
 * its first parent was signed by nobody (trust model, section 3.8).
 */
export async function begunBefore(
  store: ObjectStore,
  graph: CommitGraph,
  start: Oid,
): Promise<Finding | undefined> {
  const [first, second] = graph.parents(start);
  if (first === undefined) return undefined;
  const before = ancestorsOf(graph, first);
  const mainline = new Set(graph.firstParents(first));
  const merged = [...before].filter((commit) => !mainline.has(commit));
  const earlier = await oneWithKeyring(store, merged);
  if (earlier !== undefined) return begun(start, earlier);
  const side = second === undefined ? [] : [...ancestorsOf(graph, second, before)];
  const proposed = await oneWithKeyring(store, side);
  if (proposed === undefined) return undefined;
  // The keyring came by a pull request of its own.
  for (const commit of [start, ...side]) {
    if (!(await changesKeyringAlone(store, graph, commit, commit === start))) return begun(start, proposed);
  }
  return undefined;
}

const begun = (start: Oid, earlier: Oid): Finding =>
  finding(
    'history.begun-before',
    { object: start },
    `Commit ${start} is the first of the mainline that has a keyring file, but ${earlier}, which it descends from, had one before.`,
  );

const hasKeyring = async (store: ObjectStore, commit: Oid): Promise<boolean> =>
  (await entryAt(store, commit, keyringPath)) !== undefined;

async function oneWithKeyring(store: ObjectStore, commits: Iterable<Oid>): Promise<Oid | undefined> {
  for (const commit of commits) if (await hasKeyring(store, commit)) return commit;
  return undefined;
}

/** Other merges than the beginning only bring in what has a commit of its own. */
async function changesKeyringAlone(
  store: ObjectStore,
  graph: CommitGraph,
  commit: Oid,
  isBeginning: boolean,
): Promise<boolean> {
  const [first, second] = graph.parents(commit);
  if (second !== undefined && !isBeginning) return true;
  return (await store.changes(first, commit)).every(({ path }) => isKeyringPath(path));
}

/** A commit and all that it descends from, newest first, without those that are known. */
function ancestorsOf(graph: CommitGraph, from: Oid, known: ReadonlySet<Oid> = new Set()): ReadonlySet<Oid> {
  const found = new Set<Oid>();
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at) || known.has(at)) continue;
    found.add(at);
    waiting.push(...graph.parents(at));
  }
  return found;
}
