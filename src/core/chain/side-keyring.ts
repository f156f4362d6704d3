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
import { keyringFolderDigest } from './ledger-record.ts';
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
  const { reached, begun, settled } = await reachedOnSide(step, before, store, now);
  return { findings: [...begun, ...(await regained(step, reached, after))], settled };
}

async function regained(
  step: Step,
  reached: readonly KeyringState[],
  after: KeyringState,
): Promise<readonly Finding[]> {
  const { version, digest } = after.keyring;
  const newest = Math.max(...reached.map(({ keyring }) => keyring.version));
  if (newest < version) return [];
  const others = reached.filter(({ keyring }) => keyring.version === newest && keyring.digest !== digest);
  if (others.length > 0) {
    const brought = newest > version ? `version ${newest}` : `another version ${newest}`;
    const message = `Merge ${step.oid} keeps version ${version} of the keyring file, although its side brings ${brought}, which the admins signed.`;
    return [finding('keyring.version', { object: step.oid, path: keyringPath }, message, { mend })];
  }
  const lost: Finding[] = [];
  for (const { certificateFiles } of reached.filter(({ keyring }) => keyring.digest === digest)) {
    lost.push(...(await judgeCertificateGrowth(certificateFiles, after.certificateFiles)));
  }
  return lost.map((one) => ({ ...one, at: { ...one.at, object: step.oid } }));
}

const mend =
  'Undo the merge and make it again so that it keeps the newest keyring, with the mainline as first parent.';

/**
 * The keyrings that the update rule reaches along the side: from the mainline's own, and from those that stood where the
 * side's commits left the mainline. The mainline may have grown a certificate since, or taken another version, so that
 * nothing of the side follows its own keyring any more.
 */
async function reachedOnSide(
  { parent, side }: Step,
  mainline: KeyringState,
  store: ObjectStore,
  now: Seconds,
): Promise<{
  readonly reached: readonly KeyringState[];
  readonly begun: readonly Finding[];
  readonly settled: boolean;
}> {
  if (side === undefined) return { reached: [], begun: [], settled: true };
  const folder = await entryAt(store, parent, 'keyring');
  const lines = new KeyringLines(store, mainline, folder?.oid);
  const begun: Finding[] = [];
  let settled = true;
  for (const oid of [...side.commits.keys()].reverse()) {
    const change = await changeOfKeyring(oid, side.commits.get(oid), store);
    if (change === 'none') continue;
    if (change === 'begun') begun.push(beginning(oid));
    const opened = await loadKeyring(store, oid);
    if (!opened.ok) continue;
    settled &&= await isSettled(opened.state, now);
    for (const place of side.side.leftAt.get(oid) ?? []) await lines.beginAt(place);
    await lines.take(opened.state, now);
  }
  return { reached: lines.reached, begun, settled };
}

/** The versions that lead on from some keyrings. From one there may be two, if its admins signed rivals. */
class KeyringLines {
  readonly #store: ObjectStore;
  /** By the folder that the line began with. */
  readonly #lines = new Map<Oid | undefined, Line>();

  /** `folder` is P's: a step that would have put another keyring there than the mainline's was refused. */
  constructor(store: ObjectStore, mainline: KeyringState, folder: Oid | undefined) {
    this.#store = store;
    this.#lines.set(folder, new Line(mainline));
  }

  /** Where the lines have arrived, each keyring once. */
  get reached(): readonly KeyringState[] {
    const states = [...this.#lines.values()].flatMap((line) => line.reached);
    return [...new Map(states.map((state) => [keyringFolderDigest(state), state])).values()];
  }

  async beginAt(place: Oid): Promise<void> {
    const folder = await entryAt(this.#store, place, 'keyring');
    if (folder === undefined || this.#lines.has(folder.oid)) return;
    const opened = await loadKeyring(this.#store, place);
    if (opened.ok) this.#lines.set(folder.oid, new Line(opened.state));
  }

  async take(next: KeyringState, now: Seconds): Promise<void> {
    for (const line of this.#lines.values()) await line.take(next, now);
  }
}

/** The versions that the update rule has led to from one keyring, each with its certificates as they are by now. */
class Line {
  /** By the digest of the keyring file. */
  readonly #states = new Map<string, KeyringState>();
  readonly #reached = new Set<string>();

  constructor(start: KeyringState) {
    this.#states.set(start.keyring.digest, start);
  }

  get reached(): readonly KeyringState[] {
    return [...this.#reached].flatMap((digest) => this.#states.get(digest) ?? []);
  }

  /** Goes on to a keyring that is a version that was reached, or names one as the version before. */
  async take(next: KeyringState, now: Seconds): Promise<void> {
    const { digest, previous, created } = next.keyring;
    const before = this.#states.get(digest) ?? this.#states.get(previous);
    if (before === undefined) return;
    // The version's own date: that of the mainline is chosen by whoever wrote its last commit.
    const findings = await judgeTransition(before, next, { now, position: created, paths: [] });
    if (findings.some(({ severity }) => severity === 'error')) return;
    this.#states.set(digest, next);
    this.#reached.add(digest);
  }
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
async function changeOfKeyring(
  oid: Oid,
  reading: CommitReading | undefined,
  store: ObjectStore,
): Promise<'none' | 'changed' | 'begun'> {
  const folder = await entryAt(store, oid, 'keyring');
  const parents = reading?.ok === true ? reading.commit.parents : [];
  const folders = await Promise.all(parents.map((parent) => entryAt(store, parent, 'keyring')));
  if (folders.every((before) => sameEntry(folder, before))) return 'none';
  return folders.every((before) => before === undefined) ? 'begun' : 'changed';
}

const beginning = (oid: Oid): Finding =>
  finding(
    'keyring.begun-again',
    { object: oid, path: keyringPath },
    `Commit ${oid} of the side brings keyring/ where none stood.`,
  );
