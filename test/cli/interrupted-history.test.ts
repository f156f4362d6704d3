import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { scrubbedEnvironment, temporaryFolder } from '../support/scratch.ts';
import { runSignet } from '../support/signet.ts';
import { simulateHistory } from '../support/simulation/simulated-history.ts';
import { runInTerminal, type TypedAnswer } from '../support/terminal-run.ts';

/** Checkpoints are kept every so many steps, and where a run is interrupted (docs/cli.md, verify-repo). */
const stride = 2000;

let command: readonly string[];
let steps: number;
let home: string;
/** The report without any cache. */
let cold: string;

beforeAll(async () => {
  home = await temporaryFolder();
  const folder = join(home, 'simulated');
  const plan = { commits: 4500, contributors: 4, packages: 12, seed: 8 };
  const { fingerprints, anchor, steps: made } = await simulateHistory(folder, plan);
  const trust = ['--quorum', '2', '--fingerprint', fingerprints.join(','), '--from', anchor];
  command = ['verify-repo', ...trust, '--as-of', '2026-01-01T00:00:00Z', folder];
  steps = made;
  cold = (await runSignet([...command, '--json', '--no-cache'], { cwd: home })).stdout;
}, 180_000);

const environment = (cache: string) => ({
  ...scrubbedEnvironment(home),
  TERM: 'xterm',
  XDG_CACHE_HOME: join(home, cache),
});

/** A run at a terminal, with its JSON report in a file. */
const watch = (cache: string, ...answers: readonly TypedAnswer[]) =>
  runInTerminal([...command, '--json', '-o', join(home, `${cache}.json`)], answers, {
    cwd: home,
    env: environment(cache),
  });

const written = (cache: string): Promise<string> => readFile(join(home, `${cache}.json`), 'utf8');

/** How many steps a terminal said were to be judged. */
const announced = (shown: string): number =>
  Number(/Judging steps: [\d,]+ of ([\d,]+)/.exec(shown)?.[1]?.replaceAll(',', ''));

test('the history is verified, and long enough that a run keeps something on the way', () => {
  expect(JSON.parse(cold)).toMatchObject({ conclusion: 'verified', counts: { steps: { verified: steps } } });
  expect(steps).toBeGreaterThan(stride);
});

describe.each([
  { how: 'Ctrl-C at the terminal, which its git gets too', keys: '\x03' },
  { how: 'SIGINT to the program alone', keys: { signal: 'SIGINT' } },
  { how: 'SIGTERM', keys: { signal: 'SIGTERM' } },
] as const)('a verification that was ended by $how', ({ how, keys }) => {
  test('has status 130, says where, and leaves a cache from which the next one goes on', async () => {
    const cache = how.replaceAll(/\W/g, '');
    const { status, shown } = await watch(cache, { question: /Judging steps: [3-9]\d\d of/, keys });
    expect(status, shown).toBe(130);
    const [, done = ''] = /interrupted at ([\d,]+) of .* \(judging steps\): nothing was concluded\.\n$/.exec(
      shown,
    ) ?? [shown];
    const judged = Number(done.replaceAll(',', ''));
    expect(judged).toBeGreaterThanOrEqual(300);

    const next = await watch(cache, { question: /Judging steps: \d+ of/, keys: '' });
    expect(next.status).toBe(0);
    expect(announced(next.shown)).toBeLessThanOrEqual(steps - judged);
    expect(announced(next.shown)).toBeGreaterThan(0);
    expect(await written(cache)).toBe(cold);
  });
});

test('a verification that was killed leaves what it had kept by then, and the next report is the same', async () => {
  const killed = await watch('killed', {
    question: /Judging steps: 2,\d\d\d of/,
    keys: { signal: 'SIGKILL' },
  });
  expect(killed.status).toBe(128 + 9);
  const next = await watch('killed', { question: /Judging steps: \d+ of/, keys: '' });
  expect(next.status).toBe(0);
  expect(announced(next.shown)).toBe(steps - stride);
  expect(await written('killed')).toBe(cold);
});

describe('the page of a history', () => {
  const page = (name: string): readonly string[] => ['--format', 'html', '-o', join(home, name)];
  const write = (name: string, ...answers: readonly TypedAnswer[]) =>
    runInTerminal([...command, ...page(name)], answers, { cwd: home, env: environment('pages') });
  const unhurried: TypedAnswer = { question: /Judging steps: \d+ of/, keys: '' };
  const read = (name: string): Promise<string> => readFile(join(home, name), 'utf8');

  test('goes on where it was interrupted, costs no step where nothing is new, and is the same with no cache', async () => {
    const none = { XDG_CACHE_HOME: join(home, 'none') };
    const without = await runSignet([...command, ...page('cold.html'), '--no-cache'], {
      cwd: home,
      env: none,
    });
    expect(without.status, without.stderr).toBe(0);
    await expect(readdir(none.XDG_CACHE_HOME)).rejects.toThrow('ENOENT');
    const coldPage = await read('cold.html');

    const ended = await write('ended.html', { question: /Judging steps: [3-9]\d\d of/, keys: '\x03' });
    expect(ended.status, ended.shown).toBe(130);
    await expect(read('ended.html')).rejects.toThrow('ENOENT');
    const next = await write('next.html', unhurried);
    expect(announced(next.shown)).toBeLessThanOrEqual(steps - 300);
    expect(announced(next.shown)).toBeGreaterThan(0);
    expect(await read('next.html')).toBe(coldPage);

    const again = await write('again.html', unhurried);
    expect(again.shown).not.toContain('Judging steps: 1');
    expect(await read('again.html')).toBe(coldPage);
    expect(await readdir(join(home, 'pages', 'opam-signet'))).toContain('chronicles');

    const explained = await runInTerminal(
      [...command, ...page('one.html'), '--explain', 'packages/'],
      [unhurried],
      {
        ...{ cwd: home, env: environment('pages') },
      },
    );
    expect(announced(explained.shown)).toBe(steps);
  }, 120_000);
});
