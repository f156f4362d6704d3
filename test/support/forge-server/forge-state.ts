import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds } from '../../../src/core/ports.ts';
import { makeKey, type TestKey } from '../keys.ts';
import { TestRepository } from '../repository.ts';
import { Refusal } from './refusal.ts';

export type Permission = 'admin' | 'write' | 'read' | 'none';

export interface ForgeUser {
  readonly login: string;
  readonly id: number;
  readonly name: string;
  readonly email: string;
  /** Armored certificates, as the user uploaded them. */
  readonly keys: string[];
}

export interface ForgeToken {
  readonly login: string;
  /** As `x-oauth-scopes` names them; undefined: a fine-grained token, which has none. */
  readonly scopes: readonly string[] | undefined;
}

/** A repository: git has what git can have, and the rest stands here. */
export interface ForgeRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly git: TestRepository;
  readonly parent: ForgeRepository | undefined;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly collaborators: Map<string, Permission>;
  readonly pulls: ForgePull[];
  readonly comments: ForgeComment[];
  readonly labels: Map<number, string[]>;
  readonly reviews: ForgeReview[];
  readonly checkRuns: Record<string, unknown>[];
  readonly statuses: Record<string, unknown>[];
  readonly releases: ForgeRelease[];
  /** How often a fork is not found before it is there. */
  delay: number;
}

export interface ForgePull {
  readonly number: number;
  readonly author: string;
  readonly base: ForgeRepository;
  baseBranch: string;
  readonly head: ForgeRepository;
  readonly headBranch: string;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  readonly maintainerCanModify: boolean;
  headOid: Oid;
  baseOid: Oid;
  merged: { readonly by: string; readonly commit: Oid; readonly at: Seconds } | undefined;
  readonly created: Seconds;
  updated: Seconds;
}

export interface ForgeComment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  body: string;
  readonly created: Seconds;
  updated: Seconds;
}

interface ForgeReview {
  readonly id: number;
  readonly pull: number;
  readonly author: string;
  readonly body: string;
  readonly state: string;
  readonly commit: Oid;
}

export interface ForgeRelease {
  readonly id: number;
  readonly author: string;
  tag: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  target: string;
  readonly created: Seconds;
  readonly assets: ForgeAsset[];
}

export interface ForgeAsset {
  readonly id: number;
  readonly name: string;
  readonly contentType: string;
  readonly label: string | undefined;
  readonly content: Uint8Array;
  readonly uploader: string;
}

/** Everybody and everything at the forge. */
export class ForgeState {
  /** The folder that has the repositories as `owner/name.git`. */
  readonly folder: string;
  /** The key that signs whatever is made in the browser. */
  readonly webKey: TestKey;
  readonly now: () => Seconds;
  /** How often a new fork is not found before it is there. */
  forkDelay = 0;
  readonly users = new Map<string, ForgeUser>();
  readonly tokens = new Map<string, ForgeToken>();
  readonly repositories = new Map<string, ForgeRepository>();
  #lastId = 100;

  private constructor(folder: string, webKey: TestKey, now: () => Seconds) {
    this.folder = folder;
    this.webKey = webKey;
    this.now = now;
  }

  static async create(folder: string, now: () => Seconds): Promise<ForgeState> {
    const created = Date.UTC(2024, 0, 16) / 1000;
    const webKey = await makeKey({ name: 'GitHub', email: 'noreply@github.com', created });
    return new ForgeState(folder, webKey, now);
  }

  nextId(): number {
    return ++this.#lastId;
  }

  user(login: string): ForgeUser {
    const user = this.users.get(login.toLowerCase());
    if (user === undefined) throw new Refusal(404, 'Not Found');
    return user;
  }

  /** The repository, as far as this user may know that there is one. */
  repository(owner: string, name: string, login: string | undefined): ForgeRepository {
    const found = this.repositories.get(`${owner}/${name}`.toLowerCase());
    if (found === undefined || this.permission(found, login) === 'none') throw new Refusal(404, 'Not Found');
    return found;
  }

  permission(repository: ForgeRepository, login: string | undefined): Permission {
    const given = login === undefined ? undefined : repository.collaborators.get(login);
    if (login === repository.owner) return 'admin';
    return given ?? (repository.private ? 'none' : 'read');
  }

