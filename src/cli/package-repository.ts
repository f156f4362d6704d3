import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { gitForge } from '../adapters/git-forge.ts';
import { githubForge } from '../adapters/github-forge.ts';
import { type GitHubName, parseGitHubName, spell } from '../adapters/github-fork.ts';
import type { WorkspaceOptions } from '../adapters/git-workspace.ts';
import { Fault } from '../core/fault.ts';
import type { Forge, ForgeKind } from '../core/ports.ts';
import type { Context } from './context.ts';
import { openGitHub } from './github.ts';

/** How submissions reach a package repository, as far as flags or an earlier run say. */
export interface SubmissionRoute {
  /** Undefined: told by the address. */
  readonly forge: ForgeKind | undefined;
  /** `owner/name` of the fork to push to. */
  readonly fork: string | undefined;
  readonly tokenFile: string | undefined;
  readonly draft: boolean;
  /** Whether somebody must be logged in: a dry run can do without. */
  readonly submits: boolean;
}

/** The package repository that most releases are for. */
export const usualRepository = 'ocaml/opam-repository';

/**
 * Opens the forge that an address means: `owner/name` and addresses of github.com are at GitHub, unless a folder bears
 * that name; every other path or URL is a git repository and nothing else.
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
  if ((route.forge ?? kindOf(address, folder)) === 'git') {
    const location = isUrl(address) ? address : resolve(folder, address);
    return gitForge({ address: location, workspace: place, environment, openStore });
  }
  const upstream = requireName('--to', address);
  const github = await openGitHub(context, { ...hostOf(address), tokenFile: route.tokenFile });
  if (route.submits) github.requireToken(`take a pull request at ${spell(upstream)}`);
  const fork = route.fork === undefined ? undefined : requireName('--fork', route.fork);
  const { draft } = route;
  return githubForge({
    github,
    upstream,
    fork,
    draft,
    sourceAddress,
    workspace: place,
    environment,
    openStore,
  });
}

function kindOf(address: string, folder: string): ForgeKind {
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
