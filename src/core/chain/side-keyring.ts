import { loadIssuers } from '../openpgp/signature-facts.ts';
import { judgeDetached } from '../openpgp/signature.ts';
import type { ObjectStore, Seconds } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import { judgeCertificateGrowth } from '../trust/keyring-growth.ts';
import type { Oid } from '../git/oid.ts';
import { entryAt } from '../git/tree.ts';
import { keyringPath, type KeyringState } from '../trust/keyring-state.ts';
import { loadKeyring } from '../trust/load-keyring.ts';
import { judgeTransition } from '../trust/transition.ts';
import type { CommitReading } from './read-commit.ts';
import { sameEntry, type Step } from './step.ts';

/**
 * Whether a merge leaves behind a keyring that its side had already: somebody whom the admins removed could
 * otherwise merge the mainline into an old branch of theirs and go on with the keyring that still lists them.
 * All commits of the side are looked at, since its head may have put the old keyring back.
 */
export async function leftBehind(
  step: Step,
  before: KeyringState,
  after: KeyringState,
  store: ObjectStore,
  now: Seconds,
): Promise<{ readonly findings: readonly Finding[]; readonly settled: boolean }> {
  const { newest, settled } = await newestOnSide(step, before, store, now);
  const findings = newest === before ? [] : await regained(step, newest, after);
  return { findings, settled };
}

async function regained(step: Step, newest: KeyringState, after: KeyringState): Promise<readonly Finding[]> {
  const at = { object: step.oid, path: keyringPath };
  if (newest.keyring.version > after.keyring.version) {
    const message = `Merge ${step.oid} keeps version ${after.keyring.version} of the keyring file, although its side brings version ${newest.keyring.version}, which the admins signed.`;
    return [finding('keyring.version', at, message, { mend })];
  }
  if (newest.keyring.version < after.keyring.version) return [];
  const lost = await judgeCertificateGrowth(newest.certificateFiles, after.certificateFiles);
  return lost.map((one) => ({ ...one, at: { ...one.at, object: step.oid } }));
}

const mend =
  'Undo the merge and make it again so that it keeps the newest keyring, with the mainline as first parent.';

/** The last keyring that the update rule reaches along the side, from the mainline's own. */
async function newestOnSide(
  { side }: Step,
  mainline: KeyringState,
  store: ObjectStore,
  now: Seconds,
): Promise<{ readonly newest: KeyringState; readonly settled: boolean }> {
  let newest = mainline;
  let settled = true;
  for (const oid of [...(side?.commits.keys() ?? [])].reverse()) {
    if (side === undefined || !(await changesKeyring(oid, side.commits.get(oid), store))) continue;
    const opened = await loadKeyring(store, oid);
    if (!opened.ok) continue;
    settled &&= await isSettled(opened.state, now);
    // The version's own date: that of the mainline is chosen by whoever wrote its last commit.
    const position = opened.state.keyring.created;
    const findings = await judgeTransition(newest, opened.state, { now, position, paths: [] });
    if (findings.every(({ severity }) => severity !== 'error')) newest = opened.state;
  }
  return { newest, settled };
}

/** Whether nothing in a version of the keyring file is dated later than now, so that no later run can judge it otherwise. */
export async function isSettled(
  { keyring, files, certificates }: KeyringState,
  now: Seconds,
): Promise<boolean> {
  const armored = Buffer.from(files.signatures).toString('latin1');
  await loadIssuers(armored, certificates);
  const times = { now, position: now, object: now };
  const verdicts = armored.trim() === '' ? [] : judgeDetached(files.toml, armored, certificates, times);
  return keyring.created <= now && verdicts.every(({ made }) => made === undefined || made <= now);
}

/** Only the roots are compared: a commit that leaves the keyring alone has the same folder as all its parents. */
async function changesKeyring(
  oid: Oid,
  reading: CommitReading | undefined,
  store: ObjectStore,
): Promise<boolean> {
  const folder = await entryAt(store, oid, 'keyring');
  for (const parent of reading?.ok === true ? reading.commit.parents : []) {
    if (!sameEntry(folder, await entryAt(store, parent, 'keyring'))) return true;
  }
  return false;
}
