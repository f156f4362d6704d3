import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server on 127.0.0.1 that plays a key server and the Web Key Directory of every domain. */
export interface KeyServers {
  readonly url: string;
  /** What stands at a path, with its query as it was asked. */
  readonly files: Map<string, Uint8Array | string>;
  readonly requests: string[];
  /** The global fetch, but every host is this server. */
  readonly fetch: (url: string, options: { readonly signal: AbortSignal }) => Promise<Response>;
  close(): Promise<void>;
}

export async function serveKeys(): Promise<KeyServers> {
  const files = new Map<string, Uint8Array | string>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push([request.headers['x-host'] ?? request.headers.host, path].join(' '));
    const file = files.get(path);
    if (file === undefined) response.writeHead(404).end('no such key');
    else response.writeHead(200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    files,
    requests,
    fetch: async (asked, options) => {
      const { host, pathname, search } = new URL(asked);
      const answer = await fetch(`${url}${pathname}${search}`, { ...options, headers: { 'x-host': host } });
      return new Response(answer.body, { status: answer.status });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The name of an address in a Web Key Directory, for the addresses of these tests (`gpg --list-keys --with-wkd-hash`). */
export const wkdPath = (hash: string, local: string): string =>
  `/.well-known/openpgpkey/hu/${hash}?l=${local}`;
