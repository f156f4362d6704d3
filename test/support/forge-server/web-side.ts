import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerAs, headerOf, runBackend } from '../git-backend.ts';
import { scrubbedEnvironment } from '../scratch.ts';
import type { ForgeRepository, ForgeState, ForgeToken } from './forge-state.ts';
import { Refusal } from './refusal.ts';

/** git over HTTP, with tokens as passwords; reading public repositories takes none. */
export async function serveRepository(
  state: ForgeState,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, owner = '', name = ''] = /^\/([^/]+)\/([^/]+)\.git\//.exec(url.pathname) ?? [];
  const password = passwordOf(request);
  const token = password === undefined ? undefined : state.tokens.get(password);
  const service = url.searchParams.get('service') ?? url.pathname.split('/').at(-1);
  const writing = service === 'git-receive-pack';
  const refusal = refusalFor(state, { owner, name, token, writing, anonymous: password === undefined });
  if (refusal !== undefined) {
    request.resume();
    const headers = refusal === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
    response.writeHead(refusal, { 'content-type': 'text/plain', ...headers }).end(`refused: ${refusal}\n`);
    return;
  }
  const repository = state.repository(owner, name, token?.login);
  const workflows = token?.scopes === undefined || token.scopes.includes('workflow') ? 'allowed' : 'refused';
  const environment = { ...scrubbedEnvironment(state.folder), FORGE_WORKFLOWS: workflows };
  const output = await runBackend({
    folder: state.folder,
    url: onDisk(url, repository),
    request,
    environment,
  });
  if (writing) await state.follow(repository);
  answerAs(output, response);
}

/** The password of a request, whoever it says to be from. */
export function passwordOf(request: IncomingMessage): string | undefined {
  const given = /^Basic (.+)$/.exec(headerOf(request, 'authorization'))?.[1];
  return (
    given &&
    Buffer.from(given, 'base64')
      .toString()
      .replace(/^[^:]*:/, '')
  );
}

/** The same request by the name that the folder has: names of repositories know no case. */
function onDisk(url: URL, { owner, name }: ForgeRepository): URL {
  const path = url.pathname.replace(/^\/[^/]+\/[^/]+\.git/, `/${owner}/${name}.git`);
  return new URL(`${path}${url.search}`, url);
}

interface Visit {
  readonly owner: string;
  readonly name: string;
  readonly token: ForgeToken | undefined;
  readonly writing: boolean;
  readonly anonymous: boolean;
}

function refusalFor(
  state: ForgeState,
  { owner, name, token, writing, anonymous }: Visit,
): number | undefined {
  if (!anonymous && token === undefined) return 401;
  const repository = state.repositories.get(`${owner}/${name}`.toLowerCase());
  const permission = repository === undefined ? 'none' : state.permission(repository, token?.login);
  if (permission === 'none' || (repository?.delay ?? 0) > 0) return anonymous ? 401 : 404;
  if (!writing) return undefined;
  if (anonymous) return 401;
  const scoped =
    token?.scopes === undefined || token.scopes.some((scope) => /^(repo|public_repo)$/.test(scope));
  return scoped && permission !== 'read' ? undefined : 403;
}

/** What the web site hands out without a token: archives that git makes, and assets of published releases. */
export async function download(state: ForgeState, path: string): Promise<Uint8Array | undefined> {
  const [, owner = '', name = '', kind, rest = ''] =
    /^\/([^/]+)\/([^/]+)\/(archive|releases\/download)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
  if (kind === undefined) return undefined;
  const repository = state.repository(owner, name, undefined);
  if (kind === 'archive') return archive(repository, rest.replace(/\.tar\.gz$/, ''));
  const [tag, file] = [rest.slice(0, rest.lastIndexOf('/')), rest.slice(rest.lastIndexOf('/') + 1)];
  const release = repository.releases.find((one) => one.tag === tag && !one.draft);
  const asset = release?.assets.find((one) => one.name === file);
  if (asset === undefined) throw new Refusal(404, 'Not Found');
  return asset.content;
}

async function archive({ git, name }: ForgeRepository, revision: string): Promise<Uint8Array> {
  const version = revision.replace(/^refs\/(heads|tags)\//, '').replace(/^v(?=\d)/, '');
  const args = ['archive', '--format=tar.gz', `--prefix=${name}-${version}/`, revision];
  const { status, stdout } = await git.tryGit(args);
  if (status !== 0) throw new Refusal(404, 'Not Found');
  return stdout;
}
