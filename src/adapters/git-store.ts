import { Fault } from '../core/fault.ts';
import { maximumChanges } from '../core/git/limits.ts';
import { damagedObject, malformedObject, missingObject, withheldObject } from '../core/git/object-faults.ts';
import { parseCommit } from '../core/git/object.ts';
import { oidOf, parseOid, type ObjectFormat, type ObjectType, type Oid } from '../core/git/oid.ts';
import { referenceMoved, requireReferenceName } from '../core/git/reference.ts';
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
import { gitFailed, GitCommand } from './git-command.ts';
import { Conversation } from './git-conversation.ts';
import { DifferencesReader, endOfAnswer, type DifferencesAnswer } from './git-differences.ts';
import { ObjectReader, type ObjectAnswer } from './git-objects.ts';
import type { Environment, ProcessEnd } from './process.ts';
import { readShallow, type RepositoryFolder } from './repository-folder.ts';

export interface GitStoreOptions {
  /** The whole path of git. */
  readonly git: string;
  readonly environment: Environment;
  readonly maximumObjectBytes?: number;
  readonly maximumChanges?: number;
  /** So many comparisons are made before git is asked to foresee their outcome. */
  readonly patience?: number;
}

/** Starting another git takes longer than comparing a few trees without its help. */
const usualPatience = 64;

/**
 * A repository read by the installed git: a long-lived `cat-file --batch` with many questions under way, and for long
 * histories a `diff-tree --stdin`. Only whole ids and constants ever reach git; a user's words don't.
 */
export class GitStore implements ObjectStore {
  readonly format: ObjectFormat;
  private readonly folder: RepositoryFolder;
  private readonly command: GitCommand;
  private readonly objects: Conversation<ObjectAnswer>;
  private readonly differences: Conversation<DifferencesAnswer>;
  private readonly maximumChanges: number;
  private patience: number;

  private constructor(
    folder: RepositoryFolder,
    command: GitCommand,
    format: ObjectFormat,
    options: GitStoreOptions,
  ) {
    this.folder = folder;
    this.command = command;
    this.format = format;
    this.objects = new Conversation({
      start: () => command.start(['cat-file', '--batch']),
      reader: () => new ObjectReader(options.maximumObjectBytes ?? maximumObjectBytes),
      explain: (question, end) => whyUnread(question.trimEnd(), end),
    });
    this.differences = new Conversation({
      start: () => command.start(['diff-tree', '--stdin', '-t', '-r', '--raw', '-z', '--no-renames']),
      reader: () => new DifferencesReader(format),
      explain: (question, end) => whyUnread(question, end),
    });
    this.maximumChanges = options.maximumChanges ?? maximumChanges;
    this.patience = options.patience ?? usualPatience;
  }

  static async open(folder: RepositoryFolder, options: GitStoreOptions): Promise<GitStore> {
    const command = new GitCommand(options.git, folder.gitFolder, options.environment);
    const { status, stdout, stderr } = await command.run(['rev-parse', '--show-object-format']);
    const format = Buffer.from(stdout).toString('latin1').trimEnd();
    if (status === 0 && (format === 'sha1' || format === 'sha256')) {
      return new GitStore(folder, command, format, options);
    }
    throw new Fault(
      'repository.unsupported',
      `git can't open the repository ${folder.gitFolder}. ${stderr}`.trimEnd(),
      'Run git status there to see what is wrong with it.',
    );
  }

  async read(oid: Oid): Promise<StoredObject | undefined> {
    if (parseOid(oid, this.format) === undefined) return undefined;
    const answer = await this.objects.ask(`${oid}\n`);
    if (answer !== 'missing') {
      // Git does not check the id of what it finds in a pack.
      if (oidOf(answer.type, answer.content, this.format) === oid) return answer;
      throw damagedObject(oid, 'Its bytes have another id.');
    }
    // For a damaged object, cat-file says "missing" too, and the reason on stderr.
    const { stderr } = await this.command.run(['cat-file', '-t', oid]);
    if (stderr.includes('error:')) throw damagedObject(oid, stderr);
    return undefined;
  }

  /**
   * Not by git diff-tree alone: it checks neither ids nor the form of trees, and a tree of a few kilobytes that holds
   * itself many times over keeps it busy for hours.
   */
  changes(before: Oid | undefined, after: Oid | undefined): Promise<readonly PathChange[]> {
    return diffTrees(this, before, after, this.maximumChanges);
  }

