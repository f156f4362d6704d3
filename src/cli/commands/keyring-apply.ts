import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import type { Oid } from '../../core/git/oid.ts';
import type { KeyringAtHand } from '../../core/trust/keyring-state.ts';
import { resultJson } from '../../render/json.ts';
import { readyToApply } from '../../workflows/change-keyring-apply.ts';
import type { KeyringWork } from '../../workflows/change-keyring-draft.ts';
import { compareKeyrings } from '../../workflows/change-keyring-show.ts';
import { differenceText } from '../../render/keyring.ts';
import { versionPullText } from '../../render/keyring-pull-request.ts';
import { commitKeyring } from '../../workflows/commit-keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { requireIdentity } from '../reviewing.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { commitFolder, pushBranch } from './keyring-branch.ts';
import { type PlannedPull, type PullOptions, questionOf, withPull } from './keyring-pull.ts';
import { agreed, openWork, type PlaceOptions, refuse } from './keyring-work.ts';

const verb = 'keyring apply';

interface Options extends PlaceOptions, PullOptions {}

/** `keyring apply`: commits the version in the folder on HEAD, once it has the signatures that it needs. */
export async function keyringApplyCommand(context: Context, options: Options): Promise<ExitCode> {
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const ready = await readyToApply(work.value);
  if (!ready.ok) return refuse(context, verb, ready.findings);
  const { version, repository } = ready.value.keyring;
  const compared = await compareKeyrings(work.value);
  const difference = compared.ok ? compared.value.difference : [];
  context.tell(differenceText(difference, context.errorStyle));
  const git = new UserGit(context.options.directory, environmentOfPrograms(context));
  const wish = {
    title: `Keyring version ${version}`,
    text: versionPullText(version, difference),
    repository,
    branch: `keyring-${version}`,
  };
  const applied = { work: work.value, state: ready.value };
  return withPull(context, git, options, wish, (pull) => apply(context, git, options, applied, pull));
}

/** Commits, pushes and opens the pull request after the one yes, as far as is asked for. */
async function apply(
  context: Context,
  git: UserGit,
  options: Options,
  applied: Applied,
  pull: PlannedPull | undefined,
): Promise<ExitCode> {
  const { version, digest } = applied.state.keyring;
  const { push, dryRun } = options;
  const steps = [
    `commit version ${version} of the keyring file`,
    ...(pull?.steps ?? (push === undefined ? [] : [`push it to ${push}`])),
  ];
  if (dryRun && pull !== undefined) context.tell(`would ${steps.join(', ')}\n`);
  if (!dryRun && !(await agreed(context, questionOf(steps)))) return exitCodes.interrupted;
  const commit = dryRun ? undefined : await commitVersion(context, git, options, applied);
  if (commit !== undefined && push !== undefined && pull === undefined) await pushBranch(git, commit, push);
  const address = commit === undefined ? undefined : await pull?.open(commit);
  const pushed = push === undefined ? '' : ` and pushed to ${push}`;
  const done = commit === undefined ? 'would be committed' : `is committed${pushed}: ${commit}`;
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { version, digest, dryRun, commit: commit ?? null, pullRequest: address ?? null })
      : `version ${version} of the keyring file ${done}\n${address === undefined ? '' : `${address}\n`}`,
  );
  return exitCodes.done;
}

interface Applied {
  readonly work: KeyringWork;
  readonly state: KeyringAtHand;
}

/** On HEAD where that has the version in force; otherwise right on top of the base, as one step, HEAD staying. */
async function commitVersion(
  context: Context,
  git: UserGit,
  { folder, base }: Options,
  { work, state }: Applied,
): Promise<Oid> {
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
