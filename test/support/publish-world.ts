import { join } from 'node:path';
import { readArchive, writeArchive } from '../../src/adapters/archive.ts';
import { archiveSource } from '../../src/adapters/archive-source.ts';
import { gitForge } from '../../src/adapters/git-forge.ts';
import { JournalFile } from '../../src/adapters/journal-file.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import { openSource } from '../../src/adapters/source-repository.ts';
import { UserGit } from '../../src/adapters/user-git.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore, Progress, Seconds, Signer } from '../../src/core/ports.ts';
import type { Problem } from '../../src/core/publish/problem.ts';
import type { PreparedPublish } from '../../src/workflows/prepared-publish.ts';
import { type Planning, planPublish } from '../../src/workflows/plan-publish.ts';
import type { PublishOptions, PublishPorts } from '../../src/workflows/publish-request.ts';
import { makeKey, type TestKey } from './keys.ts';
import { day, keyringTree, makeKeyring, type ContributorPlan } from './keyring.ts';
import { type FileContent, TestRepository } from './repository.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

/** When everything in these tests happens. */
export const now: Seconds = Date.UTC(2026, 4, 4, 12) / 1000;

export const repositoryId = 'https://example.org/opam-repository';

/** Answers that most tests give by flags. */
export const archiveUrl = 'https://example.org/releases/foo-1.0.tar.gz';

/** An opam file that opam lint has nothing against, with fields that a package repository strips. */
export const opamSource = (name: string, more = ''): string =>
  [
    '# Kept by hand',
    'opam-version: "2.0"',
    `name: "${name}"`,
    'synopsis: "A library for tests"',
    'maintainer: "Alice Example <alice@example.org>"',
    'authors: "Alice Example"',
    'license: "ISC"',
    'homepage: "https://example.org/foo"',
    'bug-reports: "https://example.org/foo/issues"',
    'dev-repo: "git+https://example.org/foo.git"',
    'depends: [ "ocaml"   {>= "4.14"} ] # the oldest that we test',
    'pin-depends: [["bar.dev" "git+https://example.org/bar.git"]]',
    'build: ["dune" "build" "-p" name]',
    more,
  ].join('\n');

const silent: Progress = { stage: () => undefined, advance: () => undefined, end: () => undefined };

export interface WorldPlan {
  /** The source's files, instead of one package foo. */
  readonly files?: Readonly<Record<string, FileContent>>;
  /** What stands in the package repository beside foo.0.9. */
  readonly published?: Readonly<Record<string, FileContent>>;
  /** Contributors of the keyring file; none: there is no keyring file. */
  readonly contributors?: (alice: TestKey) => Readonly<Record<string, ContributorPlan>>;
  /** The release tag, signed by Alice; null: there is none. */
  readonly tag?: string | null;
}

/** An author's repository with its remote, and a package repository, all of them real. */
export class PublishWorld {
  readonly alice: TestKey;
  readonly source: TestRepository;
  readonly origin: TestRepository;
  readonly target: TestRepository;
  readonly head: Oid;
  readonly base: Oid;
  readonly home: string;
  readonly #stores: ObjectStore[] = [];

  private constructor(
    parts: Pick<PublishWorld, 'alice' | 'source' | 'origin' | 'target' | 'head' | 'base' | 'home'>,
  ) {
    this.alice = parts.alice;
    this.source = parts.source;
    this.origin = parts.origin;
    this.target = parts.target;
    this.head = parts.head;
    this.base = parts.base;
    this.home = parts.home;
  }

  static async create(plan: WorldPlan = {}): Promise<PublishWorld> {
    const alice = await theAuthor();
    const [source, origin, target] = [
      await TestRepository.create(),
      await TestRepository.create({ bare: true }),
      await TestRepository.create({ bare: true }),
    ];
    const head = await source.commitFiles({
      files: plan.files ?? usualFiles,
      message: 'Release 1.0\n',
      date: now - 2 * day,
    });
    await source.ref('refs/heads/main', head);
    await source.git('reset', '--quiet', '--hard');
    await source.git('remote', 'add', 'origin', origin.folder);
    const base = await target.commitFiles({
      files: published(alice, plan),
      message: 'Start\n',
      date: now - 9 * day,
    });
    await target.ref('refs/heads/main', base);
    await target.git('config', 'uploadpack.allowFilter', 'true');
    const world = new PublishWorld({
      alice,
      source,
      origin,
      target,
      head,
      base,
      home: await temporaryFolder(),
    });
    if (plan.tag !== null) await world.tagRelease(plan.tag ?? 'v1.0');
    await source.git('push', '--quiet', 'origin', 'main', '--tags');
    return world;
  }

  /** Makes an annotated release tag at HEAD. */
  tagRelease(name: string, by: TestKey | 'nobody' = this.alice): Promise<Oid> {
    const sign = by === 'nobody' ? {} : { sign: (payload: Uint8Array) => by.sign(payload, now - day) };
    return this.source.tag({ name, object: this.head, date: now - day, message: `foo ${name}\n`, ...sign });
  }

