import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChronicledCheckpoint, HistoryMemory } from '../../src/core/chain/checkpoint.ts';
import type { Ledger } from '../../src/core/chain/history.ts';
import { oidOf, type Oid } from '../../src/core/git/oid.ts';
import type { ObjectStore, Progress } from '../../src/core/ports.ts';
import { finding, settle } from '../../src/core/report/report.ts';
import { historyPage } from '../../src/render/history-page/history-page.ts';
import { keyringOverview } from '../../src/workflows/change-keyring-show.ts';
import { type ChronicleBounds, Chronicler } from '../../src/workflows/chronicler.ts';
import { recorderFor } from '../../src/workflows/recorder.ts';
import { Tally } from '../../src/workflows/tally.ts';
import { verifyRepo, type VerifyRepoRequest } from '../../src/workflows/verify-repo.ts';
import { start as now } from '../support/cast.ts';
import { openMemory } from '../support/history-memory.ts';
import { judging, silent } from '../support/judging.ts';
import { day } from '../support/keyring.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { openLongHistory } from '../support/simulation/long-history.ts';
import type { Simulation } from '../support/simulation/simulated-history.ts';

/** Writes the page, and counts the steps that were judged for it. */
async function pageOf(
  request: VerifyRepoRequest,
  bounds?: ChronicleBounds,
): Promise<{ readonly page: string; readonly judged: number }> {
  const chronicler = new Chronicler(bounds);
  let judged = 0;
  const progress: Progress = { ...request.progress, advance: () => (judged += 1) };
  const { report, ledger } = await verifyRepo({ ...request, progress, chronicler });
  const { counts, unlisted } = report;
  const keyring = ledger && (await keyringOverview(ledger.keyrings.inForce, report.now));
  const { chronicle } = chronicler;
  const shown = { report, subject: 'all', steps: counts.steps, unlisted, chronicle, keyring };
  return { page: historyPage(shown, { script: '', style: '' }, '1.0.0'), judged };
}

const emptyMemory = async (): Promise<HistoryMemory> => (await openMemory()).memory;

describe('the page of a long history', () => {
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
  const stepAt = (place: number): Oid => {
    const oid = mainline.at(place);
    if (oid === undefined) throw new Error('the mainline is shorter than the test wants it');
    return oid;
  };

  /** A run for the page that ends as if by Ctrl-C, after so many steps. */
  async function interrupted(steps: number, memory: HistoryMemory, bounds?: ChronicleBounds): Promise<void> {
    let left = steps;
    const progress: Progress = {
      ...silent,
      advance: () => {
        left -= 1;
        if (left === 0) throw new Error('interrupted');
      },
    };
    const run = verifyRepo({ ...request(made.head, memory), progress, chronicler: new Chronicler(bounds) });
    await expect(run).rejects.toThrow('interrupted');
  }

  test.each<{ readonly what: string; readonly bounds?: ChronicleBounds }>([
    { what: 'with all of its steps' },
    { what: 'with the oldest steps forgotten', bounds: { steps: 20, changes: 1000 } },
    { what: 'with few changes left', bounds: { steps: 1000, changes: 15 } },
  ])(
    'is the same, to the byte, wherever the run before was interrupted: $what',
    async ({ bounds }) => {
      const cold = await pageOf(request(made.head), bounds);
      expect(cold.judged).toBe(made.steps);
      for (let done = 1; done < made.steps; done += 29) {
        const memory = await emptyMemory();
        await interrupted(done, memory, bounds);
        const warm = await pageOf(request(made.head, memory), bounds);
        expect(warm).toEqual({ page: cold.page, judged: made.steps - done });
        expect(await pageOf(request(made.head, memory), bounds)).toEqual({ page: cold.page, judged: 0 });
      }
    },
    60_000,
  );

  test('is the same after an older head, which spares as much as it spares a text report', async () => {
    const cold = await pageOf(request(made.head));
    const spared = new Set<boolean>();
    for (const left of [1, 6, 20, 90]) {
      const memory = await emptyMemory();
      await pageOf(request(stepAt(-1 - left), memory));
      const { remembered } = await verifyRepo(request(made.head, memory));
      const warm = await pageOf(request(made.head, memory));
      expect(warm.page).toBe(cold.page);
      expect(warm.judged).toBe(remembered === undefined ? made.steps : left);
      spared.add(warm.judged < made.steps);
    }
    expect(spared, 'the keyring is another from some head on').toEqual(new Set([true, false]));
  }, 60_000);

  test('goes on from the newest checkpoint that has a chronicle, past those of text reports', async () => {
    const memory = await emptyMemory();
    await pageOf(request(stepAt(-7), memory));
    await verifyRepo(request(stepAt(-3), memory));
    await verifyRepo(request(made.head, memory));
    const cold = await pageOf(request(made.head));
    expect(await pageOf(request(made.head, memory))).toEqual({ ...cold, judged: 6 });
  });

  test('leaves a checkpoint to text reports, and to a page of an older head nothing', async () => {
    const memory = await emptyMemory();
    await pageOf(request(made.head, memory));
    const { remembered } = await verifyRepo(request(made.head, memory));
    expect(remembered).toMatchObject({ head: made.head, steps: made.steps });
    expect(remembered).not.toHaveProperty('chronicle');
    const older = await pageOf(request(stepAt(-7)));
    expect(await pageOf(request(stepAt(-7), memory))).toEqual(older);
  });

  test('is no reason to tell less of the steps to whoever asked for all of them', async () => {
    const memory = await emptyMemory();
    await pageOf(request(made.head, memory));
    let told = 0;
    await verifyRepo({ ...request(made.head, memory), onStep: () => (told += 1) });
    expect(told).toBe(made.steps);
  });

  test('is written from checkpoints every 10,000 steps, others are kept every 2,000, and both at the end', async () => {
    const { ledger } = await verifyRepo(request(made.head));
    const kept = await keptOver(25_300, ledger);
    expect(kept.plain).toEqual([...Array.from({ length: 12 }, (_, at) => 2000 * (at + 1)), 25_300]);
    expect(kept.chronicled).toEqual([10_000, 20_000, 25_300]);
  });

  /** The steps at which something is kept over a walk of so many. */
  async function keptOver(steps: number, ledger: Ledger | undefined) {
    const [plain, chronicled]: [number[], number[]] = [[], []];
    const empty = await emptyMemory();
    const memory: HistoryMemory = {
      recall: (conditions) => empty.recall(conditions),
      keep: (_, checkpoint) => Promise.resolve(void plain.push(checkpoint.steps)),
      recallChronicled: (conditions) => empty.recallChronicled(conditions),
      keepChronicled: (_, { steps: at, chronicle }: ChronicledCheckpoint) => {
        expect(chronicle.steps.oid).toHaveLength(at);
        return Promise.resolve(void chronicled.push(at));
      },
    };
    const chronicler = new Chronicler();
    const claim = settle('mainline', 'It is walked.', true, []);
    const found = { ok: true, start: made.anchor, commits: [], beyond: [], claim } as const;
    const way = { found, surroundings: '', before: undefined };
    const recorder = recorderFor({ ...request(made.head, memory), chronicler }, way, [], []);
    const tally = new Tally();
    const refused = finding('step.shape', { object: made.head }, 'It has three parents.');
    for (let index = 1; index <= steps; index += 1) {
      const oid = oidOf('blob', Buffer.from(`${index}`), 'sha1');
      const event = { kind: 'refused', index, oid, finding: refused } as const;
      chronicler.add(event);
      await recorder?.add(event, ledger, tally);
    }
    await recorder?.finish(ledger, tally);
    await recorder?.finish(ledger, tally);
    return { plain, chronicled };
  }
});

