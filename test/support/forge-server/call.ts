import type { ForgeRepository, ForgeState, Permission } from './forge-state.ts';
import { Refusal } from './refusal.ts';
import { record } from './schema.ts';

export interface Answer {
  readonly status: number;
  /** What the schema requires beyond it is filled in. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to the REST interface, and what answering takes. */
export class Call {
  readonly state: ForgeState;
  /** `http://127.0.0.1:PORT` */
  readonly site: string;
  /** The address of the call, without its query. */
  readonly address: string;
  readonly query: URLSearchParams;
  readonly raw: Uint8Array;
  readonly contentType: string;
  readonly login: string | undefined;
  readonly scopes: readonly string[] | undefined;
  readonly #path: Readonly<Record<string, string>>;
  readonly #body: Readonly<Record<string, unknown>>;

  constructor(
    parts: Pick<Call, 'state' | 'site' | 'address' | 'query' | 'raw' | 'contentType' | 'login' | 'scopes'>,
    path: Readonly<Record<string, string>>,
    body: unknown,
  ) {
    this.state = parts.state;
    this.site = parts.site;
    this.address = parts.address;
    this.query = parts.query;
    this.raw = parts.raw;
    this.contentType = parts.contentType;
    this.login = parts.login;
    this.scopes = parts.scopes;
    this.#path = path;
    this.#body = record(body);
  }

  /** A part of the path, decoded. */
  path(name: string): string {
    return decodeURIComponent(this.#path[name] ?? '');
  }

  number(name: string): number {
    return Number(this.path(name));
  }

  get body(): Readonly<Record<string, unknown>> {
    return this.#body;
  }

  /** A text of the body; the schema has seen to its type. */
  text(name: string): string {
    const value = this.#body[name];
    return typeof value === 'string' ? value : '';
  }

  textOr<T>(name: string, otherwise: T): string | T {
    const value = this.#body[name];
    return typeof value === 'string' ? value : otherwise;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.#body[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** Who calls; anonymous callers are refused. */
  get caller(): string {
    if (this.login === undefined) throw new Refusal(401, 'Requires authentication');
    return this.login;
  }

  get repository(): ForgeRepository {
    return this.state.repository(this.path('owner'), this.path('repo'), this.login);
  }

  /** The repository, for those who may do that much. */
  repositoryFor(wanted: Permission): ForgeRepository {
    const { repository, caller } = this;
    this.requireScope(repository.private ? ['repo'] : ['repo', 'public_repo']);
    const has = this.state.permission(repository, caller);
    if (ranks[has] < ranks[wanted]) throw new Refusal(403, `Must have ${wanted} access to the repository.`);
    return repository;
  }

  /** A classic token needs one of these scopes. */
  requireScope(needed: readonly string[]): void {
    if (this.scopes === undefined || needed.some((scope) => this.scopes?.includes(scope))) return;
    throw new Refusal(403, 'Resource not accessible by personal access token');
  }
}

const ranks: Record<Permission, number> = { none: 0, read: 1, write: 2, admin: 3 };

type Handler = (call: Call) => Answer | Promise<Answer>;

/** Handlers by the name of their operation: `GET /repos/{owner}/{repo}`. */
export type Routes = Readonly<Record<string, Handler>>;

/** One page of a list, and the Link header that leads to the next (RFC 8288). */
export function paged(
  call: Call,
  all: readonly unknown[],
  body: (page: readonly unknown[]) => unknown = (page) => page,
): Answer {
  const size = Math.min(Number(call.query.get('per_page') ?? 30), 100);
  const page = Number(call.query.get('page') ?? 1);
  const slice = all.slice((page - 1) * size, page * size);
  const next = new URLSearchParams(call.query);
  next.set('page', String(page + 1));
  const more = page * size < all.length;
  return {
    status: 200,
    body: body(slice),
    ...(more ? { headers: { link: `<${call.address}?${next.toString()}>; rel="next"` } } : {}),
  };
}
