import { spawn, spawnSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

const backend = join(
  spawnSync('git', ['--exec-path'], { encoding: 'utf8' }).stdout.trim(),
  'git-http-backend',
);

export interface BackendRequest {
  /** The folder that the repositories are in. */
  readonly folder: string;
  readonly url: URL;
  readonly request: IncomingMessage;
  /** For git and its hooks. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One request by the Common Gateway Interface (RFC 3875); the answer is what the script printed. */
export function runBackend({ folder, url, request, environment }: BackendRequest): Promise<Buffer> {
  const child = spawn(backend, [], {
    env: {
      ...environment,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      // Otherwise only somebody with a name may push.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_PROTOCOL: headerOf(request, 'git-protocol'),
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: headerOf(request, 'content-type'),
      HTTP_CONTENT_ENCODING: headerOf(request, 'content-encoding'),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  // Where the client hangs up, the script gets the end of its input too.
  pipeline(request, child.stdin, () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('close', () => {
      resolve(Buffer.concat(chunks));
    });
  });
}

export const headerOf = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

/** What a script prints: headers, an empty line, the body; `Status:` is the status of the response. */
export function answerAs(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers = output
    .toString('latin1', 0, Math.max(end, 0))
    .split('\r\n')
    .map((line) => /^([^:]+): *(.*)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]));
  const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  response.statusCode = end < 0 ? 500 : Number.parseInt(status, 10);
  for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
  response.end(output.subarray(end + 4));
}
