import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAs, runBackend } from './git-backend.ts';
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
    void runBackend({ folder, url, request, environment: scrubbedEnvironment(folder) }).then((output) => {
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
