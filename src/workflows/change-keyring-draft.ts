import type { Oid } from '../core/git/oid.ts';
import { entryAt } from '../core/git/tree.ts';
import { readCommit } from '../core/chain/read-commit.ts';
import type { Fingerprint } from '../core/openpgp/certificate.ts';
import type { ObjectStore, Seconds } from '../core/ports.ts';
import { finding, type Finding } from '../core/report/report.ts';
import { adminsWhoSigned, assessSignatures, thresholdFindings } from '../core/trust/approval.ts';
import { hasExpired } from '../core/trust/authority.ts';
import { differenceOf, type FieldChange } from '../core/trust/keyring-difference.ts';
import { printKeyring } from '../core/trust/keyring-print.ts';
import { printMoment } from '../core/trust/keyring-rules.ts';
import { parseKeyring, type KeyringContent, type KeyringProblem } from '../core/trust/keyring.ts';
import {
  keyringPath,
  openKeyring,
  type KeyringFiles,
  type KeyringFolder,
  type KeyringAtHand,
  type KeyringState,
} from '../core/trust/keyring-state.ts';
import { readKeyringFiles } from '../core/trust/keyring-tree.ts';
import { judgeTransition } from '../core/trust/transition.ts';

/** What came of a request: a value, or why not, with what mends it. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Where a keyring is changed. */
export interface KeyringWork {
  /** Where proposals are written: `keyring/` of a work tree, or any folder. */
  readonly folder: KeyringFolder;
  /** The keyring in force, where it is known: from the branch that the change is for. */
  readonly inForce: KeyringFiles | undefined;
  readonly now: Seconds;
}

/** A next version, computed and not yet written. Nobody has signed it. */
export interface Proposal {
  readonly state: KeyringAtHand;
  /** Against the version that it follows; undefined where that one is not at hand. */
  readonly difference: readonly FieldChange[] | undefined;
  /** Admins whose signatures stood in the folder and don't fit the new bytes. */
  readonly unsigned: readonly string[];
}

/** Reads the keyring of a commit, for {@link KeyringWork.inForce}; undefined where the commit has none. */
export async function keyringAt(
  store: ObjectStore,
  commit: Oid,
  atHand?: KeyringFiles,
): Promise<Outcome<KeyringFiles | undefined>> {
  if ((await entryAt(store, commit, 'keyring')) === undefined) return { ok: true, value: undefined };
  const reading = await readKeyringFiles(store, commit, atHand);
  return reading.ok ? { ok: true, value: reading.files } : reading;
}

/** How far back the commit that a proposal began with is looked for: a proposal has a commit for each admin. */
const longestProposal = 50;

/**
 * The keyring in force where the commit may be on the branch of a proposal: if its version lacks signatures, the one
 * before it, found along first parents. Otherwise its own.
 */
export async function keyringBefore(
  store: ObjectStore,
  commit: Oid,
  atHand?: KeyringFiles,
): Promise<Outcome<KeyringFiles | undefined>> {
  const here = await keyringAt(store, commit, atHand);
  if (!here.ok || here.value === undefined) return here;
  const proposed = openFiles(here.value);
  if (!proposed.ok) return here;
  const file = (await entryAt(store, commit, keyringPath))?.oid;
  let at: Oid | undefined = commit;
  for (let steps = 0; at !== undefined && steps < longestProposal; steps++) {
    at = await firstParent(store, at);
    if (at === undefined || (await entryAt(store, at, keyringPath))?.oid === file) continue;
    const before = await keyringAt(store, at, here.value);
    const base = before.ok && before.value !== undefined ? openFiles(before.value) : undefined;
    if (base?.ok !== true || !follows(proposed.value, base.value)) return here;
    return (await lacksSignatures(proposed.value, base.value)) ? before : here;
  }
  return here;
}

async function firstParent(store: ObjectStore, commit: Oid): Promise<Oid | undefined> {
  const reading = await readCommit(store, commit);
  return 'ok' in reading && reading.ok ? reading.commit.parents[0] : undefined;
}