  get environment(): Record<string, string> {
    return scrubbedEnvironment(this.home);
  }

  /** Alice's key, signing at the time of the tests. */
  signer(key: TestKey = this.alice): Signer {
    return {
      fingerprint: key.fingerprint,
      description: `test key ${key.fingerprint}`,
      sign: (payload) => key.sign(payload, now),
      certificate: () => Promise.resolve(key.certificate),
    };
  }

  async ports(changes: Partial<PublishPorts> = {}): Promise<PublishPorts> {
    const open = async (folder: string): Promise<ObjectStore> => {
      const store = await openStore(folder, { kind: 'auto', environment: this.environment });
      this.#stores.push(store);
      return store;
    };
    const git = new UserGit(this.source.folder, this.environment);
    const workspace = join(await temporaryFolder(), 'workspace.git');
    return {
      source: await openSource(git, await open(this.source.folder), undefined),
      unfinished: [],
      author: { name: 'Alice Example', email: 'alice@example.org', zone: '+0100' },
      openForge: (address) =>
        Promise.resolve(gitForge({ address, workspace, environment: this.environment, openStore: open })),
      pullRequest: { draft: false, text: () => 'Words' },
      openSigner: () => Promise.resolve(this.signer()),
      archiveSource: archiveSource(this.source.folder, silent),
      archives: { read: readArchive, write: writeArchive },
      lint: () => Promise.resolve(undefined),
      prompter: undefined,
      progress: silent,
      clock: () => now,
      ...changes,
    };
  }

  options(changes: Partial<PublishOptions> = {}): PublishOptions {
    return {
      packages: [],
      exclude: [],
      tag: undefined,
      packageVersion: undefined,
      to: this.target.folder,
      base: undefined,
      branch: undefined,
      archive: undefined,
      archiveUrl,
      asset: false,
      tarball: false,
      sourceForge: undefined,
      output: undefined,
      archiveFile: join(this.home, 'foo-1.0.tar.gz'),
      repositoryId: repositoryId,
      key: undefined,
      expiresIn: 90,
      overrides: new Set(),
      dryRun: false,
      yes: true,
      ...changes,
    };
  }

  async plan(options: Partial<PublishOptions> = {}, ports: Partial<PublishPorts> = {}): Promise<Planning> {
    return planPublish(this.options(options), await this.ports(ports));
  }

  /** The plan, where there must be one. */
  async prepared(
    options: Partial<PublishOptions> = {},
    ports: Partial<PublishPorts> = {},
  ): Promise<PreparedPublish> {
    const planning = await this.plan(options, ports);
    if (planning.kind === 'planned') return planning.prepared;
    throw new Error(planning.problems.map(({ what }) => what).join('\n'));
  }

  /** What the checks find, by code. */
  async problems(
    options: Partial<PublishOptions> = {},
    ports: Partial<PublishPorts> = {},
  ): Promise<readonly Problem[]> {
    return (await this.plan(options, ports)).problems;
  }

  journal(): JournalFile {
    return new JournalFile(join(this.home, 'journal.jsonl'));
  }

  /** References and objects of all three repositories: what a run that does nothing must leave as it is. */
  async everything(): Promise<string> {
    const all = [this.source, this.origin, this.target].map(async (repository) => [
      await repository.git('for-each-ref'),
      await repository.git('count-objects', '-v'),
      ...(repository === this.source ? [await repository.git('status', '--porcelain')] : []),
    ]);
    return (await Promise.all(all)).flat().join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.splice(0).map((store) => store.close()));
  }
}

const usualFiles: Readonly<Record<string, FileContent>> = {
  'foo.opam': opamSource('foo'),
  'dune-project': '(lang dune 3.0)\n(name foo)\n',
  'CHANGES.md': '# Changes\n\n## 1.0 (2026-05-01)\n\n- First release\n\n## 0.9\n\n- Old\n',
  'src/foo.ml': 'let answer = 42\n',
  configure: { mode: '100755', content: '#!/bin/sh\n' },
};

function published(
  alice: TestKey,
  { published: more, contributors }: WorldPlan,
): Record<string, FileContent> {
  const keyring =
    contributors &&
    makeKeyring(
      { repository: repositoryId, threshold: 1, contributors: contributors(alice) },
      [alice],
      now - 10 * day,
    );
  return {
    repo: 'opam-version: "2.0"\n',
    'packages/foo/foo.0.9/opam':
      'opam-version: "2.0"\nsynopsis: "A library for tests"\nmaintainer: "alice@example.org"\n',
    'packages/other/other.1/opam': 'opam-version: "2.0"\n',
    ...(keyring === undefined ? {} : Object.fromEntries(keyringTree(keyring))),
    ...more,
  };
}

let author: Promise<TestKey> | undefined;

function theAuthor(): Promise<TestKey> {
  author ??= makeKey({ name: 'Alice Example', email: 'alice@example.org', created: now - 100 * day });
  return author;
}
