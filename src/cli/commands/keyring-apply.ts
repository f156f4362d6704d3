import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import { loadKeyring } from '../../core/trust/keyring-state.ts';
import { resultJson } from '../../render/json.ts';
import { readyToApply } from '../../workflows/change-keyring-apply.ts';
import { compareKeyrings } from '../../workflows/change-keyring-show.ts';
import { differenceText } from '../../render/keyring.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { pushBranch } from './keyring-branch.ts';
import { agreed, openWork, type PlaceOptions, refuse } from './keyring-work.ts';

const verb = 'keyring apply';

interface Options extends Pick<PlaceOptions, 'folder'> {
  /** A remote to push to, as `REMOTE` or `REMOTE:BRANCH`. */
  readonly push?: string | undefined;
  readonly dryRun: boolean;
}

/** `keyring apply`: commits the version in the folder on HEAD, once it has the signatures that it needs. */
export async function keyringApplyCommand(context: Context, options: Options): Promise<ExitCode> {
  const { folder } = options;
  const work = await openWork(context, { folder });
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
  const commit = options.dryRun ? undefined : await commitFolder(context, git, folder, version, digest);
  if (commit !== undefined && options.push !== undefined) await pushBranch(git, commit, options.push);
  const done = commit === undefined ? 'would be committed' : `is committed: ${commit}`;
  await context.print(
    context.options.format === 'json'
      ? resultJson(verb, { version, digest, dryRun: options.dryRun, commit: commit ?? null })
      : `version ${version} of the keyring file ${done}\n`,
  );
  return exitCodes.done;
}

/** The step changes nothing outside of the folder (trust model, section 3), whatever else is staged. */
async function commitFolder(
  context: Context,
  git: UserGit,
  folder: string,
  version: number,
  digest: string,
): Promise<string> {
  const refusal = {
    code: 'git.failed',
    what: 'The keyring file was not committed.',
    mend: 'Do what git says, then run it again.',
  } as const;
  await git.ask(['add', '--all', '--', folder], refusal);
  await git.ask(['commit', '--quiet', '--only', '-m', `Keyring version ${version}`, '--', folder], refusal);
  const store = await openStore(context.options.directory, {
    kind: 'auto',
    environment: context.environment,
  });
  try {
    const commit = await requireCommit(store, 'HEAD');
    const committed = await loadKeyring(store, commit);
    if (committed.ok && committed.state.keyring.digest === digest) return commit;
  } finally {
    await store.close();
  }
  throw new Fault(
    'git.failed',
    `What git committed is not version ${version} of the keyring file: a filter, a hook or an attribute changed it, or ${folder} is not keyring/ of the repository.`,
    'Take the commit back (git reset --soft HEAD~1), and see git config --list and .gitattributes.',
  );
}
