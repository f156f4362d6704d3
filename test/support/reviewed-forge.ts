import type { Oid } from '../../src/core/git/oid.ts';
import type { ForgePull, ForgeRepository } from './forge-server/forge-state.ts';
import { ForgeServer } from './forge-server/forge-server.ts';
import { clientOf } from './github.ts';
import { Scenario } from './scenario.ts';

/** A scenario's repository at a forge, with Mia as its maintainer there and Alice's fork of it. */
export class ReviewedForge {
  readonly scenario: Scenario;
  readonly server: ForgeServer;
  readonly upstream: ForgeRepository;
  readonly fork: ForgeRepository;
  readonly tokens: { readonly alice: string; readonly mia: string };

  private constructor(parts: Pick<ReviewedForge, 'scenario' | 'server' | 'upstream' | 'fork' | 'tokens'>) {
    this.scenario = parts.scenario;
    this.server = parts.server;
    this.upstream = parts.upstream;
    this.fork = parts.fork;
    this.tokens = parts.tokens;
  }

  static async create(): Promise<ReviewedForge> {
    const scenario = await Scenario.create();
    const server = await ForgeServer.start(() => scenario.now);
    const tokens = { alice: server.addUser('alice'), mia: server.addUser('mia', ['repo']) };
    server.addUser('ocaml');
    await scenario.repository.git('symbolic-ref', 'HEAD', 'refs/heads/main');
    const upstream = await server.addRepository('ocaml', 'opam-repository', scenario.repository);
    upstream.collaborators.set('mia', 'write');
    const fork = await server.state.link('alice', 'opam-repository', upstream.git, { parent: upstream });
    return new ReviewedForge({ scenario, server, upstream, fork, tokens });
  }

  /** Alice opens a pull request for a commit of the scenario, from a branch of her fork. */
  async open(head: Oid, title = 'A pull request'): Promise<ForgePull> {
    const branch = `branch-${head.slice(0, 12)}`;
    await this.fork.git.ref(`refs/heads/${branch}`, head);
    const place = { owner: 'ocaml', repo: 'opam-repository', base: 'main' };
    const { number } = await clientOf(this.server, this.tokens.alice).ask('open it', (rest) =>
      rest.pulls.create({ ...place, title, head: `alice:${branch}` }),
    );
    const pull = this.upstream.pulls.find((one) => one.number === number);
    if (pull === undefined) throw new Error('the pull request was not opened');
    return pull;
  }

  /** A tag that stands in the scenario is put into a repository at the forge, or taken along with the pull request. */
  async keepTag(name: string, oid: Oid, where: ForgeRepository = this.upstream): Promise<void> {
    await where.git.ref(`refs/tags/${name}`, oid);
  }

  /** Takes the main branch back to where it was, so that the next story begins there too. */
  async rewind(): Promise<void> {
    await this.upstream.git.ref('refs/heads/main', this.scenario.anchor);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
