import { chmod, mkdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StoredHistoryMemory } from '../../src/adapters/history-memory.ts';
import type { Checkpoint } from '../../src/core/chain/checkpoint.ts';
import { oidOf } from '../../src/core/git/oid.ts';
import {
  all,
  answersWith,
  cutOff,
  filesBelow,
  oneByteChanged,
  openMemory,
} from '../support/history-memory.ts';
import { temporaryFolder } from '../support/scratch.ts';

const commit = (name: string) => oidOf('blob', Buffer.from(name), 'sha1');

const checkpoint = (name: string): Checkpoint => ({
  head: commit(name),
  start: commit('start'),
  steps: 7,
  now: 1_780_000_000,
  surroundings: '[]',
  tags: [`${commit('tag')} refs/tags/signet/foo.1.0`],
  changed: ['foo.1.0'],
  ledger: '{}',
  sums: {
    counts: {
      steps: { verified: 6, rejected: 1, undetermined: 0 },
      signatures: { good: 3 },
      paths: { own: 2 },
    },
    findings: {
      error: [
        { code: 'step.shape', severity: 'error', at: { object: commit('x') }, message: 'm', mend: 'n' },
      ],
      warning: [],
      note: [],
    },
    met: { error: 1, warning: 0, note: 0 },
  },
});

const recalled = (memory: StoredHistoryMemory, conditions = 'conditions'): Promise<readonly Checkpoint[]> =>
  all(memory.recall(conditions));

describe('the memory of histories', () => {
  test('gives back what was kept under the same conditions and rules, and nothing else', async () => {
    const { memory, folder } = await openMemory();
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([checkpoint('one')]);
    expect(await recalled(memory, 'others')).toEqual([]);
    const { memory: other } = await openMemory({ rules: 'other rules', folder });
    expect(await recalled(other)).toEqual([]);
  });

  test('is readable by nobody else', async () => {
    const { memory, folder } = await openMemory();
    await memory.keep('conditions', checkpoint('one'));
    const files = await filesBelow(folder);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'history'))).mode & 0o777).toBe(0o700);
  });

  test('leaves nothing behind of what gave way', async () => {
    const { memory, folder } = await openMemory();
    await memory.keep('conditions', checkpoint('one'));
    const files = await filesBelow(folder);
    for (const now of [1, 2, 3]) await memory.keep('conditions', { ...checkpoint('one'), now });
    expect(await recalled(memory)).toEqual([{ ...checkpoint('one'), now: 3 }]);
    expect(await filesBelow(folder)).toHaveLength(files.length);
  });

  test('loses nothing when the same is kept again', async () => {
    const { memory } = await openMemory();
    for (const name of ['one', 'one']) await memory.keep('conditions', checkpoint(name));
    expect(await recalled(memory)).toEqual([checkpoint('one')]);
  });

  test('keeps a bounded number, the newest ones', async () => {
    const { memory, folder } = await openMemory();
    for (let index = 0; index < 30; index += 1) await memory.keep('conditions', checkpoint(`${index}`));
    const kept = await recalled(memory);
    expect(kept).toHaveLength(24);
    expect(kept.map(({ head }) => head)).toContain(commit('29'));
    expect((await filesBelow(folder)).length).toBeLessThanOrEqual(2 * 24);
  });

  test('survives being cut off at any byte of any file: what was kept is whole, or not there', async () => {
    const place = await openMemory();
    await place.memory.keep('conditions', checkpoint('one'));
    const results = await answersWith(place.folder, cutOff, () => recalled(place.memory));
    expect(results).toEqual(new Set(['[]']));
    expect(await recalled(place.memory)).toEqual([checkpoint('one')]);
  }, 60_000);

  test('takes nothing for whole of which one byte was changed', async () => {
    const place = await openMemory();
    await place.memory.keep('conditions', checkpoint('one'));
    const results = await answersWith(place.folder, oneByteChanged, () => recalled(place.memory));
    results.delete(JSON.stringify([checkpoint('one')]));
    expect(results).toEqual(new Set(['[]']));
  }, 60_000);

  test('mends itself: what was damaged is kept anew', async () => {
    const { memory, folder } = await openMemory();
    await memory.keep('conditions', checkpoint('one'));
    for (const file of await filesBelow(folder)) await truncate(file, 10);
    expect(await recalled(memory)).toEqual([]);
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([checkpoint('one')]);
  });

  test('is not used inside the repository, nor where others may write, and says so', async () => {
    const repository = await temporaryFolder();
    const within = await openMemory({ folder: join(repository, '.cache'), repository });
    await within.memory.keep('conditions', checkpoint('one'));
    expect(await recalled(within.memory)).toEqual([]);
    expect(within.told.join()).toContain('inside the repository');

    const shared = await openMemory();
    await mkdir(join(shared.folder, 'history'), { recursive: true });
    await chmod(join(shared.folder, 'history'), 0o777);
    await shared.memory.keep('conditions', checkpoint('one'));
    expect(await recalled(shared.memory)).toEqual([]);
    expect(shared.told.join()).toContain('chmod 700');
  });

  test('never stands in the way: a folder that cannot be made is told, once', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const { memory, told } = await openMemory({ folder: join(file, 'below') });
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([]);
    expect(told).toHaveLength(1);
  });
});
