import { describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/fault.ts';
import type { OutwardAct } from '../../src/core/outward-act.ts';
import { tellForge } from '../../src/workflows/tell-forge.ts';

const act = (id: string, perform: OutwardAct['perform']): OutwardAct => ({
  id,
  title: id,
  details: {},
  perform,
});

describe('telling a forge', () => {
  const down = new Fault('network.failed', 'GitHub could not be reached.', 'Check the network.');

  test('goes on after an act that failed, and gives back what became of each', async () => {
    const told = await tellForge([
      act('check', () => Promise.reject(down)),
      act('comment', () => Promise.resolve({ outcome: 'comment 1', made: true })),
    ]);
    expect(told.map(({ act: { id }, result }) => ({ id, ...result }))).toEqual([
      { id: 'check', ok: false, fault: down },
      { id: 'comment', ok: true, outcome: 'comment 1' },
    ]);
  });

  test('does not hide a bug', async () => {
    const bug = new TypeError('not a function');
    await expect(tellForge([act('check', () => Promise.reject(bug))])).rejects.toBe(bug);
  });
});
