/**
 * Makes a package repository with a long history in which everything is in order, for measuring. The same arguments
 * give the same commit ids.
 *
 *   npm run bench -- simulate FOLDER COMMITS [CONTRIBUTORS] [PACKAGES] [SEED]
 */
import { simulateHistory } from '../test/support/simulation/simulated-history.ts';
import { say } from './measure.ts';

const [folder, commits, contributors = '50', packages = '1000', seed = '1'] = process.argv.slice(2);
if (folder === undefined || commits === undefined) {
  throw new Error('Usage: npm run bench -- simulate FOLDER COMMITS [CONTRIBUTORS] [PACKAGES] [SEED]');
}
const begin = process.hrtime.bigint();
const made = await simulateHistory(folder, {
  commits: Number(commits),
  contributors: Number(contributors),
  packages: Number(packages),
  seed: Number(seed),
});
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
say(
  `${made.commits} commits, ${made.steps} steps, ${made.submissionTags} submission tags in ${seconds.toFixed(0)} s`,
);
say(`from ${made.anchor} to ${made.head}`);
say(
  `opam-signet verify-repo --quorum ${made.fingerprints.length} --fingerprint ${made.fingerprints.join(',')} --from ${made.anchor} ${folder}`,
);
