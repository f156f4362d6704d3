import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parseJournal } from '../../src/adapters/journal-entries.ts';
import { type JournalEntry, recordIn } from '../../src/core/publish/journal-entry.ts';
import { publish } from '../../src/workflows/publish.ts';
import { abortRun, continueRun, type OpenedRun, openRun } from '../../src/workflows/resume-publish.ts';
import type { PublishPorts } from '../../src/workflows/publish-request.ts';
import { failingAt, type FailurePoint } from '../support/failing-acts.ts';
import { now, PublishWorld } from '../support/publish-world.ts';

let world: PublishWorld;
afterEach(() => world.close());

const acts = ['make-release-tag', 'push-source-tag', 'write-archive', 'push-submission'] as const;
const points = acts.flatMap((act) => (['before', 'after'] as const).map((when) => ({ act, when })));

/** A run that makes a release tag and stops at a point. Returns ports for the next run, as a new process has them. */
async function stoppedAt(point: FailurePoint): Promise<PublishPorts> {
  world = await PublishWorld.create({ tag: null });
  const usual = await world.ports();
  const failing = failingAt(point, await world.prepared({ tag: 'v1.0' }, usual), usual);
  const { account } = await publish(failing.prepared, world.journal(), failing.ports);
  expect(account.failed).toMatchObject({ error: { message: `stopped ${point.when} ${point.act}` } });
  await world.close();
  return world.ports({ openForge: usual.openForge });
}

async function entriesNow(): Promise<readonly JournalEntry[]> {
  const entries = parseJournal(await readFile(world.journal().path, 'utf8'));
  if (entries === undefined) throw new Error('no journal');
  return entries;
}

async function reopened(ports: PublishPorts): Promise<OpenedRun> {
  const entries = await entriesNow();
  const record = recordIn(entries);
  if (record === undefined) throw new Error('nothing planned');
  const journal = world.journal();
  return openRun({ record, entries, journal, kept: await journal.kept() }, ports);
}

/** What stands in the world where a run could have made something. */
async function standing(): Promise<readonly string[]> {
  const { source, origin, target } = world;
  const references = [
    await source.git('tag', '--list'),
    await origin.git('tag', '--list'),
    await target.git('for-each-ref', '--format=%(refname)', 'refs/heads/publish-*', 'refs/tags'),
  ];
  const archive = await readFile(`${world.home}/foo-1.0.tar.gz`).then(
    () => ['archive'],
    () => [],
  );
  return [...references.flatMap((one) => one.split('\n')).filter((one) => one !== ''), ...archive];
}

describe.each(points)('a run that stopped $when $act', (point) => {
  test('is finished by the next one, which does nothing twice', async () => {
    const ports = await stoppedAt(point);
    const opened = await reopened(ports);
    const account = await continueRun(opened, ports);
    expect(account).toMatchObject({ failed: undefined, notBegun: [] });
    expect(account.done.map(({ act }) => act.id)).toEqual(acts);
    expect(await standing()).toEqual([
      'v1.0',
      'v1.0',
      'refs/heads/publish-foo.1.0',
      'refs/tags/signet/foo.1.0',
      'archive',
    ]);
    const done = (await entriesNow()).flatMap((entry) => (entry.event === 'done' ? [entry.act] : []));
    expect(done).toEqual(acts);
    expect(await world.target.git('fsck', '--strict')).toBe('');
    await opened.repository.close();
  });
});

describe.each(points.filter(({ when }) => when === 'after'))('a run that stopped $when $act', (point) => {
  test('is taken back by the next one, as if it had never been', async () => {
    const ports = await stoppedAt(point);
    const opened = await reopened(ports);
    const { failed } = await abortRun(opened, ports);
    expect(failed).toEqual([]);
    expect(await standing()).toEqual([]);
    expect((await entriesNow()).at(-1)?.event).toBe('aborted');
    await opened.repository.close();
  });
});

describe('taking back', () => {
  test('leaves a branch that others have moved, and says so', async () => {
    const ports = await stoppedAt({ act: 'push-submission', when: 'after' });
    await world.target.ref('refs/heads/publish-foo.1.0', world.base);
    const opened = await reopened(ports);
    const { undone } = await abortRun(opened, ports);
    expect(undone.map(({ outcome }) => outcome)).toContainEqual(
      expect.stringMatching(/refs\/heads\/publish-foo\.1\.0 at .* is something else now and stays/),
    );
    expect(await standing()).toEqual(['refs/heads/publish-foo.1.0']);
    await opened.repository.close();
  });
});

describe('a branch of somebody else that was overwritten on purpose', () => {
  test('is put back as it was by a later process that takes the run back', async () => {
    world = await PublishWorld.create();
    const theirs = await world.target.commitFiles({
      parents: [world.base],
      files: { x: 'y' },
      date: now - 60,
    });
    await world.target.ref('refs/heads/publish-foo.1.0', theirs);
    const usual = await world.ports();
    const prepared = await world.prepared({ overrides: new Set(['--force-with-lease']) }, usual);
    const failing = failingAt({ act: 'push-submission', when: 'after' }, prepared, usual);
    await publish(failing.prepared, world.journal(), failing.ports);
    expect(await world.target.git('rev-parse', 'publish-foo.1.0')).not.toBe(theirs);
    await world.close();
    const ports = await world.ports({ openForge: usual.openForge });
    const opened = await reopened(ports);
    const { undone, failed } = await abortRun(opened, ports);
    expect(failed).toEqual([]);
    expect(undone[0]?.outcome).toContain(`back to ${theirs}`);
    expect(await world.target.git('rev-parse', 'publish-foo.1.0')).toBe(theirs);
    expect(await world.target.git('tag', '--list')).toBe('');
    await opened.repository.close();
  });
});

describe('a journal', () => {
  test('whose last line was being written when the machine stopped is read without it', async () => {
    await stoppedAt({ act: 'write-archive', when: 'before' });
    const text = await readFile(world.journal().path, 'utf8');
    const whole = parseJournal(text) ?? [];
    expect(parseJournal(text.slice(0, -5))).toEqual(whole.slice(0, -1));
    expect(parseJournal(text.replace('"event":"planned"', '"event":"other"'))).toBeUndefined();
    expect(parseJournal(text.replaceAll(world.head, 'no id'))).toBeUndefined();
  });
});
