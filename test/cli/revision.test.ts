import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/open-store.ts';
import { requireCommit } from '../../src/cli/revision.ts';
import { TestRepository } from '../support/repository.ts';

const date = 1_700_000_000;

async function mergeOfTwo() {
  const repository = await TestRepository.create();
  const base = await repository.commitFiles({ date });
  const side = await repository.commitFiles({ date, parents: [base], message: 'Side' });
  const merge = await repository.commitFiles({ date, parents: [base, side], message: 'Merge' });
  await repository.ref('refs/heads/main', merge);
  const store = await openStore(repository.folder, { kind: 'auto', environment: process.env });
  return { store, base, side, merge };
}

test('behind a commit, ^ and ^2 name its parents, as in git', async () => {
  const { store, base, side, merge } = await mergeOfTwo();
  expect(await requireCommit(store, 'main^')).toBe(base);
  expect(await requireCommit(store, 'main^1')).toBe(base);
  expect(await requireCommit(store, `${merge}^2`)).toBe(side);
  expect(await requireCommit(store, 'main^2^')).toBe(base);
  await store.close();
});

test('a parent that a commit does not have is refused with the commit and the number of its parents', async () => {
  const { store, merge, base } = await mergeOfTwo();
  await expect(requireCommit(store, 'main^3')).rejects.toMatchObject({
    code: 'revision.not-found',
    message: `Commit ${merge} has no parent number 3: it has 2.`,
  });
  await expect(requireCommit(store, 'main^^')).rejects.toMatchObject({
    message: `Commit ${base} has no parent number 1: it has 0.`,
  });
  await store.close();
});

test.each(['main~1', 'main^{tree}', 'main^0', '^main', '^', 'main@{1}'])(
  'no other expression of git means anything: %s',
  async (revision) => {
    const { store } = await mergeOfTwo();
    await expect(requireCommit(store, revision)).rejects.toMatchObject({ code: 'revision.not-found' });
    await store.close();
  },
);
