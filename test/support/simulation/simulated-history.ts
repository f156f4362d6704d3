import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Oid } from '../../../src/core/git/oid.ts';
import type { Fingerprint } from '../../../src/core/openpgp/certificate.ts';
import { PackWriter } from './pack-writer.ts';
import { simulatedPeople } from './simulated-people.ts';
import { SimulatedStory } from './simulated-story.ts';

export interface SimulationPlan {
  /** Of sides and mainline together; the history has this many or up to two more. */
  readonly commits: number;
  readonly contributors: number;
  readonly packages: number;
  /** The same plan with the same seed gives the same ids. */
  readonly seed: number;
}

/** What is needed to verify a simulated history. */
export interface Simulation {
  readonly anchor: Oid;
  readonly head: Oid;
  /** Of the two admins, who are the quorum. */
  readonly fingerprints: readonly Fingerprint[];
  readonly commits: number;
  readonly steps: number;
  readonly submissionTags: number;
}

const run = promisify(execFile);

/**
 * Makes a bare repository with a history in which everything is in order: people join, names are claimed, releases are
 * merged, merged back, squashed, edited, and packages that nobody enrolled are changed without signature.
 */
export async function simulateHistory(folder: string, plan: SimulationPlan): Promise<Simulation> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=master', folder]);
  const packFolder = join(folder, 'objects', 'pack');
  await mkdir(packFolder, { recursive: true });
  const packFile = join(packFolder, 'pack-simulated.pack');
  const pack = await PackWriter.create(packFile);
  const people = await simulatedPeople(plan.contributors, plan.seed);
  const story = await SimulatedStory.begin(pack, people, plan);
  while (story.commits < plan.commits) await story.next();
  await pack.close();
  await run('git', ['index-pack', packFile], { maxBuffer: 2 ** 26 });
  const references = [...story.tags].map(([name, oid]) => `${oid} refs/tags/${name}`).sort(byName);
  await writeFile(
    join(folder, 'packed-refs'),
    ['# pack-refs with: sorted ', `${story.head} refs/heads/master`, ...references, ''].join('\n'),
  );
  return {
    anchor: story.anchor,
    head: story.head,
    fingerprints: people.admins.map(({ key }) => key.fingerprint),
    commits: story.commits,
    steps: story.steps,
    submissionTags: story.tags.size,
  };
}

const byName = (one: string, other: string): number => (one.slice(41) < other.slice(41) ? -1 : 1);
