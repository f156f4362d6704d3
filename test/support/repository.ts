import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { ObjectFormat, ObjectType, Oid } from '../../src/core/git/oid.ts';
import type { Seconds, TreeEntry } from '../../src/core/ports.ts';
import { commitBytes, folded, treeBytes } from './git-bytes.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

/** What stands at a path: text or bytes (mode 100644), something of another mode, or null to delete. */
export type FileContent =
  string | Uint8Array | { readonly mode: string; readonly content: string | Uint8Array } | TreeEntry | null;

export interface CommitRequest {
  /** None (or left out): a root commit. */
  readonly parents?: readonly Oid[];
  /** Changes on top of the first parent's files. Any path goes, also those that git add refuses; latin1. */
  readonly files?: Readonly<Record<string, FileContent>>;
  /** The whole tree instead of `files`. */
  readonly tree?: Oid;
  readonly message?: string | Uint8Array;
  /** `Name <email>` */
  readonly author?: string;
  readonly committer?: string;
  /** Author and committer time. */
  readonly date: Seconds;
  /** Header lines put between committer and the signature, as they are: `encoding ISO-8859-1`. */
  readonly headers?: readonly string[];
  /** Tags embedded as mergetag headers. */
  readonly mergetags?: readonly Oid[];
  readonly sign?: Sign;
}

export interface TagRequest {
  readonly name: string;
  readonly object: Oid;
  readonly objectType?: ObjectType;
  readonly message?: string;
  /** `Name <email>` */
  readonly tagger?: string;
  readonly date: Seconds;
  readonly sign?: Sign;
  /** The reference to make; `refs/tags/<name>` if left out, none if null. */
  readonly ref?: string | null;
}

/** A detached armored signature over the payload. */
export type Sign = (payload: Uint8Array) => Promise<string> | string;

const alice = 'Alice Example <alice@example.org>';

interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a git process answered; `status` other than 0 is no error here. */
export interface GitAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * A real git repository in a temporary folder, for tests. Objects are written as loose objects by this class
 * itself, so that those that git refuses to make can stand there too; everything else is the real git.
 * Removed after the test file, or by {@link dispose}.
 */
export class TestRepository {
  /** The folder to open: the work tree, or the repository itself if bare. */
  readonly folder: string;
  readonly gitFolder: string;
  readonly format: ObjectFormat;
  private readonly files = new Map<Oid, ReadonlyMap<string, TreeEntry>>();

  private constructor(folder: string, gitFolder: string, format: ObjectFormat) {
    this.folder = folder;
    this.gitFolder = gitFolder;
    this.format = format;
  }

  static async create(
    options: { readonly bare?: boolean; readonly objectFormat?: ObjectFormat } = {},
  ): Promise<TestRepository> {
    const folder = await temporaryFolder();
    const format = options.objectFormat ?? 'sha1';
    const gitFolder = options.bare === true ? folder : join(folder, '.git');
    const repository = new TestRepository(folder, gitFolder, format);
    const bare = options.bare === true ? ['--bare'] : [];
    await repository.git('init', '--quiet', '--initial-branch=main', `--object-format=${format}`, ...bare);
    return repository;
  }

  /** An existing repository, for example the real slice or a clone. */
  static at(folder: string, format: ObjectFormat = 'sha1'): TestRepository {
    const inside = join(folder, '.git');
    return new TestRepository(folder, existsSync(inside) ? inside : folder, format);
  }

  /** Runs git in the folder and returns its standard output without the final newline; throws if it fails. */
  async git(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.tryGit(args);
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.toString().replace(/\n$/, '');
  }

