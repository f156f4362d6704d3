import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import type { HistoryMemory } from '../../src/core/chain/checkpoint.ts';
import type { ObjectStore } from '../../src/core/ports.ts';
import { verifyRepo, type VerifyRepoRequest } from '../../src/workflows/verify-repo.ts';
import { verifyPr } from '../../src/workflows/verify-pr.ts';
import { start as now } from '../support/cast.ts';
import { loosePath } from '../support/damage.ts';
import { openMemory } from '../support/history-memory.ts';
import { type Judging, judging, silent } from '../support/judging.ts';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { openLongHistory } from '../support/simulation/long-history.ts';
import type { Simulation } from '../support/simulation/simulated-history.ts';

/** A memory of its own. */
const emptyMemory = async (rules = 'these rules'): Promise<HistoryMemory> =>
  (await openMemory({ rules, tell })).memory;

const tell = (why: string): never => {
  throw new Error(why);
};

/** How many objects a store has handed out. */
function counting(store: ObjectStore): { readonly store: ObjectStore; readonly read: () => number } {
  let read = 0;
  const counted = new Proxy(store, {
    get: (target, name) => {
      if (name === 'read') read += 1;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  return { store: counted, read: () => read };
}

describe('what was found out about a long history', () => {
  let made: Simulation;
  let store: ObjectStore;
  let mainline: readonly Oid[];

  beforeAll(async () => {
    ({ made, store, mainline } = await openLongHistory());
  }, 120_000);

  afterAll(() => store.close());

  const request = (head: Oid, memory?: HistoryMemory): VerifyRepoRequest => {
    const { fingerprints, anchor: from } = made;
    const trust = { kind: 'anchor', anchor: { quorum: 2, fingerprints, from } } as const;
    return { store, head, trust, now, progress: silent, memory };
  };
  const report = async (head: Oid, memory?: HistoryMemory): Promise<string> =>
    JSON.stringify((await verifyRepo(request(head, memory))).report);

  test('gives the same report, to the byte, wherever the run before had ended', async () => {
    const cold = await report(made.head);
    expect(cold).toContain('"conclusion":"verified"');
    const from = mainline.indexOf(made.anchor);
    for (let at = from + 1; at < mainline.length; at += 29) {
      const memory = await emptyMemory();
      const before = mainline[at];
      if (before === undefined) throw new Error('unreachable: within the mainline');
      expect(await report(before, memory)).toBe(await report(before));
      expect(await report(made.head, memory)).toBe(cold);
      expect(await report(made.head, memory)).toBe(cold);
    }
  }, 60_000);

  test('spares reading what was judged: nothing new costs a few objects, one merge a few more', async () => {
    const memory = await emptyMemory();
    const [before] = mainline.slice(-2);
    if (before === undefined) throw new Error('unreachable: the mainline is long');
    const readBy = async (head: Oid): Promise<number> => {
      const counted = counting(store);
      await verifyRepo({ ...request(head, memory), store: counted.store });
      return counted.read();
    };
    const cold = await readBy(before);
    const nothingNew = await readBy(before);
    const oneStep = await readBy(made.head);
    expect(nothingNew).toBeLessThan(40);
    expect(nothingNew).toBeLessThan(cold / 20);
    expect(oneStep).toBeLessThan(cold / 4);
  });

  test('is of no use under other rules, another anchor or an earlier moment', async () => {
    const memory = await emptyMemory();
    await report(made.head, memory);
    const used = async (more: Partial<VerifyRepoRequest>): Promise<boolean> => {
      const counted = counting(store);
      await verifyRepo({ ...request(made.head, memory), ...more, store: counted.store });
      return counted.read() < 40;
    };
    expect(await used({})).toBe(true);
    expect(await used({ now: now + day })).toBe(true);
    expect(await used({ now: now - 1 })).toBe(false);
    const { fingerprints, anchor: from } = made;
    expect(await used({ trust: { kind: 'anchor', anchor: { quorum: 1, fingerprints, from } } })).toBe(false);
    expect(await used({ memory: await emptyMemory('other rules') })).toBe(false);
  });

  test('gives verify-pr the base in no time, and the same report but that it says so', async () => {
    const memory = await emptyMemory();
    const [base] = mainline.slice(-2);
    if (base === undefined) throw new Error('unreachable: the mainline is long');
    const pr = { ...request(base), base, head: made.head, tag: undefined, sources: undefined };
    const { remembered: nothing, ...cold } = await verifyPr(pr);
    expect(nothing.base).toBeUndefined();
    expect(await verifyPr({ ...pr, memory })).toEqual({ ...cold, remembered: nothing });
    const counted = counting(store);
    const { remembered, ...warm } = await verifyPr({ ...pr, memory, store: counted.store });
    expect(JSON.stringify(warm)).toBe(JSON.stringify(cold));
    expect(remembered.base).toEqual({ commit: base, steps: expect.any(Number) as number, at: pr.now });
    const again = counting(store);
    await verifyPr({ ...pr, store: again.store });
    expect(counted.read()).toBeLessThan(again.read());
  });
});

describe('what was found out before does not hide', () => {
  /** Judges a head with a memory that has seen another one, and without any; both must say the same. */
  async function sameReport(
    scenario: Scenario,
    memory: HistoryMemory,
    head: Oid,
    options: { readonly now?: number } = {},
  ) {
    const cold = await scenario.verifyRepo(head, options);
    const warm = await scenario.verifyRepo(head, { ...options, memory });
    expect(JSON.stringify(warm)).toBe(JSON.stringify(cold));
    return warm;
  }

  const files = { [opamPath('foo.1.1')]: opamFile('foo') };

  async function story() {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const release = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const seen = await scenario.merge(scenario.anchor, release);
    expect((await sameReport(scenario, memory, seen)).conclusion).toBe('verified');
    return { scenario, memory, release, seen };
  }

  test('a key that is found to be compromised later', async () => {
    const { scenario, memory, seen } = await story();
    scenario.pass(10 * day);
    const head = await scenario.grow(seen, scenario.people.alice.revoked(scenario.now, 'compromised'));
    const report = await sameReport(scenario, memory, head);
    expect(report.findings.map(({ code }) => code)).toContain('signature.revoked-key');
  });

  test('states that the admins attest again afterwards', async () => {
    const { scenario, memory, seen } = await story();
    const state = await scenario.stateTag(seen, { by: 'ada' });
    const { fingerprint } = scenario.people.alice;
    const compromised = [{ fingerprint, since: scenario.now - day, reason: 'laptop stolen' }];
    const bad = await scenario.removeAlice(seen, { compromised });
    expect((await sameReport(scenario, memory, bad)).conclusion).toBe('rejected');
    const head = await scenario.removeAlice(seen, { compromised, reattested: [state] });
    expect((await sameReport(scenario, memory, head)).conclusion).toBe('verified');
    const next = await scenario.commit(head, {
      by: 'bob',
      files: { [opamPath('bar.1.1')]: opamFile('bar') },
    });
    expect((await sameReport(scenario, memory, next)).conclusion).toBe('verified');
  });

  test('a tag that would have attributed a change, made afterwards or taken away', async () => {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const squashed = await scenario.commit(scenario.anchor, { files });
    expect((await sameReport(scenario, memory, squashed)).conclusion).toBe('rejected');
    const side = await scenario.commit(scenario.anchor, { files });
    const after = scenario.digest(opamFile('foo'));
    await scenario.submissionTag(side, { by: 'alice', nameVersion: 'foo.1.1', after });
    expect((await sameReport(scenario, memory, squashed)).conclusion).toBe('verified');
    await scenario.repository.git('tag', '-d', 'signet/foo.1.1');
    expect((await sameReport(scenario, memory, squashed)).conclusion).toBe('rejected');
  });

  test('a signature from the future, whose time comes', async () => {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const early = scenario.now + 2 * day;
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files, date: early, signedAt: early });
    expect((await sameReport(scenario, memory, head, { now: early - day })).conclusion).toBe('rejected');
    expect((await sameReport(scenario, memory, head, { now: early - 1 })).conclusion).toBe('rejected');
    expect((await sameReport(scenario, memory, head, { now: early + day })).conclusion).toBe('verified');
  });

  test('that history began in the future, when the time of its beginning has come', async () => {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const early = scenario.now + 2 * day;
    const from = await scenario.commit(scenario.anchor, { date: early });
    const head = await scenario.commit(from, { by: 'alice', files });
    const trust = { kind: 'fixed', keyring: scenario.opened(), digest: 'of the file', from } as const;
    const usual = { people: scenario.people, folder: scenario.repository.folder, from };
    const timeKnown = (at: number, options: Judging = {}): Promise<number | undefined> =>
      judging({ ...usual, now: at }, { ...options, trust }, async (common) => {
        const { ledger } = await verifyRepo({ ...common, head });
        return ledger?.time;
      });
    expect(await timeKnown(early - day, { memory })).toBe(early - day);
    expect(await timeKnown(early + day, { memory })).toBe(await timeKnown(early + day));
  });

  test('an object that was missing and is there again', async () => {
    const { scenario, seen } = await story();
    const memory = await emptyMemory();
    const tree = (await scenario.repository.git('rev-parse', `${seen}:packages/foo/foo.1.1`)) as Oid;
    const path = loosePath(scenario.repository, tree);
    await rename(path, `${path}.away`);
    expect((await sameReport(scenario, memory, seen)).conclusion).toBe('undetermined');
    await rename(`${path}.away`, path);
    expect((await sameReport(scenario, memory, seen)).conclusion).toBe('verified');
    await rename(path, `${path}.away`);
    // What was judged stays judged: it was about these very ids.
    expect((await scenario.verifyRepo(seen, { memory })).conclusion).toBe('verified');
  });

  test('that the branch was forced to another line', async () => {
    const { scenario, memory } = await story();
    const forced = await scenario.commit(scenario.anchor, { files });
    expect((await sameReport(scenario, memory, forced)).conclusion).toBe('rejected');
  });

  test('that the mainline was merged into a side and the side put in its place', async () => {
    const { scenario, memory, seen } = await story();
    const side = await scenario.commit(scenario.anchor, {
      by: 'bob',
      files: { [opamPath('bar.1.1')]: opamFile('bar') },
    });
    const swapped = await scenario.merge(side, seen);
    await sameReport(scenario, memory, swapped);
  });

  test('sides that left the mainline in several places before; all the same it spares what was judged', async () => {
    const { scenario, memory, seen } = await story();
    const side = await scenario.commit(scenario.anchor, {
      by: 'bob',
      files: { [opamPath('bar.1.1')]: opamFile('bar') },
    });
    const caughtUp = await scenario.merge(side, seen);
    const ended = await scenario.commit(caughtUp, {
      by: 'bob',
      files: { [opamPath('bar.1.2')]: opamFile('bar') },
    });
    const next = await scenario.commit(seen, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    const head = await scenario.merge(next, ended);
    const readWith = async (known?: HistoryMemory): Promise<number> => {
      let read = (): number => 0;
      const through = (store: ObjectStore): ObjectStore => {
        const counted = counting(store);
        ({ read } = counted);
        return counted.store;
      };
      await scenario.verifyRepo(head, { through, ...(known === undefined ? {} : { memory: known }) });
      return read();
    };
    const [warm, cold] = [await readWith(memory), await readWith()];
    expect(warm).toBeLessThan(cold);
    expect((await sameReport(scenario, memory, head)).conclusion).toBe('verified');
  });

  test('steps that change the keyring, sign nothing, or claim names', async () => {
    const { scenario, memory, seen } = await story();
    let head = await scenario.commit(seen, { by: 'bob', files: { [opamPath('new.1.0')]: opamFile('new') } });
    await sameReport(scenario, memory, head);
    head = await scenario.commit(head, { by: 'alice', files: { [opamPath('new.1.1')]: opamFile('new') } });
    expect((await sameReport(scenario, memory, head)).conclusion).toBe('rejected');
    head = await scenario.removeAlice(head);
    await sameReport(scenario, memory, head);
    head = await scenario.commit(head, { files: { [opamPath('legacy.1.1')]: opamFile('legacy') } });
    await sameReport(scenario, memory, head);
  });
});