describe('a chronicle that was kept does not hide', () => {
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };

  /** The page with a memory that has seen another head, and without any; both must be the same. */
  async function samePage(scenario: Scenario, memory: HistoryMemory, head: Oid) {
    const { people, repository, anchor, now } = scenario;
    const usual = { people, folder: repository.folder, from: anchor, now: now + 60 };
    const cold = await judging(usual, {}, (common) => pageOf({ ...common, head }));
    const warm = await judging(usual, { memory }, (common) => pageOf({ ...common, head }));
    expect(warm.page).toBe(cold.page);
    return warm;
  }

  async function story() {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const release = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const seen = await scenario.merge(scenario.anchor, release);
    await samePage(scenario, memory, seen);
    expect((await samePage(scenario, memory, seen)).judged).toBe(0);
    return { scenario, memory, seen };
  }

  test('who signed for a change by a tag that was made afterwards, or taken away', async () => {
    const scenario = await Scenario.create();
    const memory = await emptyMemory();
    const squashed = await scenario.commit(scenario.anchor, { files });
    expect((await samePage(scenario, memory, squashed)).page).not.toContain('submission-tag');
    const side = await scenario.commit(scenario.anchor, { files });
    const after = scenario.digest(opamFile('foo'));
    await scenario.submissionTag(side, { by: 'alice', nameVersion: 'foo.1.1', after });
    expect((await samePage(scenario, memory, squashed)).judged).toBe(1);
    await scenario.repository.git('tag', '-d', 'signet/foo.1.1');
    expect((await samePage(scenario, memory, squashed)).judged).toBe(1);
  });

  test('a key that is found to be compromised later, and states that the admins attest again', async () => {
    const { scenario, memory, seen } = await story();
    const state = await scenario.stateTag(seen, { by: 'ada' });
    const { fingerprint } = scenario.people.alice;
    const compromised = [{ fingerprint, since: scenario.now - day, reason: 'laptop stolen' }];
    const bad = await scenario.removeAlice(seen, { compromised });
    expect((await samePage(scenario, memory, bad)).judged).toBe(2);
    const head = await scenario.removeAlice(seen, { compromised, reattested: [state] });
    expect((await samePage(scenario, memory, head)).judged).toBe(2);
  });

  test('that the branch was forced to another line, nor that it was forced back', async () => {
    const { scenario, memory, seen } = await story();
    const forced = await scenario.commit(scenario.anchor, { files });
    expect((await samePage(scenario, memory, forced)).judged).toBe(1);
    expect((await samePage(scenario, memory, seen)).judged).toBe(0);
  });
});
