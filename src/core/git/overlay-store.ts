import type { CommitLink, ObjectStore, PathChange, Reference, StoredObject } from '../ports.ts';
import { malformedObject } from './object-faults.ts';
import { parseCommit } from './object.ts';
import { type ObjectFormat, type ObjectType, type Oid, oidOf } from './oid.ts';
import { diffTrees } from './tree.ts';

/**
 * A store with objects on top that are in memory only, so that what would be written can be judged before anything
 * is. References are those of the store below; none is ever moved through this.
 */
export class OverlayStore implements ObjectStore {
  readonly format: ObjectFormat;
  readonly #below: ObjectStore;
  readonly #above = new Map<Oid, StoredObject>();

  constructor(below: ObjectStore) {
    this.format = below.format;
    this.#below = below;
  }

  read(oid: Oid): Promise<StoredObject | undefined> {
    const own = this.#above.get(oid);
    return own === undefined ? this.#below.read(oid) : Promise.resolve(own);
  }

  changes(before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]> {
    const own = [before, after].some((one) => one !== undefined && this.#above.has(one));
    return own ? diffTrees(this, before, after) : this.#below.changes(before, after);
  }

  /** Nothing below can have one of these commits as a parent. */
  async *ancestry(tips: readonly Oid[], known: readonly Oid[] = []): AsyncIterable<CommitLink> {
    const [own, leaving] = this.#followed(tips);
    const [knownAbove, knownBelow] = this.#followed(known);
    for (const [oid, parents] of [...own].reverse()) if (!knownAbove.has(oid)) yield { oid, parents };
    yield* this.#below.ancestry([...leaving], [...knownBelow]);
  }

  #followed(tips: readonly Oid[]): readonly [ReadonlyMap<Oid, readonly Oid[]>, ReadonlySet<Oid>] {
    const own = new Map<Oid, readonly Oid[]>();
    const leaving = new Set<Oid>();
    this.#follow(tips, own, leaving);
    return [own, leaving];
  }

  /** Collects the commits in memory, each after its parents, and where they leave for the store below. */
  #follow(tips: readonly Oid[], own: Map<Oid, readonly Oid[]>, leaving: Set<Oid>): void {
    for (const oid of tips) {
      const object = this.#above.get(oid);
      if (object === undefined) leaving.add(oid);
      if (object === undefined || own.has(oid)) continue;
      const commit = parseCommit(object.content, this.format);
      if (!commit.ok) throw malformedObject(oid, commit.malformation.message);
      this.#follow(commit.value.parents, own, leaving);
      own.set(oid, commit.value.parents);
    }
  }

  resolve(revision: string): Promise<Oid | undefined> {
    return this.#below.resolve(revision);
  }

  references(prefix: string): Promise<readonly Reference[]> {
    return this.#below.references(prefix);
  }

  shallow(): Promise<ReadonlySet<Oid>> {
    return this.#below.shallow();
  }

  write(type: ObjectType, content: Uint8Array): Promise<Oid> {
    const oid = oidOf(type, content, this.format);
    this.#above.set(oid, { type, content });
    return Promise.resolve(oid);
  }

  updateReference(name: string, oid: Oid, expected: Oid | undefined): Promise<void> {
    return this.#below.updateReference(name, oid, expected);
  }

  /** Writes the objects into the store below. */
  async keep(): Promise<void> {
    for (const { type, content } of this.#above.values()) await this.#below.write(type, content);
  }

  /** Forgets the objects. The store below stays open: it belongs to whoever opened it. */
  close(): Promise<void> {
    this.#above.clear();
    return Promise.resolve();
  }
}
