import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import type { KeyringState } from '../../core/trust/keyring-state.ts';
import { resultJson } from '../../render/json.ts';
import { readyToApply } from '../../workflows/change-keyring-apply.ts';
import type { KeyringWork } from '../../workflows/change-keyring-draft.ts';
import { compareKeyrings } from '../../workflows/change-keyring-show.ts';
import { differenceText } from '../../render/keyring.ts';
import { commitKeyring } from '../../workflows/commit-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { requireIdentity } from '../reviewing.ts';
import { commitFolder, pushBranch } from './keyring-branch.ts';
import { agreed, openWork, type PlaceOptions, refuse } from './keyring-work.ts';

const verb = 'keyring apply';

interface Options extends PlaceOptions {
  /** A remote to push to, as `REMOTE` or `REMOTE:BRANCH`. */
  readonly push?: string | undefined;
  readonly dryRun: boolean;
}

/** `keyring apply`: commits the version in the folder on HEAD, once it has the signatures that it needs. */
export async function keyringApplyCommand(context: Context, options: Options): Promise<ExitCode> {
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const ready = await readyToApply(work.value);
  if (!ready.ok) return refuse(context, verb, ready.findings);
  const { version, digest } = ready.value.keyring;
  const compared = await compareKeyrings(work.value);
  if (compared.ok) context.tell(differenceText(compared.value.difference, context.errorStyle));
  const where = options.push === undefined ? '' : ` and push it to ${options.push}`;
  if (!options.dryRun && !(await agreed(context, `Commit version ${version} of the keyring file${where}?`))) {
    return exitCodes.interrupted;
  }
  const git = new UserGit(context.options.directory, context.environment);
  const commit = options.dryRun
    ? undefined
    : await commitVersion(context, git, options, { work: work.value, state: ready.value });
  if (commit !== undefined && options.push !== undefined) await pushBranch(git, commit, options.push);
  const done = commit === undefined ? 'would be committed' : `is committed: ${commit}`;
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { version, digest, dryRun: options.dryRun, commit: commit ?? null })
      : `version ${version} of the keyring file ${done}\n`,
  );
  return exitCodes.done;
}

interface Applied {
  readonly work: KeyringWork;
  readonly state: KeyringState;
}

/** On HEAD where that has the version in force; otherwise right on top of the base, as one step, HEAD staying. */
async function commitVersion(
  context: Context,
  git: UserGit,
  { folder, base }: Options,
  { work, state }: Applied,
): Promise<string> {
  const message = `Keyring version ${state.keyring.version}`;
  if (base === undefined) return commitFolder(context, git, folder, state, message);
  const { environment, options, now } = context;
  const store = await openStore(options.directory, { kind: 'auto', environment });
  try {
    const { name, email, zone } = await requireIdentity(context);
    return await commitKeyring(store, {
      base: await requireCommit(store, base),
      inForce: work.inForce,
      files: state.files,
      identity: { name, email, time: now, zone },
      message: `${message}\n`,
    });
  } finally {
    await store.close();
  }
}
