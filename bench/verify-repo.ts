/**
 * What verify-repo costs beside the floor: what git itself needs to hand out the same commits and differences,
 * one process after the other. Both are run in turn, and the figures are ratios of the same round.
 *
 *   npm run bench -- verify-repo REPOSITORY CERTIFICATES [STEPS] [ROUNDS]
 */
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

const ratios: number[] = [];
for (let round = 1; round <= Number(roundsText); round++) {
  const walk = await measure('git', git('rev-list', '--topo-order', '--parents', 'HEAD'));
  const objects = await measure('git', git('cat-file', '--batch'), { input: ids });
  const differences = await measure('git', git('diff-tree', '--stdin', '-r', '--raw', '-z', '--no-renames'), {
    input: pairs,
  });
  const floor = walk.seconds + objects.seconds + differences.seconds;
  const ours = await measure(
    process.execPath,
    [program, 'verify-repo', '--keyring', certificates, '--from', from, '--json', repository],
    { keep: true },
  );
  ratios.push(ours.seconds / floor);
  say(
    `round ${round}: floor ${shown(floor)} (rev-list ${shown(walk.seconds)}, cat-file ${shown(objects.seconds)}, diff-tree ${shown(differences.seconds)}), ` +
      `verify-repo ${shown(ours.seconds)}, ratio ${(ours.seconds / floor).toFixed(2)}, peak ${ours.peakMegabytes.toFixed(0)} MB`,
  );
  if (round === 1) say(counts(ours));
}
say(`median ratio ${median(ratios).toFixed(2)}`);

function shown(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}

function counts({ output }: Run): string {
  const report: unknown = JSON.parse(output);
  return typeof report === 'object' && report !== null && 'counts' in report
    ? JSON.stringify(report.counts)
    : 'no report';
}
