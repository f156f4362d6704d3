import type { Ledger } from '../core/chain/history.ts';
import { type LedgerRecord, recordLedger } from '../core/chain/ledger-record.ts';
import { stateDigestAt } from '../core/chain/state.ts';
import {
  judgeStateTag,
  readStateTag,
  type StateTag,
  stateTagFolder,
  type StateTagJudgement,
} from '../core/chain/state-tag.ts';
import { Fault } from '../core/fault.ts';
import type { Identity } from '../core/git/object.ts';
import type { Oid } from '../core/git/oid.ts';
import type { ObjectStore, Seconds, Signer } from '../core/ports.ts';
import { printStatement, type StateStatement } from '../core/statement.ts';
import type { KeyringState } from '../core/trust/keyring-state.ts';
import type { Role } from '../core/trust/policy.ts';
import { ledgerReference } from './hand-over.ts';
import { writeSignedTag } from './signing.ts';
import { type RepoReport, verifyRepo, type VerifyRepoRequest } from './verify-repo.ts';

/** Who may sign for a state (trust model, sections 5.11 and 9). */
const signers: readonly Role[] = ['maintainer', 'admin'];

/** A state tag of a repository and what is to be said of it, by a keyring as it is known now. */
export interface JudgedState {
  readonly state: StateTag;
  readonly judgement: StateTagJudgement;
}

/** The state tags of a repository that can be read, the highest number first. */
export async function readStates(
  store: ObjectStore,
  trust: KeyringState,
  now: Seconds,
): Promise<readonly JudgedState[]> {
  const states: JudgedState[] = [];
  for (const { name, oid } of await store.references(`refs/tags/${stateTagFolder}`)) {
    const reading = await readStateTag(store, oid);
    if (!reading.ok || name !== `refs/tags/${reading.state.tag.name}`) continue;
    const judgement = await judgeStateTag(reading.state, trust, signers, now);
    states.push({ state: reading.state, judgement });
  }
  return states.sort((one, other) => other.state.statement.sequence - one.state.statement.sequence);
}

/** What is going to be signed. */
export interface StatePlan {
  readonly commit: Oid;
  /** Without `refs/tags/`. */
  readonly name: string;
  readonly statement: StateStatement;
  readonly record: LedgerRecord;
  readonly keyring: KeyringState;
}

/** Judges the history up to a commit, and plans its state tag only if all of it is verified. */
export async function planState(
  request: VerifyRepoRequest,
  days: number,
): Promise<{ readonly report: RepoReport; readonly plan: StatePlan | undefined }> {
  const { store, head, now } = request;
  const { report, ledger } = await verifyRepo(request);
  const sound = report.conclusion === 'verified' && ledger !== undefined;
  return { report, plan: sound ? await numberState(store, head, ledger, { now, days }) : undefined };
}

/** Numbers the state of a commit, and writes down what it hands over. */
async function numberState(
  store: ObjectStore,
  commit: Oid,
  ledger: Ledger,
  { now, days }: { readonly now: Seconds; readonly days: number },
): Promise<StatePlan> {
  const keyring = ledger.keyrings.inForce;
  const states = await readStates(store, keyring, now);
  const previous = states.find(({ judgement }) => judgement.ok)?.state;
  const sequence = (previous?.statement.sequence ?? 0) + 1;
  const record = recordLedger(ledger, commit);
  const state = await stateDigestAt(store, commit);
  if (state === undefined)
    throw new Fault(
      'object.malformed',
      `The state of commit ${commit} has no digest.`,
      'Look for file names with a line feed below packages/.',
    );
  const statement: StateStatement = {
    format: 1,
    kind: 'state',
    repository: keyring.keyring.repository,
    packages: [],
    source: undefined,
    archive: undefined,
    owners: [],
    expires: now + days * 24 * 60 * 60,
    sequence,
    previous: previous?.tag.oid ?? 'none',
    state,
    keyring: keyring.keyring.digest,
    ledger: record.digest,
  };
  return { commit, name: `${stateTagFolder}${sequence}`, statement, record, keyring };
}

/** Signs a planned state, judges it as everybody will, and only then makes its references. */
export async function signState(
  store: ObjectStore,
  { commit, name, statement, record, keyring }: StatePlan,
  signer: Signer,
  tagger: Identity,
  clock: () => Seconds,
): Promise<Oid> {
  const printed = printStatement(`State ${statement.sequence}`, statement);
  if (!printed.ok) throw refused(name, printed.problems.join(' '));
  const oid = await writeSignedTag(store, signer, { object: commit, name, message: printed.message, tagger });
  const reading = await readStateTag(store, oid);
  if (!reading.ok) throw refused(name, `${reading.why}.`);
  const judged = await judgeStateTag(reading.state, keyring, signers, clock());
  if (!judged.ok) throw refused(name, `${judged.why}.`);
  await makeReference(store, ledgerReference(statement.sequence), await store.write('blob', record.bytes));
  await store.updateReference(`refs/tags/${name}`, oid, undefined);
  return oid;
}

/** The ledger of an attempt that ended before its tag was made gives way. */
async function makeReference(store: ObjectStore, name: string, oid: Oid): Promise<void> {
  const standing = (await store.references(name)).find((one) => one.name === name);
  await store.updateReference(name, oid, standing?.oid);
}

const refused = (name: string, why: string): Fault =>
  new Fault(
    'signer.failed',
    `State tag ${name} would not count: ${why}`,
    'Sign with the key of a maintainer or admin: --key FINGERPRINT. opam-signet keyring show lists them.',
  );
