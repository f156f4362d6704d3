import fs from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { Fault } from '../core/fault.ts';
import { type Identity, renderCommit } from '../core/git/object.ts';
import { oidOf, parseOid, type Oid } from '../core/git/oid.ts';
import { embedCommitSignature } from '../core/git/signed-object.ts';
import { folderMode, listFolder, renderTree, treeOf } from '../core/git/tree.ts';
import type { ObjectStore, Reference } from '../core/ports.ts';
import { embeddedWorkspaces } from './embedded-workspaces.ts';
import type { GitHub } from './github-client.ts';
import { type GitHubName, parseGitHubName, spell } from './github-fork.ts';
import type { RemoteHead, Workspace, WorkspaceOptions, Workspaces } from './workspace.ts';

/**
 * Workspaces without git, read through GitHub's REST interface alone. It tells what objects hold and not their bytes;
 * these are put together here, and count only if they have the id that was asked for.
 */
export function githubWorkspaces(
  github: GitHub,
  upstream: GitHubName,
  options: WorkspaceOptions,
): Workspaces {
  const reader = new ObjectReader(github, upstream);
  const standing = (address: string, names: readonly string[]) =>
    new ObjectReader(github, parseGitHubName(address) ?? upstream).references(names);
  const over = (workspace: Workspace, store: ObjectStore): Workspace => ({
    store,
    bring: (oids) => reader.bringAll(store, oids),
    received: () => Promise.resolve(reader.bytes),
    standing,
    work: (place) => workspace.work(place),
    push: (act, submission, target) => workspace.push(act, submission, target),
  });
  return {
    findHead: (branch) => reader.head(branch),
    fetch: async (head, { older, below } = {}) => {
      const folder = below === undefined ? options.folder : join(options.folder, below);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await git.init({ fs, gitdir: folder, bare: true });
      const commit = older ?? head.oid;
      await writeFile(join(folder, 'shallow'), `${commit}\n`);
      const workspace = await embeddedWorkspaces({ ...options, folder }).reopen();
      await reader.bringTop(workspace.store, commit);
      return over(workspace, workspace.store);
    },
    reopen: async () => {
      const workspace = await embeddedWorkspaces(options).reopen();
      return over(workspace, workspace.store);
    },
  };
}

/** Reads objects of one repository into a store. */
class ObjectReader {
  readonly #github: GitHub;
  readonly #at: { readonly owner: string; readonly repo: string };
  readonly #where: string;
  /** What was read, as objects have it. */
  bytes = 0;

  constructor(github: GitHub, name: GitHubName) {
    this.#github = github;
    this.#at = { owner: name.owner, repo: name.name };
    this.#where = spell(name);
  }

  async head(wanted: string | undefined): Promise<RemoteHead> {
    const branch = wanted ?? (await this.#defaultBranch());
    const [found] = await this.references([`refs/heads/${branch}`]);
    if (found !== undefined) return { branch, oid: found.oid, format: 'sha1' };
    throw new Fault(
      'revision.not-found',
      `The package repository ${this.#where} has no branch ${branch}.`,
      'Name the branch that the submission is for: --base BRANCH.',
    );
  }

  async #defaultBranch(): Promise<string> {
    const about = await this.#github.ask(`read ${this.#where}`, (rest) => rest.repos.get(this.#at));
    return about.default_branch;
  }

