import { UserGit } from '../../adapters/user-git.ts';
import { Fault } from '../../core/fault.ts';
import { findingObject, resultJson } from '../../render/json.ts';
import { differenceText } from '../../render/keyring.ts';
import { findingText } from '../../render/text.ts';
import {
  reviewSigning,
  signReviewed,
  type SignedKeyring,
  type SigningReview,
} from '../../workflows/change-keyring-sign.ts';
import { clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { environmentOfPrograms, openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { type BranchOptions, commitFolder, pushBranch } from './keyring-branch.ts';
import { agreed, openWork, refuse, type PlaceOptions } from './keyring-work.ts';

const verb = 'keyring sign';

interface SignOptions extends PlaceOptions, SigningKeyOptions, Pick<BranchOptions, 'push'> {
  /** Commits the signature on the branch that HEAD is on. */
  readonly commit?: boolean | undefined;
}

/** `keyring sign`: shows what the version in the folder changes, and adds a signature to it after one yes. */
export async function keyringSignCommand(context: Context, options: SignOptions): Promise<ExitCode> {
  if (options.push !== undefined && options.commit !== true) {
    const mend = 'Commit it on the branch that is checked out: --commit.';
    throw new Fault('usage.argument', `--push ${options.push} has nothing to push but a commit.`, mend);
  }
  const work = await openWork(context, options);
  if (!work.ok) return refuse(context, verb, work.findings);
  const signer = await openSigningKey(context, options);
  const review = await reviewSigning(work.value, signer);
  if (!review.ok) return refuse(context, verb, review.findings);
  showReview(context, review.value);
  const { version } = review.value.state.keyring;
  if (
    !(await agreed(
      context,
      `Sign version ${version} of the keyring file as ${review.value.signer.contributor}?`,
    ))
  ) {
    return exitCodes.interrupted;
  }
  const signed = await signReviewed(work.value.folder, review.value, signer, clock);
  if (!signed.ok) return refuse(context, verb, signed.findings);
  if (options.commit === true) await commitSignature(context, options, review.value);
  await context.print(resultText(context, options, review.value, signed.value));
  return exitCodes.done;
}

/** For the other admins to fetch. The branch is the proposal's own; only whoever applies it touches the mainline. */
async function commitSignature(
  context: Context,
  { folder, push }: SignOptions,
  { state, signer }: SigningReview,
): Promise<void> {
  const git = new UserGit(context.options.directory, environmentOfPrograms(context));
  const message = `Sign keyring version ${state.keyring.version} as ${signer.contributor}`;
  const commit = await commitFolder(context, git, folder, state, message);
  if (push !== undefined) await pushBranch(git, commit, push);
}

function showReview(context: Context, { difference = [], signed, warnings }: SigningReview): void {
  context.tell(differenceText(difference, context.errorStyle));
  context.tell(warnings.map((one) => `${findingText(one, context.errorStyle)}\n`).join(''));
  if (signed.length > 0) context.tell(`signed already by ${signed.join(', ')}\n`);
}

function resultText(
  { options, style }: Context,
  { commit, push }: SignOptions,
  { state }: SigningReview,
  { signed, remaining }: SignedKeyring,
): string {
  const { version, digest } = state.keyring;
  if (options.format === 'json') {
    return resultJson(verb, { version, digest, signed, remaining: remaining.map(findingObject) });
  }
  const open = remaining.map((one) => `${findingText({ ...one, severity: 'note' }, style)}\n`).join('');
  const done =
    remaining.length === 0
      ? ', which has all the signatures that it needs\nnext, by whoever may push: opam-signet keyring apply'
      : '';
  const kept =
    push === undefined
      ? 'the signature is committed\n'
      : `the signature is committed and pushed to ${push}\n`;
  return `signed by ${signed.join(', ')}: version ${version} of the keyring file${done}\n${commit === true ? kept : ''}${open}`;
}
