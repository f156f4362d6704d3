import type { Forgejo } from '../adapters/forgejo-client.ts';
import type { GitLab } from '../adapters/gitlab-client.ts';
import { Fault } from '../core/fault.ts';
import type { Context } from './context.ts';

/** Products beside GitHub: the usual site, the variable that names another one, and the one with the token. */
const products = {
  gitlab: { usual: 'https://gitlab.com', site: 'OPAM_SIGNET_GITLAB', token: 'GITLAB_TOKEN' },
  forgejo: { usual: 'https://codeberg.org', site: 'OPAM_SIGNET_FORGEJO', token: 'FORGEJO_TOKEN' },
} as const;

type Product = keyof typeof products;

/** The host that is taken for this product; no other one is ever sent its token. */
export const otherHost = (context: Context, product: Product): string =>
  new URL(siteOf(context, product)).host;

export async function openGitLab(context: Context): Promise<GitLab> {
  const client = await import('../adapters/gitlab-client.ts');
  return new client.GitLab({ site: siteOf(context, 'gitlab'), token: tokenOf(context, 'gitlab') });
}

export async function openForgejo(context: Context): Promise<Forgejo> {
  const client = await import('../adapters/forgejo-client.ts');
  return new client.Forgejo({ site: siteOf(context, 'forgejo'), token: tokenOf(context, 'forgejo') });
}

export function ownerAndName(path: string): { readonly owner: string; readonly name: string } | undefined {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(path) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

function siteOf({ environment }: Context, product: Product): string {
  const { site: variable, usual } = products[product];
  const setting = environment[variable];
  if (setting === undefined || setting === '') return usual;
  const { protocol, hostname } = URL.canParse(setting) ? new URL(setting) : { protocol: '', hostname: '' };
  // A token in clear text would be anybody's on the way.
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) {
    return setting.replace(/\/+$/, '');
  }
  throw new Fault(
    'config.invalid',
    `${variable} is "${setting}", which is no https address.`,
    `Set it to the address of the web site, as ${usual} is one.`,
  );
}

/** A token is one word; anything else would break the header that it is sent in. */
function tokenOf({ environment }: Context, product: Product) {
  const { token: variable } = products[product];
  const secret = environment[variable]?.trim() ?? '';
  if (secret === '') return undefined;
  if (/^[\x21-\x7e]{1,1024}$/.test(secret)) return { secret, origin: variable };
  throw new Fault(
    'config.invalid',
    `What ${variable} has is no token: a token is one word.`,
    `Set ${variable} anew.`,
  );
}
