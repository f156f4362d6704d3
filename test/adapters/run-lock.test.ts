import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { holderOf, type LockingProcess, RunLock } from '../../src/adapters/run-lock.ts';
import { temporaryFolder } from '../support/scratch.ts';

let folder: string;
let running: Set<number>;
beforeEach(async () => {
  folder = await temporaryFolder();
  running = new Set([70_000_001, 70_000_002]);
});

/** Processes of numbers that no system gives: only this test says whether they run. */
const first: LockingProcess = { pid: 70_000_001, host: 'here', isRunning: (pid) => running.has(pid) };
const second: LockingProcess = { ...first, pid: 70_000_002 };

describe('a lock', () => {
  test('is for one process at a time, and free again when it is given back', async () => {
    const lock = await RunLock.take(folder, first);
    await expect(RunLock.take(folder, second)).rejects.toMatchObject({
      code: 'publish.in-use',
      message: `Process 70000001 on here is at work on the run in ${folder}.`,
      mend: expect.stringContaining(join(folder, 'lock-1')) as string,
    });
    expect(await holderOf(folder, second)).toEqual({ pid: 70_000_001, host: 'here' });
    await lock.release();
    expect(await holderOf(folder, second)).toBeUndefined();
    await (await RunLock.take(folder, second)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a process that died is nobodys, and only one of those who find it gets the next', async () => {
    await RunLock.take(folder, first);
    running.delete(first.pid);
    expect(await holderOf(folder, second)).toBeUndefined();
    running.add(70_000_003);
    const third = { ...first, pid: 70_000_003 };
    const taken = await Promise.allSettled([RunLock.take(folder, second), RunLock.take(folder, third)]);
    expect(taken.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('of a number that another process has by now is nobodys', async () => {
    const self = { pid: process.pid, host: 'here', isRunning: () => true };
    await RunLock.take(folder, self);
    await expect(RunLock.take(folder, self)).rejects.toMatchObject({ code: 'publish.in-use' });
    const path = join(folder, 'lock-1');
    const written = JSON.parse(await readFile(path, 'utf8')) as { started?: string };
    await writeFile(path, JSON.stringify({ ...written, started: '1' }));
    const lock = await RunLock.take(folder, self);
    await lock.release();
  });

  test.each([
    ['a process of another machine', '{"pid":70000001,"host":"elsewhere"}'],
    ['whoever has not finished writing its name', '{"pid":7000'],
    ['whoever writes something else', '{"pid":"me"}'],
  ])('of %s holds: nobody here can tell that it is dead', async (_, text) => {
    running.clear();
    await writeFile(join(folder, 'lock-4'), text);
    await expect(RunLock.take(folder, second)).rejects.toMatchObject({
      code: 'publish.in-use',
      mend: expect.stringContaining(join(folder, 'lock-4')) as string,
    });
  });
});
