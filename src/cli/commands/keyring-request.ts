import { readIdentity } from '../../adapters/git-config.ts';
import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import type { Identity } from '../../core/git/object.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { differenceText } from '../../render/keyring.ts';
import { resultJson } from '../../render/json.ts';
import { keyringAt } from '../../workflows/change-keyring-draft.ts';
import { commitRequest, proposeRequest, type RequestPlace } from '../../workflows/request-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { environmentOfPrograms, openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { pushBranch } from './keyring-branch.ts';
import { agreed, noKeyringAt, refuse } from './keyring-work.ts';

interface Options extends SigningKeyOptions {
  readonly id: string;
  readonly name?: string | undefined;
  readonly github?: string | undefined;
  readonly package?: readonly string[] | undefined;
  readonly base: string;
  readonly branch?: string | undefined;
  readonly push?: string | undefined;
  readonly dryRun: boolean;
}

const verb = 'keyring request';

/** `keyring request ID`: a branch whose one commit asks for its signer to be added, and proves that they hold the key. */
export async function keyringRequestCommand(context: Context, options: Options): Promise<ExitCode> {
  const { environment } = context;
  const store = await openStore(context.options.directory, { kind: 'auto', environment });
  try {
    const place = await placeOf(context, store, options.base);
    if (!place.ok) return await refuse(context, verb, place.findings);
    const signer = await openSigningKey(context, options);
    const { id, name, github, branch = `keyring-request-${id}` } = options;
    const request = {
      id,
      packages: options.package ?? [],
      ...(name === undefined ? {} : { name }),
      ...(github === undefined ? {} : { github }),
    };
    const proposal = await proposeRequest(place.value, request, signer);
    if (!proposal.ok) return await refuse(context, verb, proposal.findings);
    const { difference = [], state } = proposal.value;
    context.tell(differenceText(difference, context.errorStyle));
    const git = new UserGit(context.options.directory, environmentOfPrograms(context));
    const identity = await identityOf(git, context.now);
    const where = options.push === undefined ? '' : ` and push it to ${options.push}`;
    if (!options.dryRun && !(await agreed(context, `Sign this request on branch ${branch}${where}?`)))
      return exitCodes.interrupted;
    const commit = options.dryRun
      ? undefined
      : await commitRequest(place.value, request, proposal.value, identity, signer);
    if (commit !== undefined) await keep(store, git, commit, branch, options.push);
    await context.print(
      context.options.format === 'json'
        ? resultJson(verb, {
            version: state.keyring.version,
            dryRun: options.dryRun,
            branch,
            commit: commit ?? null,
            difference,
          })
        : told(branch, commit, options.push),
    );
    return exitCodes.done;
  } finally {
    await store.close();
  }
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
async function keep(
  store: ObjectStore,
  git: UserGit,
  commit: Oid,
  branch: string,
  remote: string | undefined,
): Promise<void> {
  const name = `refs/heads/${branch}`;
  if ((await store.references(name)).some((one) => one.name === name)) {
    throw new Fault(
      'usage.argument',
      `The branch ${branch} exists already.`,
      `Take another with --branch, or remove it: git branch -D ${branch}.`,
    );
  }
  await store.updateReference(name, commit, undefined);
  if (remote !== undefined) await pushBranch(git, commit, `${remote}:${branch}`);
}

function told(branch: string, commit: Oid | undefined, remote: string | undefined): string {
  if (commit === undefined) return `branch ${branch}, not written\n`;
  const next =
    remote === undefined
      ? `git push YOUR-FORK ${branch}, then open a pull request`
      : `open a pull request from branch ${branch} of ${remote}`;
  return `${commit} on branch ${branch} asks the admins; next: ${next}\n`;
}
