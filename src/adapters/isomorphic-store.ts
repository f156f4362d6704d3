import fs from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import git, { type ReadObjectResult } from 'isomorphic-git';
import { Fault } from '../core/fault.ts';
import { maximumChanges } from '../core/git/limits.ts';
import { damagedObject, malformedObject, missingObject, oversizedObject } from '../core/git/object-faults.ts';
import { parseCommit } from '../core/git/object.ts';
import { oidOf, parseOid, type ObjectType, type Oid } from '../core/git/oid.ts';
import { requireReferenceName } from '../core/git/reference.ts';
import { resolveRevision } from '../core/git/revision.ts';
import { diffTrees } from '../core/git/tree.ts';
import {
  maximumObjectBytes,
  type CommitLink,
  type ObjectStore,
  type PathChange,
  type Reference,
  type StoredObject,
} from '../core/ports.ts';
import { ReferenceFiles } from './reference-files.ts';
import { readShallow, readText, type RepositoryFolder } from './repository-folder.ts';

export interface IsomorphicStoreOptions {
  readonly maximumObjectBytes?: number;
  readonly maximumChanges?: number;
}

/**
 * What is used of isomorphic-git to reach the bytes. It calls both functions outdated in favour of such that parse
 * and print objects, which is just what must not happen here.
 */
interface ByteStore {
  readObject(place: {
    readonly fs: typeof fs;
    readonly gitdir: string;
    readonly oid: string;
    readonly format: 'content';
    readonly cache: object;
  }): Promise<ReadObjectResult>;
  writeObject(place: {
    readonly fs: typeof fs;
    readonly gitdir: string;
    readonly type: ObjectType;
    readonly object: Uint8Array;
    readonly format: 'content';
  }): Promise<string>;
}

const byteStore: ByteStore = git;

const format = 'sha1';

/** After so many bytes read, isomorphic-git's cache is dropped: it keeps everything that it ever inflated. */
const cacheBytes = 256 * 1024 * 1024;

/**
 * A repository without any git installed. isomorphic-git is no more than a store of bytes here: its own reading
 * of commits and trees changes them (trust model, section 2.1).
 */
export class IsomorphicStore implements ObjectStore {
  readonly format = format;
  private readonly folder: RepositoryFolder;
  private readonly files: ReferenceFiles;
  private readonly options: IsomorphicStoreOptions;
  private cache = {};
  private cached = 0;

  private constructor(folder: RepositoryFolder, options: IsomorphicStoreOptions) {
    this.folder = folder;
    this.files = new ReferenceFiles(folder.gitFolder, format);
    this.options = options;
  }

  static async open(
    folder: RepositoryFolder,
    options: IsomorphicStoreOptions = {},
  ): Promise<IsomorphicStore> {
    const obstacle = await unsupported(folder);
    if (obstacle === undefined) return new IsomorphicStore(folder, options);
    throw new Fault(
      'repository.unsupported',
      `The repository ${folder.gitFolder} ${obstacle}, which can't be read without git.`,
      'Install git; opam-signet then uses it by itself.',
    );
  }

  async read(oid: Oid): Promise<StoredObject | undefined> {
    if (parseOid(oid, format) === undefined) return undefined;
    const object = await this.readUnchecked(oid);
    if (object === undefined) return undefined;
    const limit = this.options.maximumObjectBytes ?? maximumObjectBytes;
    if (object.content.length > limit) throw oversizedObject(oid, limit);
    if (oidOf(object.type, object.content, format) !== oid)
      throw damagedObject(oid, 'Its bytes have another id.');
    return object;
  }

  changes(before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]> {
    return diffTrees(this, before, after, this.options.maximumChanges ?? maximumChanges);
  }

  /** Reads all of the history before it yields the first commit, as only then is known who is whose parent. */
  async *ancestry(tips: readonly Oid[], known: readonly Oid[] = []): AsyncIterable<CommitLink> {
    const links = await this.reachable(tips, await this.reachable(known, new Map()));
    const children = new Map<Oid, number>();
    for (const { parents } of links.values()) {
      for (const parent of parents) children.set(parent, (children.get(parent) ?? 0) + 1);
    }
    const ready = [...links.values()].filter(({ oid }) => !children.has(oid)).reverse();
    for (let link = ready.pop(); link !== undefined; link = ready.pop()) {
      yield link;
      for (const parent of link.parents) {
        const waiting = (children.get(parent) ?? 0) - 1;
        children.set(parent, waiting);
        const next = links.get(parent);
        if (waiting === 0 && next !== undefined) ready.push(next);
      }
    }
  }