  /** A repository that has the objects and references of another folder, without copying them. */
  async link(
    owner: string,
    name: string,
    source: TestRepository,
    options: {
      readonly parent?: ForgeRepository;
      readonly private?: boolean;
      readonly references?: string;
    } = {},
  ): Promise<ForgeRepository> {
    const folder = join(this.folder, owner, `${name}.git`);
    await mkdir(folder, { recursive: true });
    const git = TestRepository.at(folder, source.format);
    const defaultBranch = (await source.git('symbolic-ref', '--short', 'HEAD')).trim();
    await git.git('init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`);
    await writeFile(join(folder, 'objects', 'info', 'alternates'), `${join(source.gitFolder, 'objects')}\n`);
    const listing = await source.git(
      'for-each-ref',
      '--format=create %(refname) %(objectname)',
      options.references ?? 'refs',
    );
    const kept = listing.split('\n').filter((line) => line !== '' && !line.startsWith('create refs/pull/'));
    await git.tryGit(['update-ref', '--stdin'], { input: `${kept.join('\n')}\n` });
    for (const [key, value] of settings) await git.git('config', key, value);
    await mkdir(join(folder, 'hooks'), { recursive: true });
    await writeFile(join(folder, 'hooks', 'pre-receive'), preReceive, { mode: 0o755 });
    const repository: ForgeRepository = {
      id: this.nextId(),
      ...{ owner, name, git, defaultBranch },
      parent: options.parent,
      private: options.private ?? false,
      collaborators: new Map(),
      pulls: [],
      comments: [],
      labels: new Map(),
      reviews: [],
      checkRuns: [],
      statuses: [],
      releases: [],
      delay: 0,
    };
    this.repositories.set(`${owner}/${name}`.toLowerCase(), repository);
    return repository;
  }

  /** Every fork of it, or of what it was forked from. */
  network(repository: ForgeRepository): readonly ForgeRepository[] {
    const root = rootOf(repository);
    return [...this.repositories.values()].filter((one) => rootOf(one) === root);
  }

  /** Lets the pull requests from this repository's branches follow them. */
  async follow(head: ForgeRepository): Promise<void> {
    for (const pull of this.network(head).flatMap(({ pulls }) => pulls)) {
      if (pull.head !== head || pull.state !== 'open') continue;
      const oid = await this.branch(head, pull.headBranch);
      if (oid === undefined || oid === pull.headOid) continue;
      pull.headOid = oid;
      pull.updated = this.now();
      await this.bring(pull);
    }
  }

  /** The repository that a pull request is for gets its commits, under refs/pull/. */
  async bring({ base, head, headOid, number }: ForgePull): Promise<void> {
    await base.git.git('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', head.git.folder, headOid);
    await base.git.ref(`refs/pull/${number}/head`, headOid);
  }

  async branch(repository: ForgeRepository, name: string): Promise<Oid | undefined> {
    return this.resolve(repository, `refs/heads/${name}`);
  }

  async resolve({ git }: ForgeRepository, revision: string): Promise<Oid | undefined> {
    const { status, stdout } = await git.tryGit([
      'rev-parse',
      '--quiet',
      '--verify',
      '--end-of-options',
      revision,
    ]);
    return status === 0 ? (stdout.toString().trim() as Oid) : undefined;
  }

  /** What the forge's own configuration holds, to be searched for what must not be there. */
  configuration({ git }: ForgeRepository): Promise<string> {
    return readFile(join(git.gitFolder, 'config'), 'utf8');
  }
}

const rootOf = (repository: ForgeRepository): ForgeRepository =>
  repository.parent === undefined ? repository : rootOf(repository.parent);

/** As GitHub serves git: every object for the asking, filters, and references of its own that nobody pushes to. */
const settings = [
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
  ['receive.hideRefs', 'refs/pull'],
  ['gc.auto', '0'],
  ['receive.autogc', 'false'],
] as const;

/** As GitHub refuses tokens without the scope `workflow` whose push brings workflows that no branch has yet. */
const preReceive = `#!/bin/sh
test "$FORGE_WORKFLOWS" = allowed && exit 0
while read -r old new name; do
  wanted=$(git rev-parse -q --verify "$new:.github/workflows") || continue
  for standing in $(git for-each-ref --format='%(objectname)' refs/heads); do
    test "$(git rev-parse -q --verify "$standing:.github/workflows")" = "$wanted" && continue 2
  done
  echo 'refusing to allow a Personal Access Token to create or update workflow without \`workflow\` scope' >&2
  exit 1
done
`;
