import type { Oid } from '../git/oid.ts';
import type { RepositoryPath, Seconds } from '../ports.ts';
import { finding, type Finding, type Place } from '../report/report.ts';
import { assessSignatures, idleSignatures, thresholdFindings, type KeyringTimes } from './approval.ts';
import { hasExpired } from './authority.ts';
import { forgotten } from './compromise.ts';
import { judgeCertificateGrowth, judgeNewCertificates } from './keyring-growth.ts';
import { printKeyring } from './keyring-print.ts';
import { printMoment } from './keyring-rules.ts';
import { digestOf, type Keyring } from './keyring.ts';
import { keyringPath, signaturesPath, type KeyringState } from './keyring-state.ts';
import { strictness } from './policy.ts';

/** The step in which a keyring changes. */
export interface TransitionContext extends KeyringTimes {
  /** Every path that the step changes. Empty where there is no step: a proposal, a client's chain of versions. */
  readonly paths: readonly RepositoryPath[];
  /** The mainline commit, for the findings. */
  readonly step?: Oid;
}

const place: Place = { path: keyringPath };

/** How far ahead of the verifier's clock a version may be dated. */
const tolerance: Seconds = 60 * 60;

/**
 * The update rule (trust model, section 3): what forbids to go from one keyring to the other. If the keyring
 * file itself stays the same, certificates may grow and nobody needs to sign. The change is accepted if no finding
 * is an error; notes tell of signatures that do not count.
 */
export async function judgeTransition(
  before: KeyringState,
  after: KeyringState,
  context: TransitionContext,
): Promise<readonly Finding[]> {
  const grown = [
    ...(await judgeCertificateGrowth(before.certificateFiles, after.certificateFiles)),
    ...(await judgeNewCertificates(before, after)),
  ];
  const file =
    before.keyring.digest === after.keyring.digest
      ? signaturesKept(before, after)
      : await judgeNextVersion(before, after, context);
  const findings = [...mixedStep(context.paths), ...file, ...grown];
  return findings.map((one) =>
    context.step === undefined ? one : { ...one, at: { ...one.at, step: context.step } },
  );
}

async function judgeNextVersion(
  before: KeyringState,
  after: KeyringState,
  context: TransitionContext,
): Promise<readonly Finding[]> {
  return [
    ...sameRepository(before.keyring, after.keyring),
    ...nextInLine(before.keyring, after.keyring),
    ...datesInOrder(before.keyring, after.keyring, context),
    ...floorKept(before.keyring, after.keyring),
    ...(await forgotten(before, after)),
    ...renewalOnly(before.keyring, after.keyring, context.position),
    ...(await judgeThresholds(before, after, context)),
  ];
}

/** Whoever verifies from the first version on needs the signatures as they were accepted. */
function signaturesKept(before: KeyringState, after: KeyringState): readonly Finding[] {
  if (digestOf(before.files.signatures) === digestOf(after.files.signatures)) return [];
  const message = `${signaturesPath} was changed although version ${after.keyring.version} of the keyring file stayed the same.`;
  return [finding('keyring.signatures-changed', { path: signaturesPath }, message)];
}

function sameRepository(before: Keyring, after: Keyring): readonly Finding[] {
  if (before.repository === after.repository) return [];
  const message = `Version ${after.version} of the keyring file is for ${after.repository}; this repository is ${before.repository}.`;
  return [finding('keyring.repository', place, message)];
}

function nextInLine(before: Keyring, after: Keyring): readonly Finding[] {
  if (after.version !== before.version + 1) {
    const message = `The keyring file has version ${after.version}; after version ${before.version} comes ${before.version + 1}.`;
    return [finding('keyring.version', place, message)];
  }
  if (after.previous === before.digest) return [];
  const message = `Version ${after.version} of the keyring file follows ${after.previous}, but version ${before.version} here is ${before.digest}.`;
  return [finding('keyring.previous', place, message)];
}

function datesInOrder(before: Keyring, after: Keyring, { now, position }: KeyringTimes): readonly Finding[] {
  const findings: Finding[] = [];
  const version = `Version ${after.version} of the keyring file`;
  if (after.created < before.created) {
    const message = `${version} is dated ${printMoment(after.created)}, before version ${before.version} (${printMoment(before.created)}).`;
    findings.push(finding('keyring.created', place, message));
  }
  if (after.created > now + tolerance) {
    const message = `${version} is dated ${printMoment(after.created)}, which is still to come.`;
    findings.push(finding('keyring.created', place, message));
  }
  if (hasExpired(after, position)) findings.push(expired(after));
  return findings;
}

const expired = ({ version, expires }: Keyring, more = ''): Finding =>
  finding(
    'keyring.expired',
    place,
    `Version ${version} of the keyring file expired on ${printMoment(expires)}${more}.`,
  );

function floorKept(before: Keyring, after: Keyring): readonly Finding[] {
  if (strictness('unsigned', after.policy) >= strictness('unsigned', before.policy)) return [];
  const message = `Version ${after.version} lowers unsigned from "${before.policy.unsigned}" to "${after.policy.unsigned}".`;
  return [finding('keyring.policy-lowered', place, message)];
}

/** An expired keyring can be renewed by its admins, and everything else waits until it is. */
function renewalOnly(before: Keyring, after: Keyring, position: Seconds): readonly Finding[] {
  if (!hasExpired(before, position)) return [];
  const { version, previous, created, expires } = before;
  if (printKeyring({ ...after, version, previous, created, expires }) === printKeyring(before)) return [];
  return [expired(before, `, and version ${after.version} changes more than the dates`)];
}

function mixedStep(paths: readonly RepositoryPath[]): readonly Finding[] {
  const others = paths.filter((path) => !path.startsWith('keyring/'));
  const [first] = others;
  if (first === undefined) return [];
  const more = others.length === 1 ? '' : ` and ${others.length - 1} more`;
  const message = `The change of keyring/ also changes ${first}${more}.`;
  return [finding('keyring.mixed-step', { path: first }, message)];
}

/** Thresholds of both versions, each by its own admins; and which signatures count for neither. */
async function judgeThresholds(
  before: KeyringState,
  after: KeyringState,
  times: KeyringTimes,
): Promise<readonly Finding[]> {
  const byOld = await assessSignatures(after, before, times);
  const byNew = await assessSignatures(after, after, times);
  return [
    ...thresholdFindings(after.keyring, before, byOld),
    ...thresholdFindings(after.keyring, after, byNew),
    ...idleSignatures(byOld, byNew),
  ];
}
