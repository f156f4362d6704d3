import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { fitsSchema } from '../support/report-schema.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { runSignet } from '../support/signet.ts';

let scenario: Scenario;
let signed: Oid, foreign: Oid, trust: readonly string[];

beforeAll(async () => {
  scenario = await Scenario.create();
  const { ada, ben } = scenario.people;
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  signed = await scenario.commit(scenario.anchor, { by: 'alice', files });
  foreign = await scenario.commit(scenario.anchor, { by: 'bob', files });
  const admins = [ada, ben].flatMap(({ fingerprint }) => ['--fingerprint', fingerprint]);
  trust = ['--quorum', '2', ...admins, '--from', scenario.anchor];
});

/** What a verb writes, valid by the published schema. */
async function document(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await runSignet([...args, '--json', '-C', scenario.repository.folder]);
  expect(stdout, stderr).not.toBe('');
  const written = JSON.parse(stdout) as Record<string, unknown>;
  expect(fitsSchema(written) ? [] : fitsSchema.errors, stdout).toEqual([]);
  return written;
}

describe('docs/report.schema.json fits', () => {
  test('what verify-repo writes', async () => {
    expect(await document('verify-repo', ...trust, '--to', signed)).toMatchObject({ verb: 'verify-repo' });
    expect(await document('verify-repo', ...trust, '--to', foreign)).toMatchObject({
      conclusion: 'rejected',
    });
  });

  test('what verify-repo --explain writes', async () => {
    const explained = await document('verify-repo', ...trust, '--to', signed, '--explain', 'foo@1.1');
    expect(explained).toMatchObject({ chains: [{ path: opamPath('foo.1.1') }] });
    const nothing = ['verify-repo', ...trust, '--to', signed, '--explain', 'nosuch'] as const;
    expect(await document(...nothing)).toMatchObject({ explain: [], chains: [] });
    const { stdout } = await runSignet([...nothing, '-C', scenario.repository.folder]);
    expect(stdout).toContain(
      `explained: no step changed packages/nosuch; if it stands, it is older than ${scenario.anchor}\n`,
    );
  });

  test('what verify-pr writes', async () => {
    const judged = await document('verify-pr', `${scenario.anchor}..${foreign}`, ...trust);
    expect(judged).toMatchObject({ verb: 'verify-pr', conclusion: 'rejected', schema: 1 });
    await document('verify-pr', `${scenario.anchor}..${signed}`, ...trust);
  });

  test('what verify-pr writes from the cache, which every format says and --no-cache does without', async () => {
    const next = await scenario.commit(signed, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    const env = { XDG_CACHE_HOME: await temporaryFolder() };
    const folder = scenario.repository.folder;
    const run = (...flags: readonly string[]) =>
      runSignet(['verify-pr', `${signed}..${next}`, ...trust, '-C', folder, ...flags], { env });
    const read = async (...flags: readonly string[]): Promise<Record<string, unknown>> => {
      const written = JSON.parse((await run('--json', ...flags)).stdout) as Record<string, unknown>;
      return { ...written, now: '2026-01-01T00:00:00Z' };
    };
    const first = await read();
    expect(first).not.toHaveProperty('remembered');
    const { remembered, ...second } = await read();
    expect(second).toEqual(first);
    expect(remembered).toMatchObject({ base: { commit: signed, steps: 1 }, release: null });
    expect(fitsSchema({ ...second, remembered })).toBe(true);
    expect(await read('--no-cache')).toEqual(first);
    for (const flags of [[], ['--format', 'markdown']]) {
      expect((await run(...flags)).stdout).toMatch(/from the cache: .*judged at 20.*no-cache/);
    }
  });

  test('what endorse and merge-pr write', async () => {
    const key = join(await temporaryFolder(), 'mia.asc');
    await writeFile(key, scenario.people.mia.armoredSecretKey);
    await scenario.repository.git('config', 'user.name', 'Mia');
    await scenario.repository.git('config', 'user.email', 'mia@example.org');
    const review = (verb: string, head: Oid, ...flags: readonly string[]) =>
      document(verb, `main..${head}`, ...trust, '--key-file', key, '--remote', '.', '--yes', ...flags);
    expect(await review('endorse', foreign, '--dry-run')).toMatchObject({ dryRun: true });
    expect(await review('endorse', foreign, '--no-push')).toMatchObject({ finished: true });
    expect(await review('merge-pr', foreign, '--dry-run')).toHaveProperty('plan.method', 'signed');
    const merged = await review('merge-pr', foreign);
    expect(merged).toMatchObject({ conclusion: 'verified', finished: true });
    expect(await scenario.repository.git('rev-parse', 'main')).toBe(merged['commit']);
    const unsigned = await scenario.commit(scenario.anchor, { files: { repo: 'opam-version: "2.1"\n' } });
    expect(await review('merge-pr', unsigned)).toMatchObject({ conclusion: 'rejected' });
  });

  test('what resign writes', async () => {
    const key = join(await temporaryFolder(), 'alice.asc');
    await writeFile(key, scenario.people.alice.armoredSecretKey);
    const opam = (synopsis: string) => ({ [opamPath('foo.2.0')]: opamFile(synopsis) });
    const before = await scenario.commit(scenario.anchor, { by: 'alice', files: opam('foo') });
    const after = scenario.digest(opamFile('foo'));
    await scenario.submissionTag(before, { by: 'alice', nameVersion: 'foo.2.0', after });
    const head = await scenario.commit(before, { files: opam('foo, edited') });
    const flags = [...trust, '--offline', '--key-file', key, '--remote', '.', '--yes'];
    const verb = ['resign', `${scenario.anchor}..${head}`, ...flags] as const;
    expect(await document(...verb, '--dry-run')).toMatchObject({ dryRun: true });
    expect(await document(...verb)).toMatchObject({ conclusion: 'verified', finished: true });
    expect(await scenario.repository.git('rev-parse', 'signet/foo.2.0^{commit}')).toBe(head);
  });

  test('what inspect writes', async () => {
    expect(await document('inspect', signed)).toMatchObject({ verb: 'inspect', verdict: 'unknown-key' });
  });

  test('what inspect --all writes, and that --from alone is refused', async () => {
    const all = await document('inspect', signed, '--all', '--from', scenario.anchor);
    expect(all).toMatchObject({ from: scenario.anchor, to: signed, verdicts: { 'unknown-key': 1 } });
    expect(all['commits']).toMatchObject([{ oid: signed, reason: 'unknown-key' }]);
    const refused = await document('inspect', signed, '--from', scenario.anchor);
    expect(refused).toMatchObject({ fault: { code: 'usage.argument' } });
  });

  test('what keyring check writes', async () => {
    const folder = ['--folder', 'nowhere'];
    expect(await document('keyring', 'check', ...folder)).toMatchObject({ verb: 'keyring check' });
  });

  test('what audit writes', async () => {
    expect(await document('audit', '--to', foreign)).toMatchObject({ verb: 'audit', commits: 2 });
  });

  test('what state list writes', async () => {
    expect(await document('state', 'list')).toMatchObject({ verb: 'state list', states: [] });
  });

  test('the golden files of the JSON renderer', async () => {
    for (const name of ['verified', 'rejected', 'undetermined', 'hostile']) {
      const golden = new URL(`../render/golden/${name}.json`, import.meta.url);
      const written: unknown = JSON.parse(await readFile(golden, 'utf8'));
      expect(fitsSchema(written) ? [] : fitsSchema.errors, name).toEqual([]);
    }
  });

  test('a fault', async () => {
    expect(await document('verify-repo', ...trust, '--to', 'nowhere')).toHaveProperty('fault.code');
  });

  test('nothing that lacks a field or says something unheard of', async () => {
    const judged = await document('verify-pr', `${scenario.anchor}..${signed}`, ...trust);
    expect(
      fitsSchema(Object.fromEntries(Object.entries(judged).filter(([field]) => field !== 'claims'))),
    ).toBe(false);
    expect(fitsSchema({ ...judged, schema: 2 })).toBe(false);
    expect(fitsSchema({ ...judged, conclusion: 'fine' })).toBe(false);
  });
});
