import { Octokit } from '@octokit/rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Fault } from '../core/fault.ts';
import { githubFault, isMissing, isUnclear } from './github-faults.ts';
import type { GitHubToken } from './github-token.ts';

export interface GitHubOptions {
  /** The REST interface: `https://api.github.com`, or that of an installation of GitHub's Enterprise Server. */
  readonly api: string;
  /** Undefined: only what everybody may read, and little of that in an hour. */
  readonly token: GitHubToken | undefined;
  /** Told in a sentence whenever GitHub asks to wait. */
  readonly onWait?: (sentence: string) => void;
  /** Milliseconds that one second of waiting takes; with 0 there are neither pauses nor limits. Tests are in a hurry. */
  readonly second?: number;
  /** Milliseconds after which an answer is not waited for any longer. */
  readonly patience?: number;
}

type Rest = Octokit['rest'];

/**
 * GitHub's REST interface. Reading is tried again after a passing failure, writing never: whoever writes looks
 * afterwards. Rate limits of up to a minute are waited for. What fails is a Fault that never names the token.
 */
export class GitHub {
  readonly api: string;
  /** Where people and git look at it: `https://github.com`. */
  readonly site: string;
  /** Milliseconds that one second of waiting takes. */
  readonly second: number;
  readonly #octokit: Octokit;
  readonly #token: GitHubToken | undefined;
  #login: Promise<string> | undefined;

  constructor(options: GitHubOptions) {
    this.api = options.api;
    this.site = siteOf(options.api);
    this.second = options.second ?? usualSecond;
    this.#token = options.token;
    this.#octokit = makeOctokit(options);
  }

  /** The token, for git to push with; undefined where nobody is logged in. */
  get token(): GitHubToken | undefined {
    return this.#token;
  }

  /** Asks one thing. `doing` completes "GitHub would not …": `read pull request 5 of ocaml/opam-repository`. */
  async ask<T>(doing: string, request: (rest: Rest) => Promise<{ readonly data: T }>): Promise<T> {
    try {
      return (await request(this.#octokit.rest)).data;
    } catch (error) {
      throw githubFault(error, { doing, api: this.api, token: this.#token });
    }
  }

  /** As {@link ask}; undefined where GitHub says that there is no such thing, or none that this token may see. */
  async find<T>(
    doing: string,
    request: (rest: Rest) => Promise<{ readonly data: T }>,
  ): Promise<T | undefined> {
    try {
      return (await request(this.#octokit.rest)).data;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw githubFault(error, { doing, api: this.api, token: this.#token });
    }
  }

  /** All pages of a list. */
  async list<T>(
    doing: string,
    request: (
      page: { readonly page: number; readonly per_page: number },
      rest: Rest,
    ) => Promise<{ data: T[] }>,
    maximumPages = 100,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = 1; page <= maximumPages; page++) {
      const items = await this.ask(doing, (rest) => request({ page, per_page: pageSize }, rest));
      all.push(...items);
      if (items.length < pageSize) return all;
    }
    throw new Fault(
      'forge.refused',
      `GitHub has more than ${all.length} entries: ${doing}.`,
      'Narrow it down.',
    );
  }

  /**
   * Writes something. Where the answer was lost or says that it stands already, `standing` is asked whether it does:
   * doing it twice is the same as once.
   */
  async write<T>(
    doing: string,
    request: (rest: Rest) => Promise<{ readonly data: T }>,
    standing: () => Promise<T | undefined>,
  ): Promise<T> {
    this.requireToken(doing);
    try {
      return (await request(this.#octokit.rest)).data;
    } catch (error) {
      const fault = githubFault(error, { doing, api: this.api, token: this.#token });
      const found = isUnclear(error) ? await standing().catch(() => undefined) : undefined;
      if (found === undefined) throw fault;
      return found;
    }
  }

  /** The account that the token belongs to; `name[bot]` for that of an app, as the token of a workflow is one. */
  async login(): Promise<string> {
    const doing = 'say whose token this is';
    this.requireToken(doing);
    this.#login ??= this.ask(doing, (rest) => rest.users.getAuthenticated()).then(
      ({ login }) => login,
      (fault: unknown) => this.#appLogin(doing, fault),
    );
    return this.#login;
  }

  /** Apps may not ask for their own account by REST (403); GraphQL tells it. */
  async #appLogin(doing: string, fault: unknown): Promise<string> {
    if (!(fault instanceof Fault) || fault.code !== 'token.refused') throw fault;
    const answer = await this.#viewer(doing).catch((error: unknown) => {
      throw error instanceof Fault ? error : fault;
    });
    const { login } = answer.viewer;
    return login.endsWith('[bot]') ? login : `${login}[bot]`;
  }

  #viewer(doing: string): Promise<Viewer> {
    return this.ask(doing, async () => ({
      data: await this.#octokit.graphql<Viewer>('{ viewer { login } }'),
    }));
  }

  requireToken(doing: string): void {
    if (this.#token !== undefined) return;
    throw new Fault(
      'token.missing',
      `Without a token GitHub would not ${doing}.`,
      'Log in with gh auth login, or set GH_TOKEN to a token with the scope public_repo.',
    );
  }
}

interface Viewer {
  readonly viewer: { readonly login: string };
}

const pageSize = 100;

const Client = Octokit.plugin(retry, throttling);

function makeOctokit({
  api,
  token,
  onWait,
  second = usualSecond,
  patience = 60_000,
}: GitHubOptions): Octokit {
  const wait = (seconds: number, options: { method: string; url: string }, retries: number): boolean => {
    if (seconds > longestWait || retries >= mostWaits) return false;
    onWait?.(`GitHub asks to wait ${seconds} s before ${options.method} ${options.url}.`);
    return true;
  };
  const octokit = new Client({
    baseUrl: api,
    userAgent: 'opam-signet',
    ...(token === undefined ? {} : { auth: token.secret }),
    request: {
      fetch: (url: string, options: RequestInit) =>
        fetch(url, { ...options, signal: AbortSignal.timeout(patience) }),
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    retry: { doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 429, 451], retryAfterBaseValue: second },
    throttle: {
      enabled: second > 0,
      retryAfterBaseValue: second,
      onRateLimit: (seconds, options, _octokit, retries) => wait(seconds, options, retries),
      onSecondaryRateLimit: (seconds, options, _octokit, retries) => wait(seconds, options, retries),
    },
  });
  octokit.hook.before('request', (options) => {
    if (options.method !== 'GET') options.request['retries'] = 0;
  });
  return octokit;
}

const usualSecond = 1000;

const silent = (): void => undefined;

/** Seconds; and how often. */
const longestWait = 60;
const mostWaits = 2;

/** The web site that belongs to a REST interface, as GitHub and its Enterprise Server lay them out. */
const siteOf = (api: string): string =>
  api === publicApi ? 'https://github.com' : api.replace(/\/api\/v3$/, '');

export const publicApi = 'https://api.github.com';
