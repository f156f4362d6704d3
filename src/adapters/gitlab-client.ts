import { Gitlab, GitbeakerRequestError, GitbeakerRetryError, GitbeakerTimeoutError } from '@gitbeaker/rest';
import { type AskedForge, type FailedAnswer, forgeFault, tokenMissing } from './forge-fault.ts';
import type { GitHubToken } from './github-token.ts';

export interface GitLabOptions {
  /** The web site: `https://gitlab.com`. */
  readonly site: string;
  /** Undefined: only what everybody may read. */
  readonly token: GitHubToken | undefined;
  /** Milliseconds after which an answer is not waited for any longer. */
  readonly patience?: number;
}

type Api = InstanceType<typeof Gitlab<false>>;

/** GitLab's REST interface, of gitlab.com or of an installation of its own. What fails is a Fault without the token. */
export class GitLab {
  readonly site: string;
  /** For git to push with; undefined where nobody is logged in. */
  readonly token: GitHubToken | undefined;
  readonly #api: Api;
  readonly #asked: AskedForge;
  #login: Promise<string> | undefined;

  constructor({ site, token, patience = 60_000 }: GitLabOptions) {
    this.site = site;
    this.token = token;
    this.#api = new Gitlab<false>({ host: site, token: token?.secret ?? '', queryTimeout: patience });
    this.#asked = {
      title: 'GitLab',
      address: site,
      token: { origin: token?.origin, variable: 'GITLAB_TOKEN' },
    };
  }

  /** Asks one thing. `doing` completes "GitLab would not …". */
  async ask<T>(doing: string, request: (api: Api) => Promise<T>): Promise<T> {
    try {
      return await request(this.#api);
    } catch (error) {
      const failed = failureOf(error);
      throw failed === undefined ? error : forgeFault(failed, doing, this.#asked);
    }
  }

  /** As {@link ask}; undefined where there is no such thing, or none that this token may see. */
  async find<T>(doing: string, request: (api: Api) => Promise<T>): Promise<T | undefined> {
    return this.ask(doing, (api) =>
      request(api).catch((error: unknown) => {
        if (failureOf(error)?.status === 404) return undefined;
        throw error;
      }),
    );
  }

  /** As {@link ask}, for what takes an account. */
  async write<T>(doing: string, request: (api: Api) => Promise<T>): Promise<T> {
    if (this.#asked.token.origin === undefined) throw tokenMissing(doing, this.#asked);
    return this.ask(doing, request);
  }

  /** The account that the token belongs to. */
  login(): Promise<string> {
    this.#login ??= this.write('say whose token this is', (api) => api.Users.showCurrentUser()).then(
      ({ username }) => username,
    );
    return this.#login;
  }
}

/** What Gitbeaker throws, as far as it is read here; undefined for what is no answer of the forge, but a bug. */
function failureOf(error: unknown): FailedAnswer | undefined {
  if (error instanceof GitbeakerRequestError) {
    const { description = '', response } = error.cause ?? {};
    return { status: response?.status, said: description };
  }
  if (error instanceof GitbeakerRetryError)
    return { status: error.message.includes('429') ? 429 : 502, said: '' };
  if (error instanceof GitbeakerTimeoutError) return { status: undefined, said: 'no answer came in time' };
  // What fetch throws where no answer came (undici).
  if (error instanceof TypeError && error.cause instanceof Error)
    return { status: undefined, said: error.cause.message };
  return undefined;
}
