import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoredHistoryMemory } from '../../src/adapters/history-memory.ts';
import type { Checkpoint } from '../../src/core/chain/checkpoint.ts';
import { oidOf } from '../../src/core/git/oid.ts';
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

async function opened(rules = 'rules', folder?: string, told: string[] = []) {
  const place = folder ?? join(await temporaryFolder(), 'memory');
  const repository = await temporaryFolder();
  const tell = (why: string): void => void told.push(why);
  const memory = new StoredHistoryMemory({
    folder: place,
    repository,
    user: process.getuid?.(),
    rules,
    tell,
  });
  return { memory, folder: place, repository, told };
}

async function recalled(
  memory: StoredHistoryMemory,
  conditions = 'conditions',
): Promise<readonly Checkpoint[]> {
  const all: Checkpoint[] = [];
  for await (const one of memory.recall(conditions)) all.push(one);
  return all;
}

const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));

describe('the memory of histories', () => {
  test('gives back what was kept under the same conditions and rules, and nothing else', async () => {
    const { memory, folder } = await opened();
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([checkpoint('one')]);
    expect(await recalled(memory, 'others')).toEqual([]);
    const { memory: other } = await opened('other rules', folder);
    expect(await recalled(other)).toEqual([]);
  });

  test('is readable by nobody else', async () => {
    const { memory, folder } = await opened();
    await memory.keep('conditions', checkpoint('one'));
    const files = await filesBelow(folder);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('keeps a bounded number, the newest ones', async () => {
    const { memory, folder } = await opened();
    for (let index = 0; index < 30; index += 1) await memory.keep('conditions', checkpoint(`${index}`));
    const kept = await recalled(memory);
    expect(kept).toHaveLength(24);
    expect(kept.map(({ head }) => head)).toContain(commit('29'));
    expect((await filesBelow(folder)).length).toBeLessThanOrEqual(2 * 24);
  });

  /** What is recalled after one file was given other bytes; everything is put back for the next question. */
  async function recalledWith(
    { memory, folder }: { readonly memory: StoredHistoryMemory; readonly folder: string },
    changes: (whole: Buffer) => Iterable<Buffer>,
  ): Promise<Set<string>> {
    const files = await filesBelow(folder);
    const contents = await Promise.all(files.map((file) => readFile(file)));
    const results = new Set<string>();
    for (const [index, file] of files.entries()) {
      for (const changed of changes(contents[index] ?? Buffer.alloc(0))) {
        await writeFile(file, changed);
        results.add(JSON.stringify(await recalled(memory)));
        for (const [at, other] of files.entries()) {
          await mkdir(dirname(other), { recursive: true });
          await writeFile(other, contents[at] ?? '');
        }
      }
    }
    return results;
  }

  test('survives being cut off at any byte of any file: what was kept is whole, or not there', async () => {
    const place = await opened();
    await place.memory.keep('conditions', checkpoint('one'));
    const results = await recalledWith(place, function* (whole) {
      for (let length = 0; length < whole.length; length += 1) yield whole.subarray(0, length);
    });
    expect(results).toEqual(new Set(['[]']));
    expect(await recalled(place.memory)).toEqual([checkpoint('one')]);
  }, 60_000);

  test('takes nothing for whole of which one byte was changed', async () => {
    const place = await opened();
    await place.memory.keep('conditions', checkpoint('one'));
    const results = await recalledWith(place, function* (whole) {
      for (let at = 0; at < whole.length; at += 7)
        yield Buffer.from(whole.map((byte, index) => (index === at ? byte ^ 1 : byte)));
    });
    results.delete(JSON.stringify([checkpoint('one')]));
    expect(results).toEqual(new Set(['[]']));
  }, 60_000);

  test('mends itself: what was damaged is kept anew', async () => {
    const { memory, folder } = await opened();
    await memory.keep('conditions', checkpoint('one'));
    for (const file of await filesBelow(folder)) await truncate(file, 10);
    expect(await recalled(memory)).toEqual([]);
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([checkpoint('one')]);
  });

  test('is not used inside the repository, nor where others may write, and says so', async () => {
    const repository = await temporaryFolder();
    const told: string[] = [];
    const tell = (why: string): void => void told.push(why);
    const user = process.getuid?.();
    const inside = join(repository, '.cache');
    const within = new StoredHistoryMemory({ folder: inside, repository, user, rules: 'r', tell });
    await within.keep('conditions', checkpoint('one'));
    expect(await recalled(within)).toEqual([]);
    expect(told.join()).toContain('inside the repository');

    const shared = await opened();
    await mkdir(shared.folder, { recursive: true });
    await chmod(shared.folder, 0o777);
    await shared.memory.keep('conditions', checkpoint('one'));
    expect(await recalled(shared.memory)).toEqual([]);
    expect(shared.told.join()).toContain('chmod 700');
  });

  test('never stands in the way: a folder that cannot be made is told, once', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const { memory, told } = await opened('rules', join(file, 'below'));
    await memory.keep('conditions', checkpoint('one'));
    expect(await recalled(memory)).toEqual([]);
    expect(told).toHaveLength(1);
  });
});
