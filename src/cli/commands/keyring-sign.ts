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
import { openSigningKey, type SigningKeyOptions } from '../signing-key.ts';
import { agreed, openWork, refuse, type PlaceOptions } from './keyring-work.ts';

const verb = 'keyring sign';

/** `keyring sign`: shows what the version in the folder changes, and adds a signature to it after one yes. */
export async function keyringSignCommand(
  context: Context,
  options: PlaceOptions & SigningKeyOptions,
): Promise<ExitCode> {
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
  await context.print(resultText(context, review.value, signed.value));
  return exitCodes.done;
}

function showReview(context: Context, { difference = [], signed, warnings }: SigningReview): void {
  context.tell(differenceText(difference, context.errorStyle));
  context.tell(warnings.map((one) => `${findingText(one, context.errorStyle)}\n`).join(''));
  if (signed.length > 0) context.tell(`signed already by ${signed.join(', ')}\n`);
}

function resultText(
  { options, style }: Context,
  { state }: SigningReview,
  { signed, remaining }: SignedKeyring,
): string {
  const { version, digest } = state.keyring;
  if (options.format === 'json') {
    return resultJson(verb, { version, digest, signed, remaining: remaining.map(findingObject) });
  }
  const open = remaining.map((one) => `${findingText({ ...one, severity: 'note' }, style)}\n`).join('');
  const done = remaining.length === 0 ? ', which has all the signatures that it needs' : '';
  return `signed by ${signed.join(', ')}: version ${version} of the keyring file${done}\n${open}`;
}
