import { Fault } from '../core/fault.ts';
import type { GitHubToken } from './github-token.ts';

export interface Asked {
  /** Completes "GitHub would not …". */
  readonly doing: string;
  readonly api: string;
  readonly token: GitHubToken | undefined;
}

/** What Octokit throws, as far as it is read here (RequestError of @octokit/request-error). */
interface RequestFailure {
  readonly status: number;
  readonly message: string;
  /** Undefined: no answer came. */
  readonly headers: Readonly<Record<string, unknown>> | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

function failureOf(error: unknown): RequestFailure | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const response = 'response' in error && error.response !== undefined ? record(error.response) : undefined;
  return {
    status: error.status,
    message: error.message,
    headers: response && record(response['headers']),
    data: record(response?.['data']),
  };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** There is no such thing, or none that this token may see. */
export const isMissing = (error: unknown): boolean => failureOf(error)?.status === 404;

/** Whether a write may have taken effect all the same, now or in an earlier run. */
export function isUnclear(error: unknown): boolean {
  const failure = failureOf(error);
  return failure !== undefined && (failure.status >= 500 || failure.status === 422 || failure.status === 409);
}

/** A failure in words, without anything that the request held. Errors of other kinds are bugs and stay as they are. */
export function githubFault(error: unknown, asked: Asked): unknown {
  const failure = failureOf(error);
  if (failure === undefined) return error;
  const { status, headers } = failure;
  if (headers === undefined) return unreachable(failure, asked);
  if (status === 429 || (status === 403 && isRateLimit(failure))) return rateLimited(failure, asked);
  const said = `GitHub would not ${asked.doing}: ${whatItSays(failure, asked.token)}`;
  if (status === 401) return new Fault('token.refused', said, mendToken(asked));
  if (status === 403) return new Fault('token.refused', said, mendScope(asked));
  if (status >= 500)
    return new Fault(
      'network.failed',
      said,
      'Run the command again; https://www.githubstatus.com tells more.',
    );
  const mend =
    status === 404
      ? 'Check the names. What is private is found only with a token that may read it.'
      : 'Mend what GitHub says, then run the command again.';
  return new Fault('forge.refused', said, mend);
}

function unreachable({ message }: RequestFailure, { api, doing }: Asked): Fault {
  return new Fault(
    'network.failed',
    `GitHub could not be reached at ${api} to ${doing}: ${message.replace(/\.$/, '')}.`,
    'Check the network, then run the command again.',
  );
}

const isRateLimit = ({ headers, message }: RequestFailure): boolean =>
  headers?.['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message);

function rateLimited({ headers }: RequestFailure, { doing, token }: Asked): Fault {
  const reset = Number(headers?.['x-ratelimit-reset']);
  const when =
    reset > 0 ? `after ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC` : 'in some minutes';
  return new Fault(
    'forge.rate-limit',
    `GitHub would not ${doing} now: too many requests were made.`,
    token === undefined
      ? `Log in (gh auth login): the limit is higher then. Or run it again ${when}.`
      : `Run it again ${when}.`,
  );
}

/** GitHub's own words, with what it says of single values; without the token, should it say that. */
function whatItSays({ status, data }: RequestFailure, token: GitHubToken | undefined): string {
  const errors: readonly unknown[] = Array.isArray(data['errors']) ? data['errors'] : [];
  const details = errors.flatMap((one) => {
    const { message, resource, field, code } = record(one);
    if (typeof one === 'string') return [one];
    if (typeof message === 'string') return [message];
    return typeof code === 'string'
      ? [[resource, field, code].filter((word) => typeof word === 'string').join(' ')]
      : [];
  });
  const message = typeof data['message'] === 'string' ? data['message'] : `status ${status}`;
  const said = `${[message, ...details].map((one) => one.replace(/\.$/, '')).join('. ')}.`;
  return token === undefined ? said : said.replaceAll(token.secret, '…');
}

const mendToken = ({ token }: Asked): string =>
  token === undefined
    ? 'Log in with gh auth login, or set GH_TOKEN.'
    : `The token came from ${token.origin}. Make a new one: gh auth login, or on GitHub under Settings, Developer settings.`;

const mendScope = ({ token }: Asked): string =>
  token === undefined
    ? 'Log in with gh auth login, or set GH_TOKEN.'
    : `The token came from ${token.origin}. It needs the scope public_repo; a fine-grained one may write contents and pull requests.`;
