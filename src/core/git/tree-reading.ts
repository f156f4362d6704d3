import { Fault } from '../fault.ts';
import type { ObjectStore } from '../ports.ts';
import { maximumTreeBytes } from './limits.ts';
import { malformedObject, missingObject, oversizedObject } from './object-faults.ts';
import { type Commit, parseCommit } from './object.ts';
import { oidOf, type ObjectFormat, type Oid } from './oid.ts';
import { viewTree } from './tree-form.ts';
import type { TreeView } from './tree-view.ts';

/** All that reading trees takes of a repository. */
export type ObjectSource = Pick<ObjectStore, 'format' | 'read' | 'foresee'>;

/** What was read last from a repository: the folder of all packages is needed again for the next step. */
class RecentTrees {
  /** Of commits. */
  readonly roots = new Map<Oid, Oid>();
  /** The last large tree: most likely the next one differs from it in a few entries. */
  large: TreeView | undefined;
  private readonly trees = new Map<Oid, TreeView>();
  /** Trees that are being read: steps are read ahead side by side, and neighbours ask for the same ones. */
  private readonly awaited = new Map<Oid, Promise<TreeView>>();
  private bytes = 0;

  async get(oid: Oid, read: () => Promise<TreeView>): Promise<TreeView> {
    const known = this.trees.get(oid) ?? this.awaited.get(oid);
    if (known !== undefined) return known;
    const reading = read();
    this.awaited.set(oid, reading);
    try {
      const tree = await reading;
      this.add(oid, tree);
      return tree;
    } finally {
      this.awaited.delete(oid);
    }
  }

  private add(oid: Oid, tree: TreeView): void {
    if (this.trees.has(oid)) return;
    this.trees.set(oid, tree);
    if (tree.content.length >= largeTree) this.large = tree;
    this.bytes += tree.content.length;
    if (this.bytes > recentBytes) this.forget();
  }

  /** Many at once: whoever looks for a map's first key passes the places of all that were deleted lately. */
  private forget(): void {
    for (const [oldest, { content }] of this.trees) {
      if (this.bytes <= recentBytes / 2) break;
      this.trees.delete(oldest);
      this.bytes -= content.length;
    }
  }
}

/** Twice what the steps that are read ahead need of opam-repository's folder of packages, which has 174 kB. */
const recentBytes = 16 * 1024 * 1024;
/** From so many bytes on, a tree is read by its likeness to another. */
const largeTree = 8 * 1024;
/** So many commits are remembered with their trees. */
const recentRoots = 1024;
const recent = new WeakMap<ObjectSource, RecentTrees>();

/** The entries of a tree, strictly read. Missing, damaged, malformed and oversized trees are Faults. */
export async function readTree(store: ObjectSource, oid: Oid): Promise<TreeView> {
  const trees = recentOf(store);
  return trees.get(oid, () => readNewTree(store, oid, trees));
}

/**
 * {@link readTree} for a tree that can be made: it is read only where the bytes that are made have another id. Whoever
 * asks for it meanwhile gets it, too.
 */
export function treeMadeOrRead(
  store: ObjectSource,
  oid: Oid,
  make: () => Promise<{ readonly content: Uint8Array; readonly similar: TreeView } | undefined>,
): Promise<TreeView> {
  const trees = recentOf(store);
  return trees.get(oid, async () => {
    const made = await make();
    return made !== undefined && oidOf('tree', made.content, store.format) === oid
      ? viewed(oid, made.content, store.format, made.similar)
      : readNewTree(store, oid, trees);
  });
}

function recentOf(store: ObjectSource): RecentTrees {
  const trees = recent.get(store) ?? new RecentTrees();
  recent.set(store, trees);
  return trees;
}

async function readNewTree(store: ObjectSource, oid: Oid, { large }: RecentTrees): Promise<TreeView> {
  const object = await store.read(oid);
  if (object === undefined) throw missingObject(oid);
  const { type, content } = object;
  if (type !== 'tree') throw malformedObject(oid, `It stands where a tree belongs but is a ${type}.`);
  return viewed(oid, content, store.format, content.length < largeTree ? undefined : large);
}

function viewed(
  oid: Oid,
  content: Uint8Array,
  format: ObjectFormat,
  similar: TreeView | undefined,
): TreeView {
  if (content.length > maximumTreeBytes) throw oversizedObject(oid, maximumTreeBytes);
  const tree = viewTree(content, format, similar);
  if (!tree.ok) throw malformedObject(oid, tree.malformation.message);
  return tree.value;
}

/** The tree of a commit, or the tree itself. Tags are not followed. */
export async function treeOf(store: ObjectSource, treeish: Oid): Promise<Oid> {
  const known = recentOf(store).roots.get(treeish);
  if (known !== undefined) return known;
  const object = await store.read(treeish);
  if (object?.type === 'tree') return treeish;
  if (object === undefined) throw missingObject(treeish);
  if (object.type !== 'commit') {
    throw new Fault(
      'revision.not-found',
      `${treeish} is a ${object.type}, not a commit.`,
      'Give the id of a commit.',
    );
  }
  const commit = parseCommit(object.content, store.format);
  if (!commit.ok) throw malformedObject(treeish, commit.malformation.message);
  rememberTree(store, commit.value);
  return commit.value.tree;
}

/** Spares {@link treeOf} from reading a commit that was read already. */
export function rememberTree(store: ObjectSource, { oid, tree }: Pick<Commit, 'oid' | 'tree'>): void {
  const { roots } = recentOf(store);
  roots.set(oid, tree);
  for (const oldest of roots.keys()) {
    if (roots.size <= recentRoots) break;
    roots.delete(oldest);
  }
}
