import { spawn, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { scrubbedEnvironment } from './scratch.ts';

export interface GitHttpServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end; repositories are below it by their folder's name. */
  readonly url: string;
  /** The request lines so far: `POST /target.git/git-upload-pack`. */
  readonly requests: readonly string[];
  /** Other files to serve, by path. */
  readonly files: Map<string, Uint8Array>;
  close(): Promise<void>;
}

/**
 * Serves the bare repositories of a folder over smart HTTP on 127.0.0.1, through git's own `git http-backend`
 * (git-http-backend(1)). Pushing is allowed to everybody.
 */
export async function serveGit(folder: string): Promise<GitHttpServer> {
  const requests: string[] = [];
  const files = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    const file = files.get(url.pathname);
    if (file !== undefined) {
      response.writeHead(200, { 'content-length': file.length }).end(file);
      return;
    }
    void runBackend(folder, url, request).then((output) => {
      answerAs(output, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    files,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const backend = join(
  spawnSync('git', ['--exec-path'], { encoding: 'utf8' }).stdout.trim(),
  'git-http-backend',
);

/**
 * One request by the Common Gateway Interface (RFC 3875). `more` is further environment for git and its hooks; the
 * answer is what the script printed.
 */
export function runBackend(
  folder: string,
  url: URL,
  request: IncomingMessage,
  more: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const child = spawn(backend, [], {
    env: {
      ...scrubbedEnvironment(folder),
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
      ...more,
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
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
