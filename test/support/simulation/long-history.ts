import { join } from 'node:path';
import { openStore } from '../../../src/adapters/open-store.ts';
import { CommitGraph } from '../../../src/core/chain/graph.ts';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { ObjectStore } from '../../../src/core/ports.ts';
import { temporaryFolder } from '../scratch.ts';
import { simulateHistory, type Simulation } from './simulated-history.ts';

export interface LongHistory {
  readonly made: Simulation;
  readonly store: ObjectStore;
  /** From the anchor to the head. */
  readonly mainline: readonly Oid[];
}

/** The history on which remembering is tried: always the same, in a repository of the test's own. */
export async function openLongHistory(): Promise<LongHistory> {
  const folder = join(await temporaryFolder(), 'simulated');
  const made = await simulateHistory(folder, { commits: 240, contributors: 8, packages: 30, seed: 5 });
  const store = await openStore(folder, { kind: 'auto', environment: process.env });
  const chain = (await CommitGraph.load(store, [made.head])).mainline(made.anchor, made.head);
  if (chain.kind !== 'mainline') throw new Error('A simulated history has a mainline.');
  return { made, store, mainline: chain.commits };
}
