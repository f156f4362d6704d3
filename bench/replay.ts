/**
 * Makes a longer history out of a real one, for measuring: the real trees, shapes and people, told again and again
 * (test/support/replay), signed by a key made for it. The same repository gives the same commit ids.
 *
 *   npm run bench -- replay REPOSITORY FOLDER [COMMITS]
 *
 * The certificate is written beside the folder: FOLDER.asc.
 */
import { writeFile } from 'node:fs/promises';
import { replayHistory } from '../test/support/replay/replayed-history.ts';
import { say } from './measure.ts';

const [source, folder, commits = '70000'] = process.argv.slice(2);
if (source === undefined || folder === undefined) {
  throw new Error('Usage: npm run bench -- replay REPOSITORY FOLDER [COMMITS]');
}
const begin = process.hrtime.bigint();
const made = await replayHistory(folder, {
  ...{ source, commits: Number(commits), keyBits: 4096 },
  progress: say,
});
const certificate = `${folder}.asc`;
await writeFile(certificate, made.webKey.armoredCertificate);
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
say(`${made.commits} commits, ${made.steps} steps, ${made.signedOnWeb} signed, in ${seconds.toFixed(0)} s`);
say(`opam-signet verify-repo --keyring ${certificate} ${folder}`);
