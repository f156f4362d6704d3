import fs from 'node:fs';
import { join, resolve } from 'node:path';
import git from 'isomorphic-git';
import { Fault } from '../core/fault.ts';
import type { Oid } from '../core/git/oid.ts';
import type { OutwardAct } from '../core/outward-act.ts';
import type { ObjectStore, SourceRemote, SourceRepository } from '../core/ports.ts';
import { EmbeddedRemote } from './embedded-remote.ts';
import type { GitIdentity, GitSigning } from './git-config.ts';
import type { GitHubToken } from './github-token.ts';
import type { Environment } from './process.ts';
import { makeTagAct, pushTagAct } from './tag-acts.ts';
import { withoutPasswords } from './user-git.ts';

/** The author's settings and repository where git is not installed, as far as files tell. */
export class EmbeddedGit {
  /** The root of the work tree. */
  readonly folder: string;
  readonly #environment: Environment;

  private constructor(folder: string, environment: Environment) {
    this.folder = folder;
    this.#environment = environment;
  }

  static async open(folder: string, environment: Environment): Promise<EmbeddedGit> {
    const root = await git.findRoot({ fs, filepath: resolve(folder) }).catch(() => folder);
    return new EmbeddedGit(root, environment);
  }

  /** A setting of the repository, or else of the user. Nothing of the system's is read, and no file is included. */
  async setting(path: string): Promise<string | undefined> {
    const gitdir = join(this.folder, '.git');
    const own: unknown = await git.getConfig({ fs, gitdir, path }).catch(() => undefined);
    const value: unknown =
      own ?? (await git.getConfig({ fs: this.#userFiles(), gitdir, path }).catch(() => undefined));
    return typeof value === 'string' ? value : undefined;
  }

  /** The user's settings in the place of the repository's. */
  #userFiles() {
    const { GIT_CONFIG_GLOBAL: named, HOME: home = '' } = this.#environment;
    const path = named ?? join(home, '.gitconfig');
    const readFile = (_: string, options: unknown) => fs.promises.readFile(path, options as 'utf8');
    return { promises: { ...fs.promises, readFile } };
  }

  /** `zone`: that of the clock, as git writes it. */
  async identity(zone: string): Promise<GitIdentity | undefined> {
    const name = this.#environment['GIT_COMMITTER_NAME'] ?? (await this.setting('user.name'));
    const email = this.#environment['GIT_COMMITTER_EMAIL'] ?? (await this.setting('user.email'));
    return name === undefined || email === undefined ? undefined : { name, email, zone };
  }

  async signing(): Promise<GitSigning> {
    return {
      format: (await this.setting('gpg.format')) ?? 'openpgp',
      key: await this.setting('user.signingkey'),
      program: (await this.setting('gpg.openpgp.program')) ?? (await this.setting('gpg.program')) ?? 'gpg',
    };
  }

  /** `token` gives the token for an address, where there is one for its site. */
  async source(
    store: ObjectStore,
    named: string | undefined,
    token: (address: string) => Promise<GitHubToken | undefined>,
  ): Promise<SourceRepository> {
    return {
      folder: this.folder,
      store,
      changes: () => this.#changes(),
      makeTag: (tag, oid) => makeTag(store, this.folder, tag, oid),
      remote: await this.#remote(named, token),
    };
  }

  async #changes(): Promise<readonly string[]> {
    const rows = await git.statusMatrix({ fs, dir: this.folder });
    return rows.filter(([, ...states]) => states.some((state) => state !== 1)).map(([path]) => path);
  }

  async #remote(
    named: string | undefined,
    token: (address: string) => Promise<GitHubToken | undefined>,
  ): Promise<SourceRemote | undefined> {
    const gitdir = join(this.folder, '.git');
    const remotes = await git.listRemotes({ fs, gitdir });
    const name = named ?? (remotes.length === 1 ? remotes[0]?.remote : 'origin');
    const found = remotes.find(({ remote }) => remote === name);
    if (name === undefined || found === undefined) {
      if (named === undefined) return undefined;
      throw new Fault(
        'usage.argument',
        `The source repository has no remote ${named}.`,
        'Choose one with --remote.',
      );
    }
    const url = (await this.setting(`remote.${name}.pushurl`)) ?? found.url;
    const address = withoutPasswords(url);
    const reach = async () => new EmbeddedRemote(address, await token(address));
    const standing = async (tag: string) =>
      (await (await reach()).references(`refs/tags/${tag}`)).find((one) => one.name === `refs/tags/${tag}`)
        ?.oid;
    return {
      name,
      address,
      tag: standing,
      pushTag: (tag, oid) =>
        pushTagAct(
          { remote: name, address, mend: neverMoved },
          {
            tag,
            oid,
            standing: () => standing(tag),
            make: async (there) => {
              if (there !== undefined) throw otherTag(tag, address, there);
              await (await reach()).push(gitdir, { name: `refs/tags/${tag}`, oid });
            },
            remove: async () => (await reach()).remove(gitdir, `refs/tags/${tag}`),
          },
        ),
    };
  }
}

const neverMoved = 'Tags are never moved: choose another version, or look at what stands there.';

const otherTag = (tag: string, address: string, there: Oid): Fault =>
  new Fault('push.refused', `${address} has ${there} under tag ${tag}.`, neverMoved);

function makeTag(store: ObjectStore, folder: string, tag: string, oid: Oid): OutwardAct {
  const reference = `refs/tags/${tag}`;
  return makeTagAct({
    tag,
    oid,
    standing: async () => (await store.references(reference)).find(({ name }) => name === reference)?.oid,
    make: () => store.updateReference(reference, oid, undefined),
    remove: () => git.deleteRef({ fs, gitdir: join(folder, '.git'), ref: reference }),
  });
}