  async references(names: readonly string[]): Promise<readonly Reference[]> {
    const found: Reference[] = [];
    for (const name of names) {
      const ref = name.replace(/^refs\//, '');
      const standing = await this.#github.find(`read ${name} of ${this.#where}`, (rest) =>
        rest.git.getRef({ ...this.#at, ref }),
      );
      const oid = parseOid(standing?.object.sha ?? '', 'sha1');
      if (oid !== undefined) found.push({ name, oid });
    }
    return found;
  }

  /** A commit, its root folder, and what lies directly in it. */
  async bringTop(store: ObjectStore, commit: Oid): Promise<void> {
    await this.#keep(store, 'commit', commit, await this.#commit(commit));
    const root = await treeOf(store, commit);
    await this.#folder(store, root);
    for (const { oid, mode } of await listFolder(store, root, '')) {
      if (mode === folderMode) await this.#folder(store, oid);
    }
  }

  /** Objects with everything below them that is no file; a file by its own id. */
  async bringAll(store: ObjectStore, oids: readonly Oid[]): Promise<void> {
    for (const oid of oids) {
      if ((await store.read(oid)) !== undefined) continue;
      if (!(await this.#folder(store, oid))) await this.#file(store, oid);
      else {
        const below = await listFolder(store, oid, '');
        await this.bringAll(
          store,
          below.flatMap((entry) => (entry.mode === folderMode ? [entry.oid] : [])),
        );
      }
    }
  }

  /** Whether it is a folder. */
  async #folder(store: ObjectStore, oid: Oid): Promise<boolean> {
    if ((await store.read(oid)) !== undefined) return true;
    const found = await this.#github.find(`read folder ${oid} of ${this.#where}`, (rest) =>
      rest.git.getTree({ ...this.#at, tree_sha: oid }),
    );
    if (found === undefined) return false;
    const entries = found.tree.flatMap(({ path = '', mode = '', sha = '' }) => {
      const id = parseOid(sha, 'sha1');
      return id === undefined ? [] : [{ name: Buffer.from(path).toString('latin1'), mode, oid: id }];
    });
    await this.#keep(store, 'tree', oid, [renderTree(entries)]);
    return true;
  }

  async #file(store: ObjectStore, oid: Oid): Promise<void> {
    const found = await this.#github.ask(`read file ${oid} of ${this.#where}`, (rest) =>
      rest.git.getBlob({ ...this.#at, file_sha: oid }),
    );
    await this.#keep(store, 'blob', oid, [Buffer.from(found.content, 'base64')]);
  }

  async #commit(oid: Oid): Promise<Iterable<Uint8Array>> {
    const { verification, tree, parents, author, committer, message } = await this.#github.ask(
      `read commit ${oid} of ${this.#where}`,
      (rest) => rest.git.getCommit({ ...this.#at, commit_sha: oid }),
    );
    const { payload, signature } = verification;
    if (payload !== null && signature !== null) {
      const signatures = [signature, `${signature.trimEnd()}\n`];
      return signatures.map((one) => embedCommitSignature(Buffer.from(payload), one, 'sha1'));
    }
    const ids = [tree.sha, ...parents.map(({ sha }) => sha)].flatMap((sha) => parseOid(sha, 'sha1') ?? []);
    return unsignedCommits(ids, { author, committer, message });
  }

  async #keep(
    store: ObjectStore,
    type: 'commit' | 'tree' | 'blob',
    oid: Oid,
    candidates: Iterable<Uint8Array>,
  ): Promise<void> {
    for (const content of candidates) {
      if (oidOf(type, content, 'sha1') !== oid) continue;
      this.bytes += content.length;
      await store.write(type, content);
      return;
    }
    throw new Fault(
      'repository.unsupported',
      `The bytes of ${type} ${oid} of ${this.#where} can't be told from what the REST interface says of it.`,
      'Install git, or leave out --push-by api.',
    );
  }
}

interface SpokenCommit {
  readonly author: SpokenIdentity;
  readonly committer: SpokenIdentity;
  readonly message: string;
}

interface SpokenIdentity {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** The interface gives moments without the zones that were written, and messages without their end: all are tried. */
function* unsignedCommits(
  [tree, ...parents]: readonly Oid[],
  { author, committer, message }: SpokenCommit,
): Iterable<Uint8Array> {
  if (tree === undefined) return;
  const usual = zones.map((zone) => [zone, zone] as const);
  const others = zones.flatMap((one) => zones.map((other) => [one, other] as const));
  for (const [authored, committed] of [...usual, ...others]) {
    for (const text of [`${message}\n`, message]) {
      const people = { author: identity(author, authored), committer: identity(committer, committed) };
      yield renderCommit({ tree, parents, ...people, message: text });
    }
  }
}

const identity = ({ name, email, date }: SpokenIdentity, zone: string): Identity => ({
  ...{ name, email, zone },
  time: Math.floor(Date.parse(date) / 1000),
});

/** Those in use, half an hour apart, the most usual first. */
const zones: readonly string[] = [
  '+0000',
  ...Array.from({ length: 28 }, (_, index) => zoneOf('+', index + 1)),
  ...Array.from({ length: 24 }, (_, index) => zoneOf('-', index + 1)),
  ...['+0545', '+0845', '+1245'],
];

function zoneOf(sign: string, halves: number): string {
  const hours = String(Math.floor(halves / 2)).padStart(2, '0');
  return `${sign}${hours}${halves % 2 === 0 ? '00' : '30'}`;
}