  async foresee(before: Oid, after: Oid): Promise<readonly PathChange[] | undefined> {
    if (this.patience > 0) {
      this.patience -= 1;
      return undefined;
    }
    if ([before, after].some((oid) => parseOid(oid, this.format) === undefined)) return undefined;
    try {
      const answer = await this.differences.ask(`${after} ${before}\n${endOfAnswer}`);
      return answer === 'unusable' ? undefined : answer;
    } catch (error) {
      // Git ended at what can't be read. Reading it, which comes next, tells why.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  /** Git's answers here are not hashed: whoever judges a commit reads it. */
  async *ancestry(tips: readonly Oid[], known: readonly Oid[] = []): AsyncIterable<CommitLink> {
    const isOid = (oid: Oid): boolean => parseOid(oid, this.format) !== undefined;
    const wanted = tips.filter(isOid);
    if (wanted.length === 0) return;
    const boundary = await this.shallow();
    const walk = this.command.start(['rev-list', '--topo-order', '--parents', '--stdin']);
    walk.send(
      [...wanted, ...known.filter(isOid).map((oid) => `^${oid}`)].map((line) => `${line}\n`).join(''),
    );
    walk.finish();
    try {
      for await (const line of linesOf(walk.output)) {
        const [oid, ...parents] = line.split(' ').flatMap((id) => parseOid(id, this.format) ?? []);
        if (oid === undefined) continue;
        yield { oid, parents: boundary.has(oid) ? await this.parentsOf(oid) : parents };
      }
      const end = await walk.ended;
      if (end.status !== 0) throw await this.whyNotWalked(end);
    } finally {
      walk.kill();
    }
  }

  resolve(revision: string): Promise<Oid | undefined> {
    return resolveRevision(
      {
        format: this.format,
        has: async (oid) => (await this.objects.ask(`${oid}\n`)) !== 'missing',
        head: () => this.pointer('HEAD'),
        fetched: () => this.pointer('FETCH_HEAD'),
        references: (prefix) => this.references(prefix),
        startingWith: async (digits) => {
          const ids = (await this.command.ask(['rev-parse', `--disambiguate=${digits}`])).split('\n');
          return ids.flatMap((id) => parseOid(id, this.format) ?? []);
        },
      },
      revision,
    );
  }

  private async pointer(name: 'HEAD' | 'FETCH_HEAD'): Promise<Oid | undefined> {
    const { stdout } = await this.command.run(['rev-parse', '--verify', '--quiet', name]);
    return parseOid(Buffer.from(stdout).toString('latin1').trimEnd(), this.format);
  }

  async references(prefix: string): Promise<readonly Reference[]> {
    const lines = (await this.command.ask(['for-each-ref', '--format=%(objectname) %(refname)'])).split('\n');
    const references = lines.flatMap((line) => {
      const [id = '', name = ''] = line.split(' ');
      const oid = parseOid(id, this.format);
      return oid === undefined || !name.startsWith(prefix) ? [] : [{ name, oid }];
    });
    return references.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  shallow(): Promise<ReadonlySet<Oid>> {
    return readShallow(this.folder, this.format);
  }

  async write(type: ObjectType, content: Uint8Array): Promise<Oid> {
    const answer = await this.command.ask(['hash-object', '-w', '--stdin', '-t', type], content);
    const oid = parseOid(answer, this.format);
    if (oid === undefined) throw gitFailed(`git hash-object gave no id: ${answer}`);
    return oid;
  }

  async updateReference(name: string, oid: Oid, expected: Oid | undefined): Promise<void> {
    requireReferenceName(name);
    const absent = '0'.repeat(oid.length);
    const instruction = `update ${name}\0${oid}\0${expected ?? absent}\0`;
    const { status, stderr } = await this.command.run(
      ['update-ref', '--no-deref', '-z', '--stdin'],
      instruction,
    );
    if (status === 0) return;
    const moved = /but expected|already exists|unable to resolve reference/.test(stderr);
    if (moved) throw referenceMoved(name, expected);
    throw gitFailed(`git can't point ${name} at ${oid}. ${stderr}`);
  }

  async close(): Promise<void> {
    await Promise.all([this.objects.close(), this.differences.close()]);
  }

  private async parentsOf(oid: Oid): Promise<readonly Oid[]> {
    const { content } = await this.demand(oid);
    const commit = parseCommit(content, this.format);
    if (!commit.ok) throw malformedObject(oid, commit.malformation.message);
    return commit.value.parents;
  }

  private async demand(oid: Oid): Promise<StoredObject> {
    const object = await this.read(oid);
    if (object === undefined) throw missingObject(oid);
    return object;
  }

  /** Git stops at the first object that it can't read, and names it on stderr. */
  private async whyNotWalked({ stderr, reason }: ProcessEnd): Promise<Fault> {
    const named = stderr.split(/[^0-9a-f]+/).flatMap((word) => parseOid(word, this.format) ?? []);
    try {
      for (const oid of named) await this.demand(oid);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    const [oid] = named;
    return oid === undefined ? gitFailed(`${reason} ${stderr}`) : damagedObject(oid, stderr);
  }
}

/** Why cat-file ended at this object. */
function whyUnread(oid: string, { stderr, reason }: ProcessEnd): Fault {
  if (stderr.includes(`could not fetch ${oid} from promisor remote`)) return withheldObject(oid);
  return stderr.includes(oid) ? damagedObject(oid, stderr) : gitFailed(`${reason} ${stderr}`);
}

async function* linesOf(output: AsyncIterable<Buffer>): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of output) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
