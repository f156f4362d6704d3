import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { gitForge } from '../adapters/git-forge.ts';
import { githubForge } from '../adapters/github-forge.ts';
import { type GitHubName, parseGitHubName, spell } from '../adapters/github-fork.ts';
import type { WorkspaceOptions } from '../adapters/workspace.ts';
import type { ForkingProduct } from '../adapters/forking-forge.ts';
import { Fault } from '../core/fault.ts';
import type { Forge, ForgeKind } from '../core/ports.ts';
import { parseForgePlace } from '../core/review/pull-request-name.ts';
import type { Context } from './context.ts';
import { openGitHub } from './github.ts';
import { openForgejo, openGitLab, otherHost, ownerAndName } from './other-forges.ts';

/** How submissions reach a package repository, as far as flags or an earlier run say. */
export interface SubmissionRoute {
  /** Undefined: told by the address. */
  readonly forge: ForgeKind | undefined;
  /** `owner/name` of the fork to push to. */
  readonly fork: string | undefined;
  readonly tokenFile: string | undefined;
  readonly draft: boolean;
  /** Whether GitHub gets objects by git or through its REST interface alone. */
  readonly pushBy: 'git' | 'api';
  /** Whether somebody must be logged in: a dry run can do without. */
  readonly submits: boolean;
}

/** The package repository that most releases are for. */
export const usualRepository = 'ocaml/opam-repository';

/**
 * Opens the forge that an address means: `owner/name` and addresses of github.com are at GitHub, unless a folder bears
 * that name; GitLab and Forgejo are told by their hosts; every other path or URL is a git repository and nothing else.
 */
export async function openForge(
  context: Context,
  address: string,
  route: SubmissionRoute,
  sourceAddress: string | undefined,
  workspace: Omit<WorkspaceOptions, 'address'>,
): Promise<Forge> {
  const folder = resolve(context.options.directory);
  const { folder: place, environment, openStore } = workspace;
  const kind = route.forge ?? kindOf(context, address, folder);
  if (kind === 'git') {
    const location = isUrl(address) ? address : resolve(folder, address);
    return gitForge({ address: location, workspace: place, environment, openStore });
  }
  if (kind !== 'github') return openForkingForge(context, kind, address, route, workspace);
  const upstream = requireName('--to', address);
  const github = await openGitHub(context, { ...hostOf(address), tokenFile: route.tokenFile });
  if (route.submits) github.requireToken(`take a pull request at ${spell(upstream)}`);
  const fork = route.fork === undefined ? undefined : requireName('--fork', route.fork);
  const { draft, pushBy } = route;
  return githubForge({
    github,
    upstream,
    fork,
    draft,
    pushBy,
    sourceAddress,
    workspace: place,
    environment,
    openStore,
  });
}

/** GitLab, Forgejo or Gitea, at the site that is known for it. */
async function openForkingForge(
  context: Context,
  kind: 'gitlab' | 'forgejo',
  address: string,
  { fork, draft, submits }: SubmissionRoute,
  workspace: Omit<WorkspaceOptions, 'address'>,
): Promise<Forge> {
  const { forkingForge } = await import('../adapters/forking-forge.ts');
  const product = await openProduct(context, kind, parseForgePlace(address)?.path ?? address);
  if (submits) await product.login();
  return forkingForge(product, { ...workspace, fork, draft });
}

async function openProduct(
  context: Context,
  kind: 'gitlab' | 'forgejo',
  path: string,
): Promise<ForkingProduct> {
  if (kind === 'gitlab') {
    const { gitlabSubmission } = await import('../adapters/gitlab-submission.ts');
    return gitlabSubmission(await openGitLab(context), path);
  }
  const name = ownerAndName(path);
  if (name === undefined) {
    throw new Fault(
      'usage.argument',
      `--to names no repository at Forgejo: "${path}".`,
      'Give OWNER/NAME or its address.',
    );
  }
  const { forgejoSubmission } = await import('../adapters/forgejo-submission.ts');
  return forgejoSubmission(await openForgejo(context), { owner: name.owner, repo: name.name });
}

function kindOf(context: Context, address: string, folder: string): ForgeKind {
  const host = parseForgePlace(address)?.host;
  if (host === otherHost(context, 'gitlab')) return 'gitlab';
  if (host === otherHost(context, 'forgejo')) return 'forgejo';
  if (/^(?:https?:\/\/|(?:ssh:\/\/)?git@)github\.com[/:]/.test(address)) return 'github';
  const short = /^[\w-][\w.-]*\/[\w.-]+$/.test(address);
  return short && !existsSync(resolve(folder, address)) ? 'github' : 'git';
}

function requireName(flag: string, text: string): GitHubName {
  const name = parseGitHubName(text);
  if (name !== undefined) return name;
  throw new Fault(
    'usage.argument',
    `${flag} names no repository at GitHub: "${text}".`,
    `Give OWNER/NAME or its address: ${flag} ${usualRepository}.`,
  );
}

function hostOf(address: string): { readonly host?: string } {
  const host = /^(?:https?:\/\/|(?:ssh:\/\/)?git@)([^/:]+)/.exec(address)?.[1];
  return host === undefined ? {} : { host };
}

/** A URL, or a host and path as ssh takes it. Everything else is a path. */
const isUrl = (address: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:/i.test(address);
