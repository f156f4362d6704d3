import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { GrowingMap } from '../../src/core/chain/growing-map.ts';
import { recordLedger } from '../../src/core/chain/ledger-record.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import type { HistoryPart } from '../../src/core/report/history-part.ts';
import { printStatement } from '../../src/core/statement.ts';
import { readHandOver } from '../../src/workflows/hand-over.ts';
import { joinParts } from '../../src/workflows/join-parts.ts';
import { planState, signState } from '../../src/workflows/sign-state.ts';
import { type VerifiedHistory, verifyRepo, type VerifyRepoRequest } from '../../src/workflows/verify-repo.ts';
import { start as now } from '../support/cast.ts';
import { silent } from '../support/judging.ts';
import type { TestKey } from '../support/keys.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { simulateHistory, type Simulation } from '../support/simulation/simulated-history.ts';
import { simulatedPeople } from '../support/simulation/simulated-people.ts';

const plan = { commits: 240, contributors: 8, packages: 30, seed: 3 };
const tagger = { name: 'Ada', email: 'ada@example.org', time: now, zone: '+0000' };

let repository: TestRepository;
let store: ObjectStore;
let made: Simulation;
let ada: TestKey;
let mallory: TestKey;
/** An unsigned change to somebody's package stands on this one: a history that is rejected. */
let attacked: Oid;

beforeAll(async () => {
  const folder = join(await temporaryFolder(), 'simulated');
  made = await simulateHistory(folder, plan);
  const people = await simulatedPeople(plan.contributors, plan.seed);
  ada = people.admins[0].key;
  mallory = (await simulatedPeople(1, 99)).admins[0].key;
  repository = TestRepository.at(folder);
  attacked = made.head;
  for (const synopsis of ['stolen', 'stolen again']) {
    const files = {
      'packages/pkg00029/pkg00029.0001/opam': `opam-version: "2.0"\nsynopsis: "${synopsis}"\n`,
    };
    attacked = await repository.commitFiles({ parents: [attacked], files, date: now - 100 });
  }
  store = await openStore(folder, { kind: 'auto', environment: process.env });
}, 120_000);

afterAll(() => store.close());

const request = (head: Oid, more: Partial<VerifyRepoRequest> = {}): VerifyRepoRequest => {
  const { fingerprints, anchor: from } = made;
  const trust = { kind: 'anchor', anchor: { quorum: 2, fingerprints, from } } as const;
  return { store, head, trust, now, progress: silent, ...more };
};

const mainlineCommit = async (back: number): Promise<Oid> =>
  (await repository.git('rev-parse', `${made.head}~${back}`)) as Oid;

const signerOf = (key: TestKey) => ({
  fingerprint: key.fingerprint,
  description: 'a test key',
  sign: (payload: Uint8Array) => key.sign(payload, now),
  certificate: () => Promise.resolve(key.certificate),
});

interface Border {
  readonly commit: Oid;
  readonly tag: Oid;
}

/** Signs the state of a mainline commit as `state sign` does, and returns the tag. */
async function signAt(head: Oid): Promise<Oid> {
  const { plan } = await planState(request(head), 7);
  if (plan === undefined) throw new Error(`${head} is not verified.`);
  return signState(store, plan, signerOf(ada), tagger, () => now);
}

async function partOf(head: Oid, tip: Oid, tag?: Oid): Promise<HistoryPart> {
  const start = tag === undefined ? undefined : await readHandOver(store, tag);
  const { part } = await verifyRepo(request(head, { tip, start }));
  if (part === undefined) throw new Error('There is no part.');
  return part;
}

let borders: readonly [Border, Border];
let whole: VerifiedHistory;
let parts: readonly [HistoryPart, HistoryPart, HistoryPart];

beforeAll(async () => {
  const commits = [await mainlineCommit(80), await mainlineCommit(40)] as const;
  const [one, two] = [await signAt(commits[0]), await signAt(commits[1])] as const;
  borders = [
    { commit: commits[0], tag: one },
    { commit: commits[1], tag: two },
  ];
  whole = await verifyRepo(request(made.head));
  parts = [
    await partOf(commits[0], made.head),
    await partOf(commits[1], made.head, one),
    await partOf(made.head, made.head, two),
  ];
}, 120_000);

