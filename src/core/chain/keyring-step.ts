import type { Oid } from '../git/oid.ts';
import { entryAt, treeOf } from '../git/tree.ts';
import type { ObjectStore } from '../ports.ts';
import { type Finding, finding } from '../report/report.ts';
import type { KeyringState } from '../trust/keyring-state.ts';
import { loadKeyring } from '../trust/load-keyring.ts';
import { judgeTransition } from '../trust/transition.ts';
import type { Attribution } from './attribution.ts';
import type { Position } from './evidence.ts';
import { isSettled, leftBehind } from './side-keyring.ts';
import { isKeyringPath, sameEntry, type Step } from './step.ts';

/** The keyrings that a walk over history knows. */
export interface KeyringHistory {
  /** The keyring in P's tree, or the last that was accepted where a step tried to bring in another. */
  readonly inForce: KeyringState;
  /** The keyring at the tip being verified. */
  readonly tip: KeyringState;
  /** `fixed`: one keyring for every position, given by whoever audits; the repository's own is not looked at. */
  readonly rule: 'update' | 'fixed';
}

interface KeyringJudgement {
  /** For the changed paths under `keyring/`: by the update rule, or by nobody. */
  readonly attributions: readonly Attribution[];
  readonly findings: readonly Finding[];
  readonly next: KeyringHistory;
  /** Whether it would be the same at any later time. */
  readonly settled: boolean;
}

/** Judges what a step does to the keyring file (trust model, section 3). */
export async function judgeKeyringStep(
  step: Step,
  keyrings: KeyringHistory,
  store: ObjectStore,
  at: Position,
): Promise<KeyringJudgement> {
  const changed = step.changes.filter(({ path }) => isKeyringPath(path));
  const { accepted, findings, settled } = await outcomeOf(step, changed.length > 0, keyrings, store, at);
  const kind = accepted === undefined ? 'none' : 'keyring';
  const inForce = accepted ?? keyrings.inForce;
  const lost =
    keyrings.rule === 'fixed'
      ? nothingLost
      : await leftBehind(step, keyrings.inForce, inForce, store, at.now);
  const nobody = { contributor: undefined, fingerprint: undefined, evidence: undefined, findings: [] };
  return {
    attributions: changed.map(({ path }) => ({ path, kind, ...nobody })),
    findings: [...findings, ...lost.findings],
    next: { ...keyrings, inForce },
    settled: settled && lost.settled,
  };
}

interface Outcome {
  readonly accepted: KeyringState | undefined;
  readonly findings: readonly Finding[];
  readonly settled: boolean;
}

const nothingLost = { findings: [], settled: true } as const;

const unchanged = (inForce: KeyringState): Outcome => ({ accepted: inForce, findings: [], settled: true });

async function outcomeOf(
  step: Step,
  changed: boolean,
  { inForce, rule }: KeyringHistory,
  store: ObjectStore,
  at: Position,
): Promise<Outcome> {
  if (rule === 'fixed') return changed ? refusedUnderAudit(step) : unchanged(inForce);
  return changed ? byUpdateRule(step, inForce, store, at) : withTheSameFiles(step, inForce, store);
}

/**
 * No file differs; the folder may, by an empty folder in it. Git makes none, but others can, and a keyring with one does
 * not open: at the tip, that would hide what has become known of compromised keys (trust model, section 3.1).
 */
async function withTheSameFiles(step: Step, inForce: KeyringState, store: ObjectStore): Promise<Outcome> {
  const { before, after } = treesOf(step);
  if ((await treeOf(store, before)) === (await treeOf(store, after))) return unchanged(inForce);
  const folders = [await entryAt(store, before, 'keyring'), await entryAt(store, after, 'keyring')] as const;
  if (sameEntry(...folders)) return unchanged(inForce);
  const opened = await loadKeyring(store, after);
  return opened.ok ? unchanged(inForce) : { accepted: undefined, findings: opened.findings, settled: true };
}

/** P and M, or in a merge that is only imagined, what the side made of its base. */
function treesOf({ parent, commit, side }: Step): { readonly before: Oid; readonly after: Oid } {
  if (commit !== undefined || side === undefined) return { before: parent, after: commit?.oid ?? parent };
  return { before: side.side.base, after: side.side.head };
}

function refusedUnderAudit({ oid }: Step): Outcome {
  const message = `Step ${oid} changes keyring/, which an audit with one fixed keyring cannot judge.`;
  return {
    accepted: undefined,
    findings: [finding('keyring.fixed', { object: oid }, message)],
    settled: true,
  };
}

async function byUpdateRule(
  step: Step,
  before: KeyringState,
  store: ObjectStore,
  at: Position,
): Promise<Outcome> {
  const contested = step.conflicts.find(isKeyringPath);
  if (contested !== undefined) return refusedAsStale(step, contested);
  const opened = await loadKeyring(store, treesOf(step).after);
  if (!opened.ok) return { accepted: undefined, findings: opened.findings, settled: true };
  const findings = await judgeTransition(before, opened.state, {
    now: at.now,
    position: at.time,
    ...(at.reattested ? {} : { tip: at.tip }),
    paths: step.changes.map(({ path }) => path),
    step: step.oid,
  });
  const accepted = findings.some(({ severity }) => severity === 'error') ? undefined : opened.state;
  return { accepted, findings, settled: await isSettled(opened.state, at.now) };
}

function refusedAsStale({ oid }: Step, path: string): Outcome {
  const message = `The keyring folder was changed on the base branch after ${oid} had left it.`;
  const mend =
    'Rebase on the base branch, then propose and sign the keyring change again: opam-signet keyring sign.';
  return {
    accepted: undefined,
    findings: [finding('attribution.conflict', { object: oid, path }, message, { mend })],
    settled: true,
  };
}
