import { giteaApi } from 'gitea-js';
import { type AskedForge, type FailedAnswer, forgeFault, tokenMissing } from './forge-fault.ts';
import type { GitHubToken } from './github-token.ts';

export interface ForgejoOptions {
  /** The web site: `https://codeberg.org`. */
  readonly site: string;
  /** Undefined: only what everybody may read. */
  readonly token: GitHubToken | undefined;
  /** Milliseconds after which an answer is not waited for any longer. */
  readonly patience?: number;
}

type Api = ReturnType<typeof giteaApi>;

/** The REST interface of Forgejo and of Gitea, which is the same. What fails is a Fault without the token. */
export class Forgejo {
  readonly site: string;
  /** For git to push with; undefined where nobody is logged in. */
  readonly token: GitHubToken | undefined;
  readonly #api: Api;
  readonly #asked: AskedForge;
  #login: Promise<string> | undefined;

  constructor({ site, token, patience = 60_000 }: ForgejoOptions) {
    this.site = site;
    this.token = token;
    const customFetch = (url: string | URL | Request, options?: RequestInit): Promise<Response> =>
      fetch(url, { ...options, signal: AbortSignal.timeout(patience) });
    this.#api = giteaApi(site, { customFetch, ...(token === undefined ? {} : { token: token.secret }) });
    this.#asked = {
      title: 'Forgejo',
      address: site,
      token: { origin: token?.origin, variable: 'FORGEJO_TOKEN' },
    };
  }

  /** Asks one thing. `doing` completes "Forgejo would not …". */
  async ask<T>(doing: string, request: (api: Api) => Promise<{ readonly data: T }>): Promise<T> {
    try {
      return (await request(this.#api)).data;
    } catch (error) {
      const failed = failureOf(error);
      throw failed === undefined ? error : forgeFault(failed, doing, this.#asked);
    }
  }

  /** As {@link ask}; undefined where there is no such thing, or none that this token may see. */
  find<T>(doing: string, request: (api: Api) => Promise<{ readonly data: T }>): Promise<T | undefined> {
    return this.ask<T | undefined>(doing, (api) =>
      request(api).catch((error: unknown) => {
        if (failureOf(error)?.status === 404) return { data: undefined };
        throw error;
      }),
    );
  }

  /** All pages of a list. */
  async list<T>(
    doing: string,
    request: (
      page: { readonly page: number; readonly limit: number },
      api: Api,
    ) => Promise<{ readonly data: T[] }>,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const items = await this.ask(doing, (api) => request({ page, limit: pageSize }, api));
      all.push(...items);
      // An installation may allow less on a page than was asked for; an empty one is the end.
      if (items.length === 0 || page === mostPages) return all;
    }
  }

  /** As {@link ask}, for what takes an account. */
  async write<T>(doing: string, request: (api: Api) => Promise<{ readonly data: T }>): Promise<T> {
    if (this.#asked.token.origin === undefined) throw tokenMissing(doing, this.#asked);
    return this.ask(doing, request);
  }

  /** The account that the token belongs to. */
  login(): Promise<string> {
    this.#login ??= this.write('say whose token this is', (api) => api.user.userGetCurrent()).then(
      ({ login }) => login ?? '',
    );
    return this.#login;
  }
}

const pageSize = 50;
const mostPages = 400;

/** What gitea-js throws, which is the response itself; undefined for what is no answer of the forge, but a bug. */
function failureOf(error: unknown): FailedAnswer | undefined {
  if (error instanceof Response) {
    const body: unknown = 'error' in error ? error.error : undefined;
    const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
    return { status: error.status, said: typeof message === 'string' ? message : '' };
  }
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { status: undefined, said: 'no answer came in time' };
  // What fetch throws where no answer came (undici).
  if (error instanceof TypeError && error.cause instanceof Error)
    return { status: undefined, said: error.cause.message };
  return undefined;
}
