import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { StoredReleaseMemory } from '../../src/adapters/release-memory.ts';
import type { ReleaseMemory } from '../../src/core/chain/compared-release.ts';
import { loadKeyring } from '../../src/core/trust/load-keyring.ts';
import type { PrReport } from '../../src/workflows/verify-pr.ts';
import { now } from '../support/publish-world.ts';
import { Released } from '../support/released.ts';
import { Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';

/** Everything of a report but when it was made and what it says of being remembered. */
const verdictOf = ({ now: _, remembered: __, ...verdict }: PrReport) => verdict;

describe('the memory of releases', () => {
  let released: Released;
  let folder: string, repository: string;
  let releases: ReleaseMemory;
  let first: PrReport;

  const opened = (rules = 'these rules'): ReleaseMemory =>
    new StoredReleaseMemory({
      folder,
      repository,
      user: process.getuid?.(),
      rules,
      tell: (why) => {
        throw new Error(why);
      },
    });

  beforeAll(async () => {
    released = await Released.create();
    repository = await temporaryFolder();
  });

  afterAll(() => released.close());

  /** A release that was verified, and whose archive its server does not have any more. */
  beforeEach(async () => {
    released.serveArchive(released.archive);
    folder = join(await temporaryFolder(), 'releases');
    releases = opened();
    first = await released.verifyPr({ releases });
    expect(first).toMatchObject({ conclusion: 'verified', remembered: { release: undefined } });
    released.serveArchive(Buffer.from('another archive'));
  });

  const expectLookedUp = (report: PrReport): void => {
    expect(report.remembered.release).toBeUndefined();
    const compared = report.release.filter(({ id }) => id === 'release.archive');
    expect(compared.map(({ status }) => status)).not.toEqual(['upheld']);
    expect(compared).toHaveLength(1);
  };

  test('answers a second run within the hour, which says so and finds the same', async () => {
    const second = await released.verifyPr({ releases, now: now + 3600 });
    expect(second.remembered.release).toBe(now);
    expect(verdictOf(second)).toEqual(verdictOf(first));
  });

  test('is not asked after that hour, at an earlier moment, or where nothing is to be remembered', async () => {
    expectLookedUp(await released.verifyPr({ releases, now: now + 3601 }));
    expectLookedUp(await released.verifyPr());
    released.serveArchive(released.archive);
    await released.verifyPr({ releases, now: now + 5000 });
    released.serveArchive(Buffer.from('another archive'));
    expectLookedUp(await released.verifyPr({ releases, now: now + 4999 }));
  });

  test('knows nothing of other rules and flags', async () => {
    expectLookedUp(await released.verifyPr({ releases: opened('other rules') }));
  });

  test('knows nothing of another base', async () => {
    const { target, base } = released.world;
    const next = await target.commitFiles({ parents: [base], message: 'Next\n', date: now });
    expectLookedUp(await released.verifyPr({ releases, base: next }));
  });

  test('says nothing of who may publish: another keyring judges all signatures anew', async () => {
    const scenario = await Scenario.create();
    const store = await openStore(scenario.repository.folder, { kind: 'git', environment: process.env });
    const keyring = await loadKeyring(store, scenario.anchor);
    await store.close();
    if (!keyring.ok) throw new Error('the scenario has no keyring');
    const trust = { kind: 'fixed', keyring: keyring.state, from: undefined } as const;
    const report = await released.verifyPr({ releases, trust });
    expect(report.conclusion).toBe('rejected');
    expect(report.release.filter(({ id }) => id === 'release.source-tag')).not.toContainEqual(
      expect.objectContaining({ status: 'upheld' }),
    );
  });

  test('believes no entry of which anything was cut off', async () => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { parentPath, name } of files) await truncate(join(parentPath, name), 20);
    expectLookedUp(await released.verifyPr({ releases }));
  });

  test('believes nothing that did not hold, whoever wrote it', async () => {
    const entries: ReleaseMemory = {
      recall: (conditions) => opened().recall(conditions),
      keep: (conditions, release) =>
        opened().keep(conditions, { ...release, source: { ...release.source, status: 'unproven' } }),
    };
    released.serveArchive(released.archive);
    folder = join(await temporaryFolder(), 'releases');
    await released.verifyPr({ releases: entries });
    expect((await released.verifyPr({ releases: entries })).remembered.release).toBeUndefined();
  });

  test('keeps nothing that did not hold: what was mended is seen at once', async () => {
    folder = join(await temporaryFolder(), 'releases');
    releases = opened();
    expectLookedUp(await released.verifyPr({ releases }));
    released.serveArchive(released.archive);
    expect(await released.verifyPr({ releases })).toMatchObject({
      conclusion: 'verified',
      remembered: { release: undefined },
    });
  });
});
