/**
 * What verify-repo costs beside the floor: what git itself needs to hand out the same commits and differences,
 * one process after the other. Both are run in turn, and the figures are ratios of the same round.
 *
 *   npm run bench -- verify-repo REPOSITORY CERTIFICATES [STEPS] [ROUNDS]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, median, type Run, say } from './measure.ts';

const [repository, certificates, stepsText = '1000', roundsText = '3'] = process.argv.slice(2);
if (repository === undefined || certificates === undefined) {
  throw new Error('Usage: npm run bench -- verify-repo REPOSITORY CERTIFICATES [STEPS] [ROUNDS]');
}

const program = fileURLToPath(new URL('../../bin/opam-signet.js', import.meta.url));
const git = (...args: readonly string[]): readonly string[] => [
  '-C',
  repository,
  '-c',
  'core.commitGraph=false',
  ...args,
];

const mainline = (await measure('git', git('rev-list', '--first-parent', 'HEAD'), { keep: true })).output
  .trim()
  .split('\n');
const steps = Math.min(Number(stepsText), mainline.length - 1);
const from = mainline[steps];
if (from === undefined) throw new Error('The repository has no history.');

const range = ['--topo-order', '--parents', 'HEAD', `^${from}`];
const listed = (await measure('git', git('rev-list', ...range), { keep: true })).output.trim().split('\n');
const commits = listed.map((line) => line.split(' '));
const ids = `${commits.map(([oid = '']) => oid).join('\n')}\n`;
const pairs = `${commits.map(([oid = '', parent = '']) => `${oid} ${parent}`).join('\n')}\n`;
say(`${steps} steps, ${commits.length} commits, from ${from}`);

const [, lastButOne] = mainline;
if (lastButOne === undefined) throw new Error('The repository has only one commit.');

const verify = (...more: readonly string[]): Promise<Run> =>
  measure(
    process.execPath,
    [program, 'verify-repo', '--keyring', certificates, '--from', from, '--json', ...more, repository],
    { keep: true, env: { XDG_CACHE_HOME: cache } },
  );

const cache = await mkdtemp(join(tmpdir(), 'signet-bench-'));
const bare = await measure(process.execPath, ['-e', '0']);
const ratios: number[] = [];
const processorRatios: number[] = [];
try {
  for (let round = 1; round <= Number(roundsText); round++) {
    const walk = await measure('git', git('rev-list', '--topo-order', '--parents', 'HEAD'));
    const objects = await measure('git', git('cat-file', '--batch'), { input: ids });
    const differences = await measure(
      'git',
      git('diff-tree', '--stdin', '-r', '--raw', '-z', '--no-renames'),
      {
        input: pairs,
      },
    );
    const parts = [walk, objects, differences];
    const floor = sum(parts.map(({ seconds }) => seconds));
    const floorProcessor = sum(parts.map(({ processorSeconds }) => processorSeconds));
    const cold = await verify('--no-cache');
    ratios.push(cold.seconds / floor);
    processorRatios.push(cold.processorSeconds / floorProcessor);
    say(
      `round ${round}: floor ${shown(floor)}, verify-repo ${shown(cold.seconds)}, ratio ${(cold.seconds / floor).toFixed(2)}; ` +
        `processor time ${shown(floorProcessor)} and ${shown(cold.processorSeconds)}, ratio ${(cold.processorSeconds / floorProcessor).toFixed(2)}; ` +
        `peak ${cold.peakMegabytes.toFixed(0)} MB`,
    );
    if (round === 1) say(counts(cold));
    await verify('--to', lastButOne);
    const next = await verify();
    say(`  one new merge: ${shown(next.seconds)}, ${shown(next.processorSeconds)} of processor time`);
    const warm = await verify();
    const same = withoutMoment(warm) === withoutMoment(cold);
    say(
      `  nothing new: ${shown(warm.seconds)}, ${shown(warm.processorSeconds)} of processor time (node alone: ${shown(bare.processorSeconds)}); ` +
        (same ? 'the same report' : 'ANOTHER REPORT'),
    );
    await rm(cache, { recursive: true });
  }
} finally {
  await rm(cache, { recursive: true, force: true });
}
say(`median ratio ${median(ratios).toFixed(2)}, of processor time ${median(processorRatios).toFixed(2)}`);

function shown(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}

/** Two runs take place at two moments. */
function withoutMoment({ output }: Run): string {
  return output.replace(/^ +"now": .*$/m, '');
}

function counts({ output }: Run): string {
  const report: unknown = JSON.parse(output);
  return typeof report === 'object' && report !== null && 'counts' in report
    ? JSON.stringify(report.counts)
    : 'no report';
}
