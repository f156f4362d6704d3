import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Seconds } from '../../../src/core/ports.ts';
import { headerOf } from '../git-backend.ts';
import { TestRepository } from '../repository.ts';
import { temporaryFolder } from '../scratch.ts';
import type { TestKey } from '../keys.ts';
import { type Answer, Call, type Routes } from './call.ts';
import { type ForgePull, type ForgeRepository, ForgeState, type ForgeToken } from './forge-state.ts';
import { gitDataRoutes } from './git-data-routes.ts';
import { operations } from './openapi.ts';
import { pullRoutes } from './pull-routes.ts';
import { Refusal } from './refusal.ts';
import { record } from './schema.ts';
import { releaseRoutes } from './release-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { applySuggestion, mergeByButton } from './web-commits.ts';
import { download, passwordOf, serveRepository } from './web-side.ts';

/** A request as it came in. */
export interface RecordedRequest {
  /** From 0, over REST, git and downloads alike. */
  readonly index: number;
  readonly method: string;
  /** Without the query: `/api/v3/user`, `/alice/foo.git/git-receive-pack`. */
  readonly path: string;
  /** What git sent as a password, if it did. */
  readonly password: string | undefined;
}

/** What goes wrong with a request: cut before or after it took effect, late, or another answer. */
export type Disturbance =
  | 'cut'
  | 'cut-after'
  | { readonly delay: number }
  | {
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

const routes: Routes = { ...repositoryRoutes, ...pullRoutes, ...gitDataRoutes, ...releaseRoutes };

/**
 * GitHub as far as this program uses it, on 127.0.0.1: the REST interface, git over HTTP, and the buttons of its web
 * site. Requests and responses are held to GitHub's published OpenAPI document.
 */
export class ForgeServer {
  readonly state: ForgeState;
  readonly url: string;
  readonly requests: RecordedRequest[] = [];
  /** Where somebody broke GitHub's description of its interface: this server, or the program under test. */
  readonly violations: string[] = [];
  /** Asked for every request. */
  disturb: (request: RecordedRequest) => Disturbance | undefined = () => undefined;
  readonly #close: () => Promise<void>;
  readonly #open = new Set<Promise<void>>();

  private constructor(state: ForgeState, url: string, close: () => Promise<void>) {
    this.state = state;
    this.url = url;
    this.#close = close;
  }

  static async start(
    now: () => Seconds = () => Math.floor(Date.now() / 1000),
    folder?: string,
  ): Promise<ForgeServer> {
    const state = await ForgeState.create(folder ?? (await temporaryFolder()), now);
    const handling: { by?: ForgeServer } = {};
    const server = createServer((request, response) => void handling.by?.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    handling.by = new ForgeServer(state, `http://127.0.0.1:${port}`, close);
    return handling.by;
  }

  /** The REST interface, as a client's base address. */
  get api(): string {
    return `${this.url}/api/v3`;
  }

  /** The certificate by which commits made in the browser verify. */
  get webKey(): TestKey {
    return this.state.webKey;
  }

  addUser(login: string, scopes: readonly string[] | undefined = ['public_repo']): string {
    const name = `${login.charAt(0).toUpperCase()}${login.slice(1)} Example`;
    const id = this.state.nextId();
    this.state.users.set(login.toLowerCase(), { login, id, name, email: `${login}@example.org`, keys: [] });
    const token = `ghp_${login}TokenThatMustNeverLeak${id}`;
    this.state.tokens.set(token, { login, scopes });
    return token;
  }

  /** An app that is installed, as the one that workflows act as; its account is `slug[bot]`. */
  addApp(slug: string): string {
    return this.addUser(`${slug}[bot]`, undefined);
  }

  /** A repository with the objects and references of another, which stays as it is. */
  async addRepository(
    owner: string,
    name: string,
    source?: TestRepository,
    options: { readonly private?: boolean; readonly parent?: ForgeRepository } = {},
  ): Promise<ForgeRepository> {
    return this.state.link(owner, name, source ?? (await TestRepository.create({ bare: true })), options);
  }

  /** Somebody presses a merge button. */
  merge(pull: ForgePull, by: string, method: 'merge' | 'squash' | 'rebase' = 'merge'): Promise<Oid> {
    return mergeByButton(this.state, pull, { method, by, title: undefined, message: undefined });
  }

  /** Somebody commits a suggested change onto the branch of a pull request, in the browser. */
  suggest(pull: ForgePull, by: string, path: string, content: string): Promise<Oid> {
    return applySuggestion(this.state, pull, by, path, content);
  }

  /** Ends the server, and says so if anybody broke the description of the interface. */
  async close(): Promise<void> {
    await this.#close();
    if (this.violations.length > 0) throw new Error(this.violations.join('\n'));
  }

  /** Settles when nothing is being done any more for anybody who may have hung up. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const work = this.#handle(request, response);
    this.#open.add(work);
    await work;
    this.#open.delete(work);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const recorded = {
      ...{ index: this.requests.length, method: request.method ?? '', path: url.pathname },
      password: passwordOf(request),
    };
    this.requests.push(recorded);
    const disturbance = this.disturb(recorded);
    if (disturbance === 'cut') {
      request.socket.destroy();
      return;
    }
    if (disturbance === 'cut-after') cutAfterwards(response);
    else if (disturbance !== undefined && 'delay' in disturbance)
      await new Promise((resolve) => setTimeout(resolve, disturbance.delay));
    else if (disturbance !== undefined) {
      request.resume();
      const { status, message = 'Disturbed', headers = {} } = disturbance;
      send(response, {
        status,
        body: { message, documentation_url: 'https://docs.github.com/rest' },
        headers,
      });
      return;
    }
    await this.#respond(url, request, response).catch((error: unknown) => {
      this.#fail(error, response);
    });
  }

  async #respond(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (/^\/[^/]+\/[^/]+\.git\//.test(url.pathname)) {
      await serveRepository(this.state, url, request, response);
      return;
    }
    if (url.pathname === '/api/graphql') {
      send(response, this.#graphql(await bodyOf(request), headerOf(request, 'authorization')));
      return;
    }
    const [, path] = /^\/api\/(?:v3|uploads)(\/.*)$/.exec(url.pathname) ?? [];
    if (path !== undefined) {
      send(response, await this.#answer(path, url, request));
      return;
    }
    const content = await download(this.state, url.pathname);
    if (content === undefined) throw new Refusal(404, 'Not Found');
    response.writeHead(200, { 'content-length': content.length }).end(content);
  }

  async #answer(path: string, url: URL, request: IncomingMessage): Promise<Answer> {
    const raw = await bodyOf(request);
    const authorization = headerOf(request, 'authorization');
    const known = this.#tokenOf(authorization);
    if (authorization !== '' && known === undefined) throw new Refusal(401, 'Bad credentials');
    const method = request.method ?? 'GET';
    const operation = operations.find(
      (one) => one.name.startsWith(`${method} `) && one.match(path) !== undefined,
    );
    const handler = operation && routes[operation.name];
    if (operation === undefined || handler === undefined)
      throw this.#broken(`${method} ${path} is not served here`);
    const contentType = headerOf(request, 'content-type');
    const json = operation.takesJson && raw.length > 0 ? (JSON.parse(raw.toString()) as unknown) : undefined;
    const wrong = operation.wrongRequest(url.searchParams, json);
    if (wrong !== undefined) throw this.#broken(`request ${operation.name}: ${wrong}`);
    const parts = {
      ...{
        state: this.state,
        site: this.url,
        address: `${this.url}${url.pathname}`,
        query: url.searchParams,
      },
      ...{ raw, contentType, login: known?.login, scopes: known?.scopes },
    };
    const answer = await handler(new Call(parts, operation.match(path) ?? {}, json));
    const { body, problem } = operation.answer(answer.status, answer.body);
    if (problem !== undefined) throw this.#broken(`response ${operation.name} ${answer.status}: ${problem}`);
    const scopes = known?.scopes === undefined ? {} : { 'x-oauth-scopes': known.scopes.join(', ') };
    return { ...answer, body, headers: { ...rateLimit, ...scopes, ...answer.headers } };
  }

  /** The one question that is asked in GraphQL: whose token it is. Bots are named without their suffix there. */
  #graphql(body: Buffer, authorization: string): Answer {
    const known = this.#tokenOf(authorization);
    if (known === undefined) throw new Refusal(401, 'Bad credentials');
    const { query } = record(JSON.parse(body.toString()));
    if (query !== '{ viewer { login } }') throw this.#broken(`GraphQL ${String(query)} is not served here`);
    return { status: 200, body: { data: { viewer: { login: known.login.replace(/\[bot\]$/, '') } } } };
  }

  /** Whose token a request has; undefined where it has none, or one that is not known. */
  #tokenOf(authorization: string): ForgeToken | undefined {
    const token = /^(?:token|bearer) (.+)$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : this.state.tokens.get(token);
  }

  #broken(what: string): Refusal {
    this.violations.push(what);
    return new Refusal(422, what);
  }

  #fail(error: unknown, response: ServerResponse): void {
    // Whoever hangs up gets no answer, and that is nobody's mistake here.
    if (response.socket?.destroyed !== false) return;
    if (!(error instanceof Refusal))
      this.violations.push(String(error instanceof Error ? error.stack : error));
    const status = error instanceof Refusal ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    const details = error instanceof Refusal ? error.details : {};
    send(response, {
      status,
      body: { message, documentation_url: 'https://docs.github.com/rest', ...details },
    });
  }
}

const rateLimit = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '0' };

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const text = JSON.stringify(body);
  const type = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  };
  response.writeHead(status, { ...type, ...headers }).end(text);
}

/** The request takes effect, but its answer is lost. */
function cutAfterwards(response: ServerResponse): void {
  const cut = (): ServerResponse => {
    response.socket?.destroy();
    return response;
  };
  response.writeHead = cut;
  response.end = cut;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
