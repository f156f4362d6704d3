import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import { inspect } from '../../src/workflows/inspect.ts';
import { type HistoryInspection, inspectHistory } from '../../src/workflows/inspect-history.ts';
import { loosePath } from '../support/damage.ts';
import { GpgHome, installed } from '../support/gpg-home.ts';
import { silent } from '../support/judging.ts';
import { TestRepository } from '../support/repository.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';
import { allStores, openGit, type OpenStore } from '../support/stores.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };

let scenario: Scenario;
/** Commits of a story in which each signature has something else about it, the newest first. */
let story: readonly Oid[];
let newest: Oid, oldest: Oid;

beforeAll(async () => {
  scenario = await Scenario.create();
  const { alice } = scenario.people;
  oldest = await scenario.commit(scenario.anchor, { by: 'alice' });
  const unsigned = await scenario.commit(oldest, {});
  const unknown = await scenario.commit(unsigned, { by: 'mallory' });
  const forged = await scenario.commit(unknown, {
    sign: () => alice.sign(Buffer.from('another'), scenario.now),
  });
  const early = await scenario.commit(forged, { by: 'alice', signedAt: scenario.now + 100 * 24 * 3600 });
  const weak = await scenario.commit(early, { by: 'alice', signing: { hash: 'sha1' } });
  const again = await scenario.commit(weak, { files });
  newest = await scenario.commit(again, { by: 'bob' });
  story = [newest, again, weak, early, forged, unknown, unsigned, oldest];
});

async function inspected(
  head: Oid,
  options: { readonly open?: OpenStore; readonly folder?: string; readonly from?: Oid } = {},
): Promise<HistoryInspection> {
  const { open = openGit, folder = scenario.repository.folder, from } = options;
  const store = await open(folder);
  const now = scenario.now + 200 * 24 * 3600;
  try {
    return await inspectHistory({ store, head, from, trust: scenario.opened(), now, progress: silent });
  } finally {
    await store.close();
  }
}

describe.each(allStores)('inspecting all that a commit reaches, by $name', ({ open }) => {
  test('finds of each commit what inspecting it alone finds, children first', async () => {
    const { commits } = await inspected(newest, { open, from: scenario.anchor });
    expect(commits.map(({ oid }) => oid)).toEqual(story);
    const store = await open(scenario.repository.folder);
    for (const { oid, contributor, ...verdict } of commits) {
      const alone = await inspect(store, oid, scenario.opened(), scenario.now + 200 * 24 * 3600);
      expect(alone.signature, oid).toMatchObject(verdict);
      expect(alone.contributor, oid).toBe(contributor);
    }
    await store.close();
    expect(commits.map(({ reason }) => reason)).toEqual([
      'good',
      'absent',
      'weak',
      'future',
      'bad',
      'unknown-key',
      'absent',
      'good',
    ]);
  });

  test('is undetermined where all that is there is good, but history is cut off', async () => {
    const [one, two] = [await scenario.commit(newest, { by: 'alice' }), await temporaryFolder()];
    await scenario.repository.ref('refs/heads/cut', await scenario.commit(one, { by: 'bob' }));
    const source = `file://${scenario.repository.folder}`;
    const clone = ['clone', '--quiet', '--bare', '--depth', '2', '--branch', 'cut', source, two];
    await scenario.repository.git(...clone);
    const head = (await scenario.repository.git('rev-parse', 'cut')) as Oid;
    const report = await inspected(head, { open, folder: two });
    expect(report.commits.map(({ oid }) => oid)).toEqual([head, one]);
    expect(report.conclusion).toBe('undetermined');
    expect(report.findings).toMatchObject([{ code: 'history.incomplete', at: { object: one } }]);
  });

  test('fails where a commit is missing, and names it', async () => {
    const folder = await temporaryFolder();
    await scenario.repository.git('clone', '--quiet', '--bare', scenario.repository.folder, folder);
    await rm(loosePath(TestRepository.at(folder), oldest));
    const inspecting = inspected(newest, { open, folder });
    await expect(inspecting).rejects.toMatchObject({ code: 'object.missing' });
  });
});

test('one finding tells of all commits with the same fault, and names the newest', async () => {
  const report = await inspected(newest, { from: scenario.anchor });
  expect(report.verdicts).toEqual({ good: 2, absent: 2, weak: 1, bad: 2, 'unknown-key': 1 });
  expect(report.conclusion).toBe('rejected');
  const found = report.findings.map(({ code, at }) => [code, at.object]);
  const [, again, weak, early, forged, unknown] = story;
  expect(found).toEqual([
    ['signature.absent', again],
    ['signature.weak', weak],
    ['signature.future', early],
    ['signature.bad', forged],
    ['signature.unknown-key', unknown],
  ]);
  expect(report.findings[0]?.message).toBe(
    `2 commits, of which ${again ?? ''} is the newest: There is no signature.`,
  );
});

test('is verified where every commit has a good signature', async () => {
  const head = await scenario.commit(newest, { by: 'mia' });
  expect(await inspected(head, { from: newest })).toMatchObject({
    conclusion: 'verified',
    verdicts: { good: 1 },
    findings: [],
  });
});

test('proves nothing where no commit is looked at', async () => {
  expect(await inspected(newest, { from: newest })).toMatchObject({
    conclusion: 'undetermined',
    commits: [],
  });
});

test('tells of a commit that can be read in two ways', async () => {
  const twice = await scenario.commit(newest, { headers: ['committer Eve <eve@example.org> 0 +0000'] });
  const report = await inspected(twice, { from: newest });
  expect(report.findings.map(({ code }) => code)).toEqual(['object.malformed', 'signature.malformed']);
  expect(report.conclusion).toBe('rejected');
});

describe.skipIf(!installed('gpg'))('beside git log and the real gpg', () => {
  const gpg = installed('gpg') ? new GpgHome() : undefined;
  afterAll(() => gpg?.close());

  test('agrees on every commit, but for what gpg is known to accept', async () => {
    if (gpg === undefined) throw new Error('There is no gpg.');
    const { people, repository, anchor } = scenario;
    for (const { certificate } of [people.alice, people.bob]) gpg.import(certificate);
    writeFileSync(join(gpg.folder, 'gpg.conf'), `faked-system-time ${scenario.now + 200 * 24 * 3600}!\n`);
    const asked = await repository.tryGit(['log', '--format=%H %G? %GF', newest, `^${anchor}`], {
      env: { GNUPGHOME: gpg.folder, HOME: gpg.folder },
    });
    const letters = asked.stdout.toString().trimEnd().split('\n');
    const { commits } = await inspected(newest, { from: anchor });
    const pairs = letters.map((line, at) => {
      const [oid, letter, fingerprint = ''] = line.split(' ');
      const one = commits[at];
      expect(one?.oid).toBe(oid);
      if (one?.verdict === 'good') expect(one.fingerprint).toBe(fingerprint);
      return [letter, one?.reason];
    });
    expect(pairs).toEqual([
      ['U', 'good'],
      ['N', 'absent'],
      ['U', 'weak'],
      ['U', 'future'],
      ['B', 'bad'],
      ['E', 'unknown-key'],
      ['N', 'absent'],
      ['U', 'good'],
    ]);
  });
});
