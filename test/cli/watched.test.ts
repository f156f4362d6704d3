import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';
import { simulateHistory } from '../support/simulation/simulated-history.ts';
import { runInTerminal } from '../support/terminal-run.ts';

let home: string;
let command: readonly string[];

beforeAll(async () => {
  home = await temporaryFolder();
  const folder = join(home, 'simulated');
  const { fingerprints, anchor } = await simulateHistory(folder, {
    commits: 1200,
    contributors: 6,
    packages: 60,
    seed: 5,
  });
  const trust = ['--quorum', '2', '--fingerprint', fingerprints.join(','), '--from', anchor];
  command = ['verify-repo', ...trust, folder];
});

const environment = () => ({ cwd: home, env: { ...scrubbedEnvironment(home), TERM: 'xterm' } });

test('Ctrl-C ends a long verification with status 130, says where, and concludes nothing', async () => {
  const control = { question: /Judging steps: [\d,]+ of \d+/, keys: '\x03' };
  const { status, shown, answered } = await runInTerminal(command, [control], environment());
  expect(answered).toHaveLength(1);
  expect(status).toBe(130);
  expect(shown).toMatch(/interrupted at [\d,]+ of \d+ \(judging steps\): nothing was concluded\.\n$/);
  expect(shown).not.toMatch(/verify-repo:|upheld|✓/);
});

test('a terminal shows how far a long verification is, and the report after it', async () => {
  const { status, shown } = await runInTerminal(command, [], environment());
  expect(status, shown).toBe(0);
  expect(shown).toMatch(/Judging steps: [\d,]+ of \d+ \(\d+ %\)/);
  expect(shown).toMatch(/verify-repo: verified: everything that is required was shown\.\n$/);
});