/** A clock that is set wrong must not make signatures that stand look like ones to come. */
const endOfTime: Seconds = Number.MAX_SAFE_INTEGER;

/** At its own date, since keys of admins may have expired since it was accepted. */
async function lacksSignatures(state: KeyringState, base: KeyringState): Promise<boolean> {
  const times = { now: endOfTime, position: state.keyring.created };
  for (const people of [base, state]) {
    const assessments = await assessSignatures(state, people, times);
    if (thresholdFindings(state.keyring, people, assessments).length > 0) return true;
  }
  return false;
}

/** What a change starts from. */
interface Draft {
  /** What the next version is to say, apart from what is changed now. */
  readonly current: KeyringAtHand;
  /** The signed version that it follows; undefined for a first version, and where it is not at hand. */
  readonly base: KeyringState | undefined;
}

/**
 * Finds what to change. Several changes before the signatures are one next version: a version in the folder
 * that follows the one in force is changed further, and so is one that nobody has signed in full.
 */
async function findDraft({ folder, inForce }: KeyringWork): Promise<Outcome<Draft>> {
  const files = await folder.read();
  const [standing, accepted] = [open(files ?? inForce), open(inForce)];
  if (standing === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring here to change.'));
  if (!standing.ok) return standing;
  if (accepted?.ok === false) return accepted;
  const current = standing.value;
  const candidate = accepted === undefined ? current : accepted.value;
  const base = (await isSigned(candidate)) ? candidate : undefined;
  if (base === undefined || base.keyring.digest === current.keyring.digest || follows(current, base)) {
    return { ok: true, value: { current, base } };
  }
  const message = `Version ${current.keyring.version} in the folder does not follow version ${base.keyring.version}, which is in force.`;
  const mend =
    'Put the folder back to the version in force (git checkout -- keyring), and make the change again.';
  return refuse(finding('keyring.previous', { path: keyringPath }, message, { mend }));
}

/** A version in the folder, and the one before it. */
export interface Predecessor {
  readonly state: KeyringAtHand;
  /** Undefined for version 1, and where it is not at hand. */
  readonly base: KeyringState | undefined;
}

/**
 * Finds what the version in the folder follows, for those who sign or check it. Refused if it could not come
 * into force after the one that is, and if it is in force already.
 */
export async function findPredecessor({ folder, inForce, now }: KeyringWork): Promise<Outcome<Predecessor>> {
  const [standing, accepted] = [open(await folder.read()), open(inForce)];
  if (standing === undefined)
    return refuse(finding('keyring.missing', {}, 'There is no keyring in the folder.'));
  if (!standing.ok) return standing;
  if (accepted?.ok === false) return accepted;
  const state = standing.value;
  const base = accepted?.value;
  if (base === undefined) return { ok: true, value: { state, base } };
  if (base.keyring.digest === state.keyring.digest) {
    if (!(await isSigned(base))) return { ok: true, value: { state, base: undefined } };
    return refuse(nothingNew(state));
  }
  const obstacles = await obstaclesBetween(base, state, now);
  return obstacles.length === 0 ? { ok: true, value: { state, base } } : { ok: false, findings: obstacles };
}

/** The version in the folder is the one in force. */
export function nothingNew({ keyring }: KeyringState): Finding {
  const message = `Version ${keyring.version} of the keyring file is in force; nothing new stands in the folder.`;
  return finding('keyring.nothing-changed', { path: keyringPath }, message);
}

function open(files: KeyringFiles | undefined): Outcome<KeyringAtHand> | undefined {
  return files === undefined ? undefined : openFiles(files);
}

export function openFiles(files: KeyringFiles): Outcome<KeyringAtHand> {
  const opening = openKeyring(files);
  return opening.ok ? { ok: true, value: opening.state } : opening;
}

export const refuse = (
  ...findings: readonly Finding[]
): { readonly ok: false; readonly findings: readonly Finding[] } => ({
  ok: false,
  findings,
});

const follows = ({ keyring }: KeyringState, base: KeyringState): boolean =>
  keyring.version === base.keyring.version + 1 && keyring.previous === base.keyring.digest;

/**
 * Whether a version has the signatures that its own threshold asks for. Judged at its own date, since its
 * admins' keys may have expired since it was accepted.
 */
async function isSigned(state: KeyringState): Promise<boolean> {
  const times = { now: endOfTime, position: state.keyring.created };
  return thresholdFindings(state.keyring, state, await assessSignatures(state, state, times)).length === 0;
}

/** What a change makes of the people and rules, and of the certificate files. */
export interface Edit {
  readonly content: KeyringContent;
  readonly certificates: ReadonlyMap<Fingerprint, Uint8Array>;
}

/** Proposes what an edit makes of the version that is to be changed. Nothing is written. */
export async function proposeEdit(
  work: KeyringWork,
  edit: (current: KeyringAtHand) => Outcome<Edit> | Promise<Outcome<Edit>>,
): Promise<Outcome<Proposal>> {
  const draft = await findDraft(work);
  if (!draft.ok) return draft;
  const change = await edit(draft.value.current);
  return change.ok ? propose(draft.value, change.value, work.now) : change;
}

/** Makes the next version out of a draft and what is changed in it. */
async function propose({ current, base }: Draft, edit: Edit, now: Seconds): Promise<Outcome<Proposal>> {
  const { keyring } = current;
  if (printKeyring(edit.content) === printKeyring(keyring)) {
    const message = `Version ${keyring.version} of the keyring file says all this already.`;
    return refuse(finding('keyring.nothing-changed', { path: keyringPath }, message));
  }
  if (hasExpired(edit.content, now)) {
    const message = `The next version would expire on ${printMoment(edit.content.expires)}, which has passed.`;
    return refuse(finding('keyring.expired', { path: keyringPath }, message));
  }
  const chain =
    base === undefined
      ? { version: keyring.version, previous: keyring.previous }
      : { version: base.keyring.version + 1, previous: base.keyring.digest };
  const next = printAndOpen({ ...edit, content: { ...edit.content, ...chain, created: now } });
  if (!next.ok) return next;
  const forbidden = base === undefined ? [] : await obstaclesBetween(base, next.value, now);
  if (forbidden.length > 0) return { ok: false, findings: forbidden };
  const isDraft = keyring.digest !== base?.keyring.digest;
  const signers = adminsWhoSigned(await assessSignatures(current, current, { now, position: now }));
  return proposed(next.value, base, isDraft ? [...signers.keys()] : []);
}

/** What the update rule says against a proposal that only lacks its signatures. */
async function obstaclesBetween(
  base: KeyringState,
  next: KeyringState,
  now: Seconds,
): Promise<readonly Finding[]> {
  const findings = await judgeTransition(base, next, { now, position: now, paths: [] });
  return findings.filter(({ code, severity }) => severity === 'error' && code !== 'keyring.threshold');
}

/** Prints a keyring and opens what was printed: whatever breaks a rule is found before anybody signs it. */
export function printAndOpen({ content, certificates }: Edit): Outcome<KeyringAtHand> {
  const toml = new TextEncoder().encode(printKeyring(content));
  const parsing = parseKeyring(toml);
  if (!parsing.ok) return { ok: false, findings: parsing.problems.map(brokenRule) };
  return openFiles({ toml, signatures: new Uint8Array(0), certificates });
}

function brokenRule({ field, message }: KeyringProblem): Finding {
  const mend =
    field === 'threshold'
      ? 'Nothing was written. Let there be more admins first (opam-signet keyring grant ID --role admin), or ask for fewer of them (--threshold).'
      : 'Give another value; nothing was written.';
  return finding(
    'keyring.unreadable',
    { reference: field },
    `The keyring file can't say this: ${field}: ${message}`,
    { mend },
  );
}

export function proposed(
  state: KeyringAtHand,
  base: KeyringState | undefined,
  unsigned: readonly string[],
): Outcome<Proposal> {
  const known = base !== undefined || state.keyring.version === 1;
  const difference = known ? differenceOf(base?.keyring, state.keyring) : undefined;
  return { ok: true, value: { state, difference, unsigned } };
}
