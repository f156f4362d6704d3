import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import type { Oid } from '../../../src/core/git/oid.ts';
import { answerAs, headerOf, runBackend } from '../git-backend.ts';
import { TestRepository } from '../repository.ts';
import { scrubbedEnvironment } from '../scratch.ts';

export interface SmallPull {
  readonly number: number;
  readonly author: string;
  readonly title: string;
  readonly draft: boolean;
  /** The id of the repository that its branch is in; undefined where that was removed. */
  readonly source: number | undefined;
  readonly branch: string;
  head: Oid;
  /** What its author wrote, and we. */
  text: string;
  state: 'open' | 'closed' | 'merged';
  merged: Oid | undefined;
}

export interface SmallComment {
  readonly id: number;
  readonly pull: number;
  readonly author: string;
  text: string;
}

/** One request, as far as the dialects look at it. */
export interface SmallCall {
  readonly forge: SmallForge;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly login: string | undefined;
}

export interface SmallAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** When everything here happens. */
const date = Date.UTC(2026, 4, 4) / 1000;

/** How one product speaks: undefined for what it does not serve. */
export type Dialect = (call: SmallCall) => Promise<SmallAnswer | undefined> | SmallAnswer | undefined;

export const refuse = (status: number, message: string): SmallAnswer => ({ status, body: { message } });

/** A forge on 127.0.0.1 with one package repository, in the dialect of a product: as much of it as is used. */
export class SmallForge {
  readonly repository: TestRepository;
  /** By the account that forked. */
  readonly forks = new Map<string, TestRepository>();
  readonly pulls: SmallPull[] = [];
  readonly comments: SmallComment[] = [];
  readonly statuses: Record<string, unknown>[] = [];
  /** Who may merge and report. */
  readonly maintainers: ReadonlySet<string> = new Set(['mia']);
  readonly tokens: ReadonlyMap<string, string> = new Map([
    ['glpat-mia', 'mia'],
    ['glpat-alice', 'alice'],
  ]);
  /** What was asked that the dialect does not know. */
  readonly unknown: string[] = [];
  #down: number | undefined;
  #server: Server | undefined;
  #id = 100;

  private constructor(repository: TestRepository) {
    this.repository = repository;
  }

  /** With a package repository of its own, or one that stands already. */
  static async start(dialect: Dialect, given?: TestRepository): Promise<SmallForge> {
    const repository = given ?? (await TestRepository.create({ bare: true }));
    if (given === undefined) {
      const base = await repository.commitFiles({ files: { repo: 'opam-version: "2.0"\n' }, date });
      await repository.ref('refs/heads/main', base);
    }
    const forge = new SmallForge(repository);
    forge.#server = createServer((request, response) => void forge.#answer(dialect, request, response));
    await new Promise<void>((resolve) => forge.#server?.listen(0, '127.0.0.1', resolve));
    return forge;
  }

  get site(): string {
    const { port } = this.#server?.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  nextId(): number {
    this.#id += 1;
    return this.#id;
  }

  /** Every answer has this status until it is up again. */
  down(status: number | undefined): void {
    this.#down = status;
  }

  /** Somebody opens a pull request with one commit. */
  async open(plan: Pick<SmallPull, 'author' | 'title'> & Partial<SmallPull>): Promise<SmallPull> {
    const number = this.pulls.length + 1;
    const path = `packages/foo/foo.${number}/opam`;
    const head = await this.repository.commitFiles({
      parents: [await this.#main()],
      files: { [path]: 'opam-version: "2.0"\n' },
      date,
    });
    const pull: SmallPull = {
      ...{
        number,
        head,
        draft: false,
        source: 7,
        branch: `foo-${number}`,
        state: 'open',
        merged: undefined,
        text: '',
      },
      ...plan,
    };
    this.pulls.push(pull);
    return pull;
  }

  /** Somebody forks the package repository, which is asked for again without harm. */
  async fork(login: string): Promise<void> {
    if (this.forks.has(login)) return;
    const fork = await TestRepository.create({ bare: true });
    await fork.git('fetch', '--quiet', this.repository.folder, 'refs/heads/*:refs/heads/*');
    this.forks.set(login, fork);
  }

  /** A pull request from a branch of a fork, through the interface. */
  async request(login: string, branch: string, title: string, text: string): Promise<SmallPull | undefined> {
    const { stdout } =
      (await this.forks.get(login)?.tryGit(['rev-parse', '--verify', `refs/heads/${branch}`])) ?? {};
    const head = (stdout?.toString().trim() ?? '') as Oid;
    if (head.length !== 40) return undefined;
    const number = this.pulls.length + 1;
    const pull: SmallPull = {
      ...{ number, author: login, title, text, draft: false, source: 7, branch, head, state: 'open' },
      merged: undefined,
    };
    this.pulls.push(pull);
    return pull;
  }

  /** The button: a merge commit, or one commit with the same content. */
  async merge(pull: SmallPull, method: string): Promise<Oid> {
    const base = await this.#main();
    const merge = await this.repository.merge({ into: base, side: pull.head, date });
    const tree = (await this.repository.git('rev-parse', `${merge}^{tree}`)) as Oid;
    const commit =
      method === 'merge'
        ? merge
        : await this.repository.commitFiles({ parents: [base], tree, date, message: 'Squash\n' });
    await this.repository.ref('refs/heads/main', commit);
    pull.state = 'merged';
    pull.merged = commit;
    return commit;
  }

  /** The server is closed; what it did not know was a mistake of the program or of the dialect. */
  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
    if (this.unknown.length > 0) throw new Error(`not served: ${this.unknown.join(', ')}`);
  }

  async #main(): Promise<Oid> {
    return (await this.repository.git('rev-parse', 'refs/heads/main')) as Oid;
  }

  async #answer(dialect: Dialect, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.site);
    if (/^\/[\w-]+\/opam-repository\.git\//.test(url.pathname)) {
      answerAs(await this.#serveGit(url, request), response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const token =
      headerOf(request, 'private-token') || headerOf(request, 'authorization').replace(/^Bearer /, '');
    const login = this.tokens.get(token);
    const call = {
      ...{ forge: this, method: request.method ?? '', path: url.pathname, query: url.searchParams, login },
      body: text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>),
    };
    const answer = await this.#respond(dialect, call, token !== '' && login === undefined);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  /** The package repository, also under the name of somebody who has no fork of his own here. */
  #serveGit(url: URL, request: IncomingMessage): Promise<Buffer> {
    const [, login = ''] = url.pathname.split('/');
    const { folder } = this.forks.get(login) ?? this.repository;
    const path = url.pathname.replace(/^\/[\w-]+\/opam-repository\.git/, `/${basename(folder)}`);
    const inside = dirname(folder);
    const environment = scrubbedEnvironment(inside);
    return runBackend({ folder: inside, url: new URL(`${path}${url.search}`, url), request, environment });
  }

  async #respond(dialect: Dialect, call: SmallCall, badToken: boolean): Promise<SmallAnswer> {
    if (this.#down !== undefined) return refuse(this.#down, 'Out of order');
    if (badToken) return refuse(401, '401 Unauthorized');
    const answer = await dialect(call);
    if (answer !== undefined) return answer;
    this.unknown.push(`${call.method} ${call.path}`);
    return refuse(404, 'Not served here');
  }
}

/** Whether somebody may do what maintainers do. */
export const mayMaintain = ({ forge, login }: SmallCall): boolean =>
  login !== undefined && forge.maintainers.has(login);

export const textOf = ({ body }: SmallCall, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};
