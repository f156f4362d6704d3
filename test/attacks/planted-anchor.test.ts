import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { runSignet } from '../support/signet.ts';

/** A repository in whose folder somebody has put a pin of their own, under a name that the user might have given. */
async function planted(configuration: string): Promise<string> {
  const scenario = await Scenario.create();
  const cwd = scenario.repository.gitFolder;
  await mkdir(join(cwd, configuration, 'opam-signet'), { recursive: true });
  const pin = `[anchors.planted]\nquorum = 1\nfingerprints = ["${'A'.repeat(40)}"]\n`;
  await writeFile(join(cwd, configuration, 'opam-signet', 'anchors.toml'), pin);
  return cwd;
}

describe('planted-anchor: a repository brings the pins by which it wants to be judged', () => {
  test.each([
    ['is empty', { XDG_CONFIG_HOME: '' }, '.'],
    ['is a path below the repository', { XDG_CONFIG_HOME: 'settings' }, 'settings'],
    ['is not set, and there is no home', { HOME: '' }, '.config'],
  ])('none is found there if the folder of settings %s', async (_what, special, configuration) => {
    const cwd = await planted(configuration);
    const env = { HOME: await temporaryFolder(), ...special };
    const { status, stderr } = await runSignet(['verify-repo', '--anchor', 'planted', cwd], { cwd, env });
    expect(status).toBe(2);
    expect(stderr).toContain('hint: Pin it: opam-signet trust add planted');
  });
});
