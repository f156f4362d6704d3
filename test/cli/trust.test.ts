import { describe, expect, test } from 'vitest';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runSignet } from '../support/signet.ts';
import { temporaryFolder } from '../support/scratch.ts';

const fingerprint = '968479A1AFF927E37D1A566BB5690EEEBB952194';

describe('trust', () => {
  test('keeps a pin, shows it, and forgets it on request', async () => {
    const cwd = await temporaryFolder();
    const add = ['trust', 'add', 'ocaml', '--quorum', '1', '--fingerprint', fingerprint.toLowerCase()];
    expect(await runSignet(add, { cwd })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(fingerprint) as string,
    });
    const listed = await runSignet(['trust', 'list', '--json'], { cwd });
    expect(JSON.parse(listed.stdout)).toMatchObject({
      anchors: { ocaml: { quorum: 1, fingerprints: [fingerprint] } },
    });
    expect(await runSignet(['trust', 'remove', 'ocaml'], { cwd })).toMatchObject({ status: 0 });
    const gone = await runSignet(['trust', 'show', 'ocaml'], { cwd });
    expect(gone).toMatchObject({ status: 2, stdout: '' });
    expect(gone.stderr).toContain('hint: Pin it: opam-signet trust add ocaml');
  });

  test('never replaces a pin that stands', async () => {
    const cwd = await temporaryFolder();
    const add = ['trust', 'add', 'ocaml', '--quorum', '1', '--fingerprint', fingerprint];
    await runSignet(add, { cwd });
    const path = join(cwd, '.config', 'opam-signet', 'anchors.toml');
    const before = await readFile(path, 'utf8');
    const other = await runSignet([...add.slice(0, -1), 'A'.repeat(40)], { cwd });
    expect(other.status).toBe(2);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('refuses a quorum that nobody can reach, an abbreviated fingerprint and a name that is none', async () => {
    for (const args of [
      ['x', '--quorum', '2', '--fingerprint', fingerprint],
      ['x', '--quorum', '0', '--fingerprint', fingerprint],
      ['x', '--quorum', '1', '--fingerprint', 'BB952194'],
      ['../x', '--quorum', '1', '--fingerprint', fingerprint],
    ]) {
      expect(await runSignet(['trust', 'add', ...args])).toMatchObject({ status: 2, stdout: '' });
    }
  });

  test('keeps a pin whose name means something in JavaScript', async () => {
    const cwd = await temporaryFolder();
    await runSignet(['trust', 'add', 'constructor', '--quorum', '1', '--fingerprint', fingerprint], { cwd });
    expect(await runSignet(['trust', 'show', 'constructor'], { cwd })).toMatchObject({ status: 0 });
  });

  test('uses no pin at all if one of the stored ones is damaged', async () => {
    const cwd = await temporaryFolder();
    const path = join(cwd, '.config', 'opam-signet', 'anchors.toml');
    await runSignet(['trust', 'add', 'ocaml', '--quorum', '1', '--fingerprint', fingerprint], { cwd });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(path, (await readFile(path, 'utf8')).replace('quorum = 1', 'quorum = 0'));
    const shown = await runSignet(['trust', 'list'], { cwd });
    expect(shown.status).toBe(2);
    expect(shown.stderr).toContain(path);
  });
});