  /** Runs git in the folder and returns whatever it answers. */
  tryGit(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    return new Promise((resolve) => {
      const child = execFile(
        'git',
        args,
        {
          cwd: this.folder,
          encoding: 'buffer',
          maxBuffer: 2 ** 30,
          env: { ...scrubbedEnvironment(this.folder), ...options.env },
        },
        (error, stdout, stderr) => {
          const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ status, stdout, stderr: stderr.toString() });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input ?? '');
    });
  }

  /** The stored bytes of an object. */
  async read(oid: Oid): Promise<Uint8Array> {
    const type = await this.git('cat-file', '-t', oid);
    return (await this.tryGit(['cat-file', type, oid])).stdout;
  }

  /** Stores any bytes as an object of any type, well-formed or not, and returns its id. */
  async writeObject(type: ObjectType, content: string | Uint8Array): Promise<Oid> {
    const stored = Buffer.concat([
      Buffer.from(`${type} ${Buffer.byteLength(content)}\0`),
      Buffer.from(content),
    ]);
    const oid = createHash(this.format).update(stored).digest('hex') as Oid;
    const path = join(this.gitFolder, 'objects', oid.slice(0, 2), oid.slice(2));
    if (!existsSync(path)) {
      await mkdir(dirname(path), { recursive: true });
      const unfinished = `${path}.${randomUUID()}`;
      await writeFile(unfinished, deflateSync(stored, { level: 1 }));
      await rename(unfinished, path);
    }
    return oid;
  }

  /** Stores a tree of these files. */
  async writeTree(files: Readonly<Record<string, FileContent>>): Promise<Oid> {
    return this.treeOf(await this.changed(new Map(), files));
  }

  /** Makes a commit, with a signature over its payload in a gpgsig header if `sign` is given. */
  async commitFiles(request: CommitRequest): Promise<Oid> {
    const parents = request.parents ?? [];
    const [first] = parents;
    const before = first === undefined ? new Map<string, TreeEntry>() : await this.filesOf(first);
    const files = await this.changed(before, request.files ?? {});
    const tree = request.tree ?? (await this.treeOf(files));
    const head = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${request.author ?? alice} ${request.date} +0000`,
      `committer ${request.committer ?? request.author ?? alice} ${request.date} +0000`,
    ];
    const mergetags: Uint8Array[] = [];
    for (const oid of request.mergetags ?? []) mergetags.push(folded('mergetag', await this.read(oid)));
    const tail = [...mergetags, ...(request.headers ?? [])];
    const message = Buffer.from(request.message ?? 'Change\n');
    const payload = commitBytes([...head, ...tail], message);
    const armored = await request.sign?.(payload);
    const signed = armored === undefined ? [] : [folded(this.signatureHeader, armored)];
    const oid = await this.writeObject('commit', commitBytes([...head, ...tail, ...signed], message));
    if (request.tree === undefined) this.files.set(oid, files);
    return oid;
  }

  /** Merges `side` into `into`, with the tree that git's clean merge gives unless `tree` or `files` is given. */
  async merge(
    request: Omit<CommitRequest, 'parents'> & { readonly into: Oid; readonly side: Oid },
  ): Promise<Oid> {
    const { into, side } = request;
    const given = request.tree !== undefined || request.files !== undefined;
    const clean = given ? {} : { tree: (await this.git('merge-tree', '--write-tree', into, side)) as Oid };
    return this.commitFiles({ message: 'Merge\n', ...clean, ...request, parents: [into, side] });
  }

  /** Makes an annotated tag and its reference, signed if `sign` is given. */
  async tag(request: TagRequest): Promise<Oid> {
    const { name, object, objectType = 'commit', message = 'Tag\n', tagger = alice, date, sign } = request;
    const payload = Buffer.from(
      `object ${object}\ntype ${objectType}\ntag ${name}\ntagger ${tagger} ${date} +0000\n\n${message}`,
    );
    const armored = (await sign?.(payload)) ?? '';
    const oid = await this.writeObject('tag', Buffer.concat([payload, Buffer.from(armored)]));
    if (request.ref !== null) await this.ref(request.ref ?? `refs/tags/${name}`, oid);
    return oid;
  }

  /** Points a reference at an object, whatever stood there. */
  async ref(name: string, oid: Oid): Promise<void> {
    await this.git('update-ref', name, oid);
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get signatureHeader(): string {
    return this.format === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  }

  /** Every file below a commit or tree, by its path. */
  private async filesOf(treeish: Oid): Promise<ReadonlyMap<string, TreeEntry>> {
    const known = this.files.get(treeish);
    if (known !== undefined) return known;
    const listing = (await this.tryGit(['ls-tree', '-r', '-z', '--full-tree', treeish])).stdout.toString(
      'latin1',
    );
    const entries = listing.split('\0').slice(0, -1);
    return new Map(
      entries.map((entry) => {
        const [about = '', path = ''] = entry.split('\t');
        const [mode = '', , oid = ''] = about.split(' ');
        return [path, { mode, oid: oid as Oid }];
      }),
    );
  }

  private async changed(
    before: ReadonlyMap<string, TreeEntry>,
    files: Readonly<Record<string, FileContent>>,
  ): Promise<ReadonlyMap<string, TreeEntry>> {
    const after = new Map(before);
    for (const [path, content] of Object.entries(files)) {
      if (content === null) after.delete(path);
      else after.set(path, await this.entryFor(content));
    }
    return after;
  }

  private async entryFor(content: NonNullable<FileContent>): Promise<TreeEntry> {
    if (typeof content === 'string' || content instanceof Uint8Array) {
      return { mode: '100644', oid: await this.writeObject('blob', content) };
    }
    return 'oid' in content
      ? content
      : { mode: content.mode, oid: await this.writeObject('blob', content.content) };
  }

  private async treeOf(files: ReadonlyMap<string, TreeEntry>): Promise<Oid> {
    const here = new Map<string, TreeEntry>();
    const below = new Map<string, Map<string, TreeEntry>>();
    for (const [path, entry] of files) {
      const slash = path.indexOf('/');
      if (slash < 0) {
        here.set(path, entry);
        continue;
      }
      const folder = below.get(path.slice(0, slash)) ?? new Map<string, TreeEntry>();
      below.set(path.slice(0, slash), folder.set(path.slice(slash + 1), entry));
    }
    for (const [name, inside] of below) here.set(name, { mode: '40000', oid: await this.treeOf(inside) });
    return this.writeObject('tree', treeBytes(here));
  }
}

/** The folder with the real data, where there is one (OPAM_SIGNET_DATA). */
export const dataFolder = process.env['OPAM_SIGNET_DATA'];

let slice: Promise<TestRepository> | undefined;

/**
 * A slice of the real ocaml/opam-repository, unpacked once for a test file; undefined without
 * OPAM_SIGNET_DATA. Read only: nothing may be written to it.
 */
export function realSlice(): Promise<TestRepository> | undefined {
  if (dataFolder === undefined) return undefined;
  slice ??= unpack(join(dataFolder, 'opam-repository.git.tar'));
  return slice;
}

async function unpack(archive: string): Promise<TestRepository> {
  const folder = await temporaryFolder();
  await new Promise<void>((resolve, reject) => {
    execFile('tar', ['-xf', archive, '-C', folder], (error) => {
      if (error === null) resolve();
      else reject(new Error(`${archive} cannot be unpacked`, { cause: error }));
    });
  });
  return TestRepository.at(join(folder, 'opam-repository.git'));
}