describe('a history that is judged in parts', () => {
  test('has the same report as the whole, whatever the order of the parts', () => {
    expect(whole.report.conclusion).toBe('verified');
    expect(parts.every(({ steps }) => steps > 35)).toBe(true);
    expect(joinParts(parts)).toEqual(whole.report);
    expect(joinParts([parts[2], parts[0], parts[1]])).toEqual(whole.report);
  });

  test('is rejected with the same findings where the whole is', async () => {
    const [, { commit, tag }] = borders;
    const { report } = await verifyRepo(request(attacked));
    expect(report.conclusion).toBe('rejected');
    const both = [await partOf(commit, attacked), await partOf(attacked, attacked, tag)] as const;
    expect(joinParts(both)).toEqual(report);
  });

  test('is verified by itself from a state tag on, by the claim of its signer', async () => {
    const start = await readHandOver(store, borders[1].tag);
    const { report } = await verifyRepo(request(made.head, { start }));
    expect(report.conclusion).toBe('verified');
    expect(report.required).toEqual(['anchor', 'handed-over', 'mainline', 'steps']);
    expect(report.counts.steps.verified).toBeLessThan(whole.report.counts.steps.verified);
  });

  test('is undetermined if a part is missing, doubled, or judged for another moment, tip or anchor', () => {
    const [first, second, third] = parts;
    const broken: readonly [HistoryPart, ...HistoryPart[]][] = [
      [first, second],
      [first, third],
      [second, third],
      [first, second, third, { ...third }],
      [first, { ...second, now: now + 1 }, third],
      [first, second, { ...third, anchor: { ...third.anchor, quorum: 1 } }],
      [first, { ...second, tip: attacked }, third],
      [first, second, { ...third, start: { ...third.start, ledger: `sha256:${'0'.repeat(64)}` } }],
    ];
    for (const some of broken) {
      const report = joinParts(some);
      expect(report.conclusion).toBe('undetermined');
      expect(report.findings.map(({ code }) => code)).toContain('history.parts');
    }
  });
});

describe('a ledger that was invented', () => {
  /** A state tag that hands over a ledger in which nobody has claimed anything. */
  async function forge(by: TestKey, sequence: number): Promise<Oid> {
    const { ledger } = whole;
    if (ledger === undefined) throw new Error('There is no ledger.');
    const ownership = { ...ledger.ownership, claims: GrowingMap.of<string>([]) };
    const record = recordLedger({ ...ledger, ownership }, made.head);
    const { state } = await readHandOver(store, borders[1].tag);
    const printed = printStatement('State', { ...state.statement, sequence, ledger: record.digest });
    if (!printed.ok) throw new Error(printed.problems.join(' '));
    await repository.ref(`refs/signet/ledger/${sequence}`, await store.write('blob', record.bytes));
    return repository.tag({
      name: `signet/state/${sequence}`,
      object: made.head,
      message: printed.message,
      date: now - 50,
      sign: (payload) => by.sign(payload, now - 50),
    });
  }

  test('proves nothing if a stranger signed its state tag', async () => {
    const start = await readHandOver(store, await forge(mallory, 900));
    const { report } = await verifyRepo(request(attacked, { start }));
    expect(report.conclusion).toBe('undetermined');
    const found = report.findings.find(({ code }) => code === 'history.handed-over');
    expect(found?.message).toContain('signet/state/900');
  });

  test('cannot be joined to what came before, whoever signed it', async () => {
    const first = await partOf(made.head, attacked);
    const second = await partOf(attacked, attacked, await forge(ada, 901));
    expect(second.sums.counts.steps.rejected).toBe(0);
    const report = joinParts([first, second]);
    expect(report.conclusion).toBe('undetermined');
    expect(report.findings.map(({ message }) => message).join(' ')).toContain('began with another ledger');
  });

  test('is refused if it is not the one that the tag means, or not here', async () => {
    const [{ tag }] = borders;
    const ledger = await repository.git('rev-parse', 'refs/signet/ledger/1');
    await repository.ref('refs/signet/ledger/1', await store.write('blob', Buffer.from('{}\n')));
    await expect(readHandOver(store, tag)).rejects.toThrow('is not the ledger that state tag signet/state/1');
    await repository.git('update-ref', '-d', 'refs/signet/ledger/1');
    await expect(readHandOver(store, tag)).rejects.toThrow('refs/signet/ledger/1 is missing');
    await repository.ref('refs/signet/ledger/1', ledger as Oid);
  });
});

test('a state is not signed for by somebody who is no maintainer or admin, nor where history is rejected', async () => {
  expect((await planState(request(attacked), 7)).plan).toBeUndefined();
  const { plan: sound } = await planState(request(made.head), 7);
  if (sound === undefined) throw new Error('There is no plan.');
  const signing = signState(store, sound, signerOf(mallory), tagger, () => now);
  await expect(signing).rejects.toThrow(`State tag ${sound.name} would not count`);
});
