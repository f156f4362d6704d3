import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readFixedKeyring } from '../../src/adapters/fixed-keyring.ts';
import { openStore } from '../../src/adapters/open-store.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import { start } from '../support/cast.ts';
import { silent } from '../support/judging.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { type Replay, replayHistory } from '../support/replay/replayed-history.ts';
import { type FileContent, TestRepository } from '../support/repository.ts';
import { opamFile, opamPath } from '../support/scenario.ts';
import { temporaryFolder } from '../support/scratch.ts';

const wanted = 40;
let source: TestRepository;
let folder: string;
let repository: TestRepository;
let made: Replay;

const replay = (into: string): Promise<Replay> =>
  replayHistory(into, { source: source.folder, commits: wanted, keyBits: 2048, progress: () => undefined });

beforeAll(async () => {
  source = await smallHistory();
  folder = join(await temporaryFolder(), 'replayed');
  made = await replay(folder);
  repository = TestRepository.at(folder);
});

/**
 * A history of 12 commits and 6 steps: sides that are merged on the web, one of them after it merged the mainline; a
 * commit signed by its author; files added, changed and removed.
 */
async function smallHistory(): Promise<TestRepository> {
  const git = await TestRepository.create();
  const [web, author] = await Promise.all(
    ['web', 'author'].map((name) => makeKey({ name, email: `${name}@example.org`, created: start - day })),
  );
  let date = start;
  const commit = (
    parents: readonly Oid[],
    files: Readonly<Record<string, FileContent>>,
    by?: 'web' | 'author',
  ): Promise<Oid> => {
    date += 600;
    const at = date;
    const key: TestKey | undefined = by === 'web' ? web : author;
    return git.commitFiles({
      ...{ parents, files, date },
      ...(by === 'web' ? { committer: 'GitHub <noreply@github.com>' } : {}),
      ...(by === undefined || key === undefined ? {} : { sign: (payload) => key.sign(payload, at) }),
    });
  };
  const opam = (name: string): Readonly<Record<string, FileContent>> => ({
    [opamPath(name)]: opamFile(name),
  });
  const root = await commit([], { ...opam('foo.1'), ...opam('bar.1'), 'README.md': 'Packages' }, 'web');
  const one = await commit([root], opam('foo.2'));
  const two = await commit([root], opam('baz.1'), 'author');
  const merged = await commit([root, one], opam('foo.2'), 'web');
  const both = await commit([merged, two], opam('baz.1'), 'web');
  const removed = await commit([both], { [opamPath('bar.1')]: null }, 'web');
  const long = await commit([merged], { 'README.md': 'All packages' });
  const caught = await commit([long, removed], { ...opam('baz.1'), [opamPath('bar.1')]: null });
  const longer = await commit([caught], opam('qux.1'));
  const joined = await commit([removed, longer], { 'README.md': 'All packages', ...opam('qux.1') }, 'web');
  const edit = { [opamPath('foo.2')]: `${opamFile('foo.2')}synopsis: "Better"\n` };
  const edited = await commit([joined], edit);
  await git.ref('refs/heads/main', await commit([edited], opam('qux.2'), 'web'));
  return git;
}

const log = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await repository.git('log', ...args)).split('\n');

test('a replayed history is sound for git, and as long as it was wanted', async () => {
  await repository.git('fsck', '--strict');
  expect(await repository.git('rev-list', '--count', 'HEAD')).toBe(String(made.commits));
  expect(await repository.git('rev-list', '--count', '--all')).toBe(String(made.commits));
  expect(await repository.git('rev-list', '--count', '--first-parent', 'HEAD')).toBe(String(made.steps + 1));
  expect(made.commits).toBeGreaterThanOrEqual(wanted);
  expect(made.commits).toBeLessThan(wanted + 4);
  expect(made.passes).toBe(4);
  expect((await repository.git('count-objects', '-v')).split('\n')).toEqual(
    expect.arrayContaining(['count: 0', 'packs: 1', 'garbage: 0']),
  );
});

test('begins with the real files, and each of its commits makes another state of them', async () => {
  const root = await source.git('log', '--format=%T', '--max-parents=0');
  expect(await log('--format=%T', '--max-parents=0')).toEqual([root]);
  const mainline = await log('--first-parent', '--format=%T');
  expect(new Set(mainline).size).toBe(mainline.length);
  const changes = await log('--first-parent', '--diff-merges=first-parent', '--format=%x00', '--name-only');
  expect(
    changes
      .join('\n')
      .split('\0')
      .slice(1, -1)
      .filter((names) => names.trim() === ''),
  ).toEqual([]);
});

test('tells every commit of its source again in each pass, later and later', async () => {
  const subjects = async (from: TestRepository) =>
    (await from.git('log', '--topo-order', '--format=%an %cn %P'))
      .split('\n')
      .map((line) => line.split(' ').length);
  const [again, real] = [await subjects(repository), await subjects(source)];
  const whole = again.slice(made.commits - 12);
  expect(whole.toSorted()).toEqual(real.toSorted());
  const times = (await log('--first-parent', '--format=%ct')).map(Number);
  expect(times).toEqual(times.toSorted((one, other) => other - one));
  expect(times.at(-1)).toBeLessThan(start - 3 * day);
});

test('has good signatures where its source was signed on the web, and unknown keys where others signed', async () => {
  const certificate = join(folder, 'web.asc');
  await writeFile(certificate, made.webKey.armoredCertificate);
  const { keyring } = await readFixedKeyring(certificate);
  const store = await openStore(folder, { kind: 'auto', environment: process.env });
  try {
    const from = (await log('--format=%H', '--max-parents=0'))[0] as Oid;
    const { report } = await verifyRepo({
      ...{ store, head: made.head, now: start + 400 * day, progress: silent },
      trust: { kind: 'fixed', keyring, from },
    });
    const steps = Object.values(report.counts.steps).reduce((sum, count) => sum + count, 0);
    expect(steps).toBe(made.steps);
    const signed = { good: made.signedOnWeb - 1, 'unknown-key': 4 };
    expect(report.counts.signatures).toEqual({ ...signed, absent: made.commits - 1 - signed.good - 4 });
  } finally {
    await store.close();
  }
});

test('has the same ids each time', async () => {
  const again = await replay(join(await temporaryFolder(), 'again'));
  expect(again.head).toBe(made.head);
  expect(again.webKey.fingerprint).toBe(made.webKey.fingerprint);
});
