import { openStore } from '../../adapters/open-store.ts';
import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import { keyringAt } from '../../workflows/change-keyring-draft.ts';
import { proposeMerge } from '../../workflows/merge-keyring.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-code.ts';
import { requireCommit } from '../revision.ts';
import { environmentOfPrograms } from '../signing-key.ts';
import { type ProposalOptions, proposeAnd } from './keyring-propose.ts';
import { KeyringQuestions } from './keyring-questions.ts';
import { noKeyringAt, prompterOf, refuse } from './keyring-work.ts';

interface Options extends ProposalOptions {
  readonly ref?: string | undefined;
}

const verb = 'keyring merge';

/** `keyring merge REF`: what the folder and another proposal change, as one version on top of what is in force. */
export async function keyringMergeCommand(context: Context, options: Options): Promise<ExitCode> {
  const { environment } = context;
  const { directory } = context.options;
  const ask = new KeyringQuestions(prompterOf(context));
  const ref = await ask.text(options.ref, 'REF', 'Which branch has the other change?');
  ask.requireAll();
  const store = await openStore(directory, { kind: 'auto', environment });
  try {
    const head = await requireCommit(store, 'HEAD');
    const other = await requireCommit(store, ref);
    const git = new UserGit(directory, environmentOfPrograms(context));
    const common = await git.lookUp(['merge-base', head, other]);
    if (common === undefined) {
      const mend = 'Name a branch of this repository; git fetch --unshallow brings history that is missing.';
      throw new Fault('usage.argument', `${ref} and HEAD have no history in common.`, mend);
    }
    const theirs = await keyringAt(store, other);
    const before = await keyringAt(store, await requireCommit(store, common));
    if (!theirs.ok) return await refuse(context, verb, theirs.findings);
    if (!before.ok) return await refuse(context, verb, before.findings);
    if (theirs.value === undefined) throw noKeyringAt(ref);
    if (before.value === undefined) throw noKeyringAt(common);
    const request = { theirs: theirs.value, common: before.value };
    return await proposeAnd(context, verb, options, (work) => proposeMerge(work, request));
  } finally {
    await store.close();
  }
}
