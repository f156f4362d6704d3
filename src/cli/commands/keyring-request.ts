import { readIdentity } from '../../adapters/git-config.ts';
import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { Identity } from '../../core/git/object.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { ObjectStore, Signer } from '../../core/ports.ts';
import { differenceText } from '../../render/keyring.ts';
import { resultJson } from '../../render/json.ts';
import { requestPullText } from '../../render/keyring-pull-request.ts';
import { keyringAt, type Proposal } from '../../workflows/change-keyring-draft.ts';
import {
  commitRequest,
  type JoinRequest,
  proposeRequest,
  type RequestPlace,
} from '../../workflows/request-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { environmentOfPrograms, openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { pushBranch } from './keyring-branch.ts';
import { type PullOptions, questionOf, withPull } from './keyring-pull.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { agreed, noKeyringAt, prompterOf, refuse } from './keyring-work.ts';

interface Options extends SigningKeyOptions, PullOptions {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly github?: string | undefined;
  readonly package?: readonly string[] | undefined;
  readonly base: string;
  readonly branch?: string | undefined;
}

const verb = 'keyring request';

/** `keyring request ID`: a branch whose one commit asks for its signer to be added, and proves that they hold the key. */
export async function keyringRequestCommand(context: Context, options: Options): Promise<ExitCode> {
  const { environment } = context;
  const ask = new KeyringQuestions(prompterOf(context));
  const id = await ask.text(
    options.id,
    'ID',
    'Who do you want to be in the keyring? (lower-case letters, digits and dashes)',
  );
  ask.requireAll();
  const store = await openStore(context.options.directory, { kind: 'auto', environment });
  try {
    const place = await placeOf(context, store, options.base);
    if (!place.ok) return await refuse(context, verb, place.findings);
    const signer = await openSigningKey(context, options);
    const request = requestOf(id, options);
    const proposal = await proposeRequest(place.value, request, signer);
    if (!proposal.ok) return await refuse(context, verb, proposal.findings);
    const { branch = `keyring-request-${id}` } = options;
    const asking = { ...options, branch, push: options.push && `${options.push}:${branch}` };
    const asked = { request, signer, place: place.value, proposal: proposal.value };
    return await askAdmins(context, asking, asked);
  } finally {
    await store.close();
  }
}

const requestOf = (id: string, { name, github, package: packages = [] }: Options): JoinRequest => ({
  id,
  packages,
  ...(name === undefined ? {} : { name }),
  ...(github === undefined ? {} : { github }),
});

interface Asked {
  readonly request: JoinRequest;
  readonly signer: Signer;
  readonly place: RequestPlace;
  readonly proposal: Proposal;
}

/** Shows the request, and after the one yes signs it, pushes it and opens its pull request, as far as is asked for. */
async function askAdmins(
  context: Context,
  options: Options & { readonly branch: string },
  { request, signer, place, proposal }: Asked,
): Promise<ExitCode> {
  const { branch, push, dryRun } = options;
  const { difference = [], state } = proposal;
  context.tell(differenceText(difference, context.errorStyle));
  const git = new UserGit(context.options.directory, environmentOfPrograms(context));
  const identity = await identityOf(git, context.now);
  const title = `Add ${request.id} to the keyring`;
  const wish = {
    title,
    text: requestPullText(request.id, difference),
    repository: state.keyring.repository,
    branch,
  };
  return withPull(context, git, options, wish, async (pull) => {
    const steps = [
      `sign this request on branch ${branch}`,
      ...(pull?.steps ?? (push === undefined ? [] : [`push it to ${push}`])),
    ];
    if (dryRun && pull !== undefined) context.tell(`would ${steps.join(', ')}\n`);
    if (!dryRun && !(await agreed(context, questionOf(steps)))) return exitCodes.interrupted;
    const commit = dryRun ? undefined : await commitRequest(place, request, proposal, identity, signer);
    if (commit !== undefined) await keep(place.store, commit, branch);
    if (commit !== undefined && push !== undefined && pull === undefined) await pushBranch(git, commit, push);
    const address = commit === undefined ? undefined : await pull?.open(commit);
    await context.print(
      context.options.format === 'json'
        ? resultJson(verb, {
            version: state.keyring.version,
            dryRun,
            branch,
            commit: commit ?? null,
            pullRequest: address ?? null,
            difference,
          })
        : told(branch, commit, push, address),
    );
    return exitCodes.done;
  });
}

async function placeOf(
  { now }: Context,
  store: ObjectStore,
  revision: string,
): Promise<
  { ok: true; value: RequestPlace } | Extract<Awaited<ReturnType<typeof keyringAt>>, { ok: false }>
> {
  const base = await requireCommit(store, revision);
  const inForce = await keyringAt(store, base);
  if (!inForce.ok) return inForce;
  if (inForce.value !== undefined) return { ok: true, value: { store, base, inForce: inForce.value, now } };
  throw noKeyringAt(revision);
}

async function identityOf(git: UserGit, now: number): Promise<Identity> {
  const who = await readIdentity(git);
  if (who !== undefined) return { name: who.name, email: who.email, time: now, zone: who.zone };
  throw new Fault(
    'config.invalid',
    'git does not know your name and address.',
    'Run git config user.name NAME and git config user.email ADDRESS.',
  );
}

/** A request that stood on the branch before is replaced only by whoever removes it. */
async function keep(store: ObjectStore, commit: Oid, branch: string): Promise<void> {
  const name = `refs/heads/${branch}`;
  if ((await store.references(name)).some((one) => one.name === name)) {
    throw new Fault(
      'usage.argument',
      `The branch ${branch} exists already.`,
      `Take another with --branch, or remove it: git branch -D ${branch}.`,
    );
  }
  await store.updateReference(name, commit, undefined);
}

function told(
  branch: string,
  commit: Oid | undefined,
  target: string | undefined,
  pull: string | undefined,
): string {
  if (commit === undefined) return `branch ${branch}, not written\n`;
  if (pull !== undefined) return `${commit} on branch ${branch} asks the admins: ${pull}\n`;
  const next =
    target === undefined
      ? `git push YOUR-FORK ${branch}, then open a pull request`
      : `open a pull request from ${target}`;
  return `${commit} on branch ${branch} asks the admins; next: ${next}\n`;
}
