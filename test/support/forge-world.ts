import type { Oid } from '../../src/core/git/oid.ts';
import type { ForgePull, ForgeRepository } from './forge-server/forge-state.ts';
import { ForgeServer } from './forge-server/forge-server.ts';
import { TestRepository } from './repository.ts';
import { scrubbedEnvironment, temporaryFolder } from './scratch.ts';

/** When it begins. */
export const start = Date.UTC(2026, 4, 4, 12) / 1000;

/** A forge with a package repository of ocaml's, its maintainer mia, and alice, who has only an account. */
export class ForgeWorld {
  readonly server: ForgeServer;
  readonly upstream: ForgeRepository;
  readonly base: Oid;
  readonly tokens: { readonly alice: string; readonly mia: string };

  private constructor(parts: Pick<ForgeWorld, 'server' | 'upstream' | 'base' | 'tokens'>) {
    this.server = parts.server;
    this.upstream = parts.upstream;
    this.base = parts.base;
    this.tokens = parts.tokens;
  }

  static async create(files: Readonly<Record<string, string>> = usualFiles): Promise<ForgeWorld> {
    const origin = await TestRepository.create({ bare: true });
    const first = await origin.commitFiles({ files, date: start - 100, message: 'Start\n' });
    const base = await origin.commitFiles({
      parents: [first],
      files: { 'packages/baz/baz.1/opam': 'opam-version: "2.0"\n' },
      date: start - 50,
    });
    await origin.ref('refs/heads/main', base);
    const server = await ForgeServer.start(() => start);
    const tokens = { alice: server.addUser('alice'), mia: server.addUser('mia', ['repo']) };
    server.addUser('ocaml');
    const upstream = await server.addRepository('ocaml', 'opam-repository', origin);
    upstream.collaborators.set('mia', 'write');
    return new ForgeWorld({ server, upstream, base, tokens });
  }

  /** Alice's fork, without asking for it. */
  fork(name = 'opam-repository', owner = 'alice'): Promise<ForgeRepository> {
    return this.server.state.link(owner, name, this.upstream.git, { parent: this.upstream });
  }

  /** A further commit on the main branch of the package repository. */
  async advance(files: Readonly<Record<string, string>>): Promise<Oid> {
    const { git } = this.upstream;
    const parent = (await git.git('rev-parse', 'refs/heads/main')) as Oid;
    const oid = await git.commitFiles({ parents: [parent], files, date: start });
    await git.ref('refs/heads/main', oid);
    return oid;
  }

  /** A branch with one commit in a fork. */
  async branch(fork: ForgeRepository, name: string, files: Readonly<Record<string, string>>): Promise<Oid> {
    const oid = await fork.git.commitFiles({
      parents: [this.base],
      files,
      date: start,
      message: `Add ${name}\n`,
    });
    await fork.git.ref(`refs/heads/${name}`, oid);
    await this.server.state.follow(fork);
    return oid;
  }

  pull(number: number): ForgePull {
    const found = this.upstream.pulls.find((one) => one.number === number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  }

  /** What git runs with: a home of its own, and nothing of anybody's settings. */
  async environment(): Promise<Record<string, string>> {
    return scrubbedEnvironment(await temporaryFolder());
  }
}

const usualFiles: Readonly<Record<string, string>> = {
  repo: 'opam-version: "2.0"\n',
  'packages/bar/bar.1/opam': 'opam-version: "2.0"\n',
  '.github/workflows/ci.yml': 'on: push\n',
};