  resolve(revision: string): Promise<Oid | undefined> {
    return resolveRevision(
      {
        format,
        has: async (oid) => (await this.readUnchecked(oid)) !== undefined,
        head: () => this.files.read('HEAD'),
        fetched: () => this.files.fetched(),
        references: (prefix) => this.references(prefix),
        startingWith: (digits) => this.startingWith(digits),
      },
      revision,
    );
  }

  async references(prefix: string): Promise<readonly Reference[]> {
    return (await this.files.all()).filter(({ name }) => name.startsWith(prefix));
  }

  shallow(): Promise<ReadonlySet<Oid>> {
    return readShallow(this.folder, format);
  }

  async write(type: ObjectType, content: Uint8Array): Promise<Oid> {
    const { gitFolder: gitdir } = this.folder;
    try {
      await byteStore.writeObject({ fs, gitdir, type, object: content, format: 'content' });
    } catch (error) {
      throw new Fault(
        'file.failed',
        `A ${type} can't be written to ${gitdir}.`,
        'Check who may write there.',
        error,
      );
    }
    return oidOf(type, content, format);
  }

  async updateReference(name: string, oid: Oid, expected: Oid | undefined): Promise<void> {
    requireReferenceName(name);
    await this.files.update(name, oid, expected);
  }

  close(): Promise<void> {
    this.cache = {};
    return Promise.resolve();
  }

  private async readUnchecked(oid: Oid): Promise<StoredObject | undefined> {
    const { gitFolder: gitdir } = this.folder;
    try {
      const found = await byteStore.readObject({ fs, gitdir, oid, format: 'content', cache: this.cache });
      if (found.format !== 'content') throw damagedObject(oid, 'It could not be unpacked.');
      this.account(found.object.length);
      return { type: found.type, content: found.object };
    } catch (error) {
      if (error instanceof git.Errors.NotFoundError) return undefined;
      throw error instanceof Fault ? error : damagedObject(oid, String(error), error);
    }
  }

  private account(bytes: number): void {
    this.cached += bytes;
    if (this.cached < cacheBytes) return;
    this.cache = {};
    this.cached = 0;
  }

  private async reachable(
    tips: readonly Oid[],
    known: ReadonlyMap<Oid, CommitLink>,
  ): Promise<ReadonlyMap<Oid, CommitLink>> {
    const boundary = await this.shallow();
    const links = new Map<Oid, CommitLink>();
    const pending = [...tips];
    for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
      if (links.has(oid) || known.has(oid)) continue;
      const object = await this.read(oid);
      if (object === undefined) throw missingObject(oid);
      const commit = parseCommit(object.content, format);
      if (!commit.ok) throw malformedObject(oid, commit.malformation.message);
      const { parents } = commit.value;
      links.set(oid, { oid, parents });
      if (!boundary.has(oid)) pending.push(...parents);
    }
    return links;
  }

  private async startingWith(digits: string): Promise<readonly Oid[]> {
    const { gitFolder: gitdir } = this.folder;
    try {
      const oid = await git.expandOid({ fs, gitdir, oid: digits, cache: this.cache });
      return [oid].flatMap((id) => parseOid(id, format) ?? []);
    } catch (error) {
      if (error instanceof git.Errors.NotFoundError) return [];
      if (error instanceof git.Errors.AmbiguousError)
        return error.data.matches.flatMap((id) => parseOid(id, format) ?? []);
      throw new Fault(
        'file.failed',
        `The objects of ${gitdir} can't be listed.`,
        'Run git fsck --full.',
        error,
      );
    }
  }
}

/** What about this repository isomorphic-git would read wrongly or not at all, as the rest of a sentence. */
async function unsupported({ gitFolder, commonFolder }: RepositoryFolder): Promise<string | undefined> {
  if (gitFolder !== commonFolder) return 'is a linked worktree';
  if ((await readText(join(gitFolder, 'objects', 'info', 'alternates'))) !== undefined) {
    return 'borrows objects from another one (objects/info/alternates)';
  }
  const setting = (path: string): Promise<unknown> => git.getConfig({ fs, gitdir: gitFolder, path });
  if (((await setting('extensions.objectformat')) ?? format) !== format) return 'does not use SHA-1';
  if (((await setting('extensions.refstorage')) ?? 'files') !== 'files')
    return 'does not keep references in files';
  const packs = await readdir(join(gitFolder, 'objects', 'pack'));
  const partial = packs.some((file) => file.endsWith('.promisor'));
  if (partial || (await setting('extensions.partialclone')) !== undefined) return 'is a partial clone';
  return undefined;
}
