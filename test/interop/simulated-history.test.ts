import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import { start } from '../support/cast.ts';
import { silent } from '../support/judging.ts';
import { TestRepository } from '../support/repository.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { simulateHistory } from '../support/simulation/simulated-history.ts';

const plan = { commits: 300, contributors: 6, packages: 20, seed: 7 };

test('a simulated history is sound for git, verified, and the same for the same seed', async () => {
  const folder = join(await temporaryFolder(), 'one');
  const made = await simulateHistory(folder, plan);
  expect(made.commits).toBeGreaterThanOrEqual(plan.commits);
  await TestRepository.at(folder).git('fsck', '--strict');

  const store = await openStore(folder, { kind: 'auto', environment: process.env });
  try {
    const { fingerprints, anchor: from, head } = made;
    const trust = { kind: 'anchor', anchor: { quorum: 2, fingerprints, from } } as const;
    const { report } = await verifyRepo({ store, head, trust, now: start, progress: silent });
    expect(report.conclusion).toBe('verified');
    expect(report.counts.steps.verified).toBe(made.steps);
    const kinds = Object.keys(report.counts.paths).sort();
    expect(kinds).toEqual(['keyring', 'own', 'side', 'statement', 'unsigned']);
  } finally {
    await store.close();
  }

  expect(await simulateHistory(join(await temporaryFolder(), 'two'), plan)).toEqual(made);
  const other = await simulateHistory(join(await temporaryFolder(), 'three'), { ...plan, seed: 8 });
  expect(other.head).not.toBe(made.head);
});
