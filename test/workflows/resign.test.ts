import { describe, expect, test } from 'vitest';
import type { Oid } from '../../src/core/git/oid.ts';
import type { ReleaseSources } from '../../src/core/ports.ts';
import type { Resigned } from '../../src/core/review/resignation.ts';
import {
  planResignation,
  type ResignPlanning,
  type ResignWishes,
} from '../../src/workflows/plan-resignation.ts';
import { resign } from '../../src/workflows/resign.ts';
import type { Person } from '../support/cast.ts';
import { day } from '../support/keyring.ts';
import { makeKey } from '../support/keys.ts';
import { ReviewDesk } from '../support/review-desk.ts';
import { keyringFiles, opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const name = 'refs/tags/signet/foo.1.1';
const path = opamPath('foo.1.1');
const sha256 = 'a'.repeat(64);
const sha512 = 'b'.repeat(128);
const address = 'https://example.org/foo-1.1.tar.gz';
const archive = `Signet-Archive: ${address} sha256=${sha256} sha512=${sha512}`;
const source = `Signet-Source: https://example.org/foo.git 1.1 ${'1'.repeat(40)} ${'2'.repeat(40)}`;

const release = (synopsis: string, { url = address, digest = sha256 } = {}): string =>
  `${opamFile(synopsis)}url {\n  src: "${url}"\n  checksum: ["sha256=${digest}" "sha512=${sha512}"]\n}\n`;

interface Submitted {
  readonly scenario: Scenario;
  readonly desk: ReviewDesk;
  /** What Alice signed, and the tag that she signed it by. */
  readonly signed: Oid;
  readonly tag: Oid;
}

/** Alice's release of foo.1.1, whose submission tag stands here and at the remote. */
async function submitted({
  expires = 90 * day,
  scenario: given = undefined as Scenario | undefined,
  more = [source, archive],
} = {}): Promise<Submitted> {
  const scenario = given ?? (await Scenario.create());
  const desk = await ReviewDesk.of(scenario);
  const signed = await scenario.commit(scenario.anchor, { by: 'alice', files: { [path]: release('foo') } });
  const tag = await scenario.submissionTag(signed, {
    by: 'alice',
    nameVersion: 'foo.1.1',
    after: scenario.digest(release('foo')),
    more,
    expires: scenario.now + expires,
  });
  await scenario.repository.git('push', '--quiet', 'origin', name);
  return { scenario, desk, signed, tag };
}

/** What somebody makes of it in a forge's web interface. */
async function edited(
  { scenario, signed }: Submitted,
  files: Readonly<Record<string, string>>,
): Promise<Oid> {
  const web = await makeKey({ name: 'Forge', email: 'noreply@example.org', created: scenario.now - 9 });
  const committer = 'Forge <noreply@example.org>';
  return scenario.commit(signed, { key: web, author: 'Mia <mia@example.org>', committer, files });
}

interface Wishes extends Partial<ResignWishes> {
  readonly by?: Person;
}

function plan(
  desk: ReviewDesk,
  head: Oid,
  { by = 'alice', ...wishes }: Wishes = {},
): Promise<ResignPlanning> {
  const { remote, ...hands } = desk.hands(by);
  const tags = async (names: readonly string[]) =>
    (await desk.store.references('refs/tags/')).filter((one) => names.includes(one.name));
  const place = { remote, tags, local: true };
  const wanted = { tag: undefined, days: 90, key: undefined, dryRun: false, ...wishes };
  return planResignation(desk.request(head), wanted, { ...hands, place });
}

async function resigned(desk: ReviewDesk, head: Oid, wishes: Wishes = {}): Promise<Resigned> {
  const planning = await plan(desk, head, wishes);
  if (planning.kind === 'refused') throw new Error('the plan was refused');
  const { clock } = desk.hands('alice');
  return resign(planning.prepared, desk.request(head), { journal: desk.journal(), clock });
}

const suggestion = { [path]: release('foo, as suggested') };

describe('an author who signs again after somebody edited the pull request', () => {
  test('makes it verified, by a tag that takes the place of the old one here and at the remote', async () => {
    const world = await submitted();
    const { scenario, desk, signed, tag: old } = world;
    const head = await edited(world, suggestion);
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'signature.unknown-key', head);
    const { tag, plan: planned, report, account } = await resigned(desk, head);
    expectVerified(report);
    expect(account.failed).toBeUndefined();
    expect(planned).toMatchObject({ contributor: 'alice', previous: { oid: old, head: signed } });
    expect(planned.packages).toEqual([
      {
        nameVersion: 'foo.1.1',
        before: 'none',
        after: scenario.digest(release('foo, as suggested')),
      },
    ]);
    for (const repository of [desk.origin, scenario.repository]) {
      expect(await repository.git('rev-parse', name)).toBe(tag);
    }
    const message = await desk.origin.git('cat-file', 'tag', tag);
    expect(message).toContain(`${source}\n${archive}\n`);
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('is shown what changed since, by which commits, and what their signatures are worth', async () => {
    const world = await submitted();
    const head = await edited(world, suggestion);
    const planning = await plan(world.desk, head, { dryRun: true });
    expect(planning).toMatchObject({
      kind: 'planned',
      prepared: {
        plan: {
          commits: [{ oid: head, signature: 'unknown-key', committer: 'Forge <noreply@example.org>' }],
          files: [{ path, act: 'changed' }],
        },
      },
    });
    if (planning.kind === 'refused') return;
    const [file] = planning.prepared.plan.files;
    expect(file?.diff?.flat().filter(({ sign }) => sign !== ' ')).toEqual([
      { sign: '-', text: 'synopsis: "foo"' },
      { sign: '+', text: 'synopsis: "foo, as suggested"' },
    ]);
  });

  test("also states a standing version of the author's that was edited with it", async () => {
    const world = await submitted();
    const { desk, scenario } = world;
    const files = { ...suggestion, [opamPath('foo.1.0')]: opamFile('foo, with bounds') };
    const { plan: planned, report } = await resigned(desk, await edited(world, files));
    expectVerified(report);
    expect(planned.packages.map(({ nameVersion }) => nameVersion).sort()).toEqual(['foo.1.0', 'foo.1.1']);
    expect(planned.packages.find(({ nameVersion }) => nameVersion === 'foo.1.0')?.before).toBe(
      scenario.digest(opamFile('foo')),
    );
  });

  test('may renew a submission that has expired, although nothing changed', async () => {
    const { scenario, desk, signed } = await submitted({ expires: day });
    scenario.pass(2 * day);
    expectVerified((await resigned(desk, signed)).report);
  });

  test('does not replace a tag that somebody moved in between', async () => {
    const world = await submitted();
    const { desk, signed, scenario } = world;
    const head = await edited(world, suggestion);
    const planning = await plan(desk, head);
    if (planning.kind === 'refused') throw new Error('the plan was refused');
    await desk.origin.git('update-ref', name, signed);
    const { clock } = desk.hands('alice');
    const { account } = await resign(planning.prepared, desk.request(head), {
      journal: desk.journal(),
      clock,
    });
    expect(account.failed?.error).toMatchObject({ code: 'push.refused' });
    expect(await desk.origin.git('rev-parse', name)).toBe(signed);
    expect(await scenario.repository.git('rev-parse', name)).toBe(world.tag);
  });
});

describe('nothing is signed, written or pushed', () => {
  const ada = async ({ scenario }: Submitted): Promise<Readonly<Record<string, string>>> =>
    Promise.resolve(
      keyringFiles(scenario.nextKeyring({ threshold: 1 }, [scenario.people.ada])) as Record<string, string>,
    );

  test.for([
    ['where nothing changed since', undefined, {}, 'still good'],
    ['with the key of another contributor', suggestion, { by: 'bob' }, 'signed by alice'],
    ["with a maintainer's key", suggestion, { by: 'mia' }, 'signed by alice'],
    ['with a key that the keyring does not know', suggestion, { by: 'mallory' }, 'does not know'],
    [
      "where somebody else's package was edited too",
      { ...suggestion, [opamPath('bar.1.0')]: opamFile('bar, too') },
      {},
      'packages/bar/bar.1.0',
    ],
    [
      'where the opam file names another archive',
      { [path]: release('foo', { url: 'https://evil.example/foo.tar.gz' }) },
      {},
      'https://evil.example/foo.tar.gz',
    ],
    ['where a checksum is another', { [path]: release('foo', { digest: 'c'.repeat(64) }) }, {}, 'cccc'],
    ['where the archive is gone', { [path]: opamFile('foo') }, {}, 'no url section'],
    ['where a tag is named that is not there', suggestion, { tag: 'signet/foo.9' }, 'signet/foo.9'],
  ] as const)('%s', async ([, files, wishes, words]) => {
    const world = await submitted();
    const head = files === undefined ? world.signed : await edited(world, files);
    const before = await world.desk.everything();
    await expect(resigned(world.desk, head, wishes)).rejects.toThrow(words);
    expect(await world.desk.everything()).toBe(before);
  });

  test('where the head that was signed is named, and the branch has moved on: the message says where to', async () => {
    const world = await submitted();
    const head = await edited(world, suggestion);
    await world.desk.origin.git('fetch', '--quiet', world.scenario.repository.folder, head);
    await world.desk.origin.ref('refs/heads/publish-foo.1.1', head);
    await expect(plan(world.desk, world.signed)).rejects.toMatchObject({
      code: 'resign.refused',
      message: expect.stringContaining(`has moved on since, to ${head}`) as string,
      mend: expect.stringContaining(
        `git fetch ${world.desk.origin.folder} publish-foo.1.1 && opam-signet resign ${world.scenario.anchor}..${head}`,
      ) as string,
    });
  });

  test('where a field was edited that the source has otherwise: the message says who can help', async () => {
    const scenario = await Scenario.create();
    const files = { 'foo.opam': release('foo') };
    const commit = await scenario.repository.commitFiles({ files, date: scenario.now - day });
    const stated = `Signet-Source: https://example.org/foo.git 1.1 none ${commit}`;
    const world = await submitted({ scenario, more: [stated, archive] });
    const { desk } = world;
    const head = await edited(world, suggestion);
    const planning = await plan(desk, head);
    if (planning.kind === 'refused') throw new Error('the plan was refused');
    const close = () => Promise.resolve();
    const sources: ReleaseSources = {
      fetchTag: () => Promise.resolve({ store: desk.store, oid: commit, close }),
      fetchArchive: () => Promise.resolve({ kind: 'absent' }),
    };
    const before = await desk.origin.git('rev-parse', name);
    const signing = resign(
      planning.prepared,
      { ...desk.request(head), sources },
      {
        journal: desk.journal(),
        clock: desk.hands('alice').clock,
      },
    );
    await expect(signing).rejects.toMatchObject({
      code: 'resign.refused',
      message: expect.stringContaining('synopsis is changed') as string,
      mend: expect.stringMatching(
        /opam-signet endorse.*in a pull request of its own.*in the source/,
      ) as string,
    });
    expect(await desk.origin.git('rev-parse', name)).toBe(before);
  });

  test('where the keyring is changed with it', async () => {
    const world = await submitted();
    const head = await edited(world, { ...suggestion, ...(await ada(world)) });
    await expect(resigned(world.desk, head)).rejects.toThrow('keyring/');
  });

  test('where no submission tag stands', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { files: { [path]: release('foo') } });
    await expect(resigned(desk, head)).rejects.toThrow(name);
  });

  test('where the remote has another tag than the one at hand', async () => {
    const world = await submitted();
    const head = await edited(world, suggestion);
    await world.desk.origin.git('update-ref', name, world.signed);
    await expect(resigned(world.desk, head)).rejects.toMatchObject({ code: 'reference.moved' });
  });

  test('in a dry run', async () => {
    const world = await submitted();
    const head = await edited(world, suggestion);
    const before = await world.desk.everything();
    expect(await plan(world.desk, head, { dryRun: true })).toMatchObject({ kind: 'planned' });
    expect(await world.desk.everything()).toBe(before);
  });

  test('where the change does not merge cleanly', async () => {
    const world = await submitted();
    const { scenario, desk } = world;
    const head = await edited(world, { ...suggestion, [opamPath('foo.1.0')]: opamFile('foo, mine') });
    const files = { [opamPath('foo.1.0')]: opamFile('foo, theirs') };
    const base = await scenario.commit(scenario.anchor, { by: 'alice', files });
    const { remote, ...hands } = desk.hands('alice');
    const place = { remote, tags: () => Promise.resolve([]), local: true };
    const wishes = { tag: undefined, days: 90, key: undefined, dryRun: false };
    expect(await planResignation(desk.request(head, base), wishes, { ...hands, place })).toMatchObject({
      kind: 'refused',
      report: { conflicts: [opamPath('foo.1.0')] },
    });
  });
});
