import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/core/fault.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import type { Endorsed } from '../../src/core/review/endorsement.ts';
import { endorse } from '../../src/workflows/endorse.ts';
import {
  type EndorsementPlanning,
  type EndorsementWishes,
  planEndorsement,
} from '../../src/workflows/plan-endorsement.ts';
import type { Person } from '../support/cast.ts';
import { makeKey } from '../support/keys.ts';
import { ReviewDesk } from '../support/review-desk.ts';
import { keyringFiles, opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const bounds = { [opamPath('bar.1.0')]: opamFile('bar, with bounds') };

interface Wishes extends Partial<EndorsementWishes> {
  readonly by?: Person;
  readonly base?: Oid;
}

function plan(desk: ReviewDesk, head: Oid, { by = 'mia', base, ...wishes }: Wishes = {}) {
  const wanted = { owners: [], days: 90, key: undefined, dryRun: false, ...wishes };
  return planEndorsement(desk.request(head, base), wanted, { ...desk.hands(by), local: true });
}

function prepared(planning: EndorsementPlanning) {
  if (planning.kind === 'planned') return planning.prepared;
  throw new Error(planning.report.findings.map(({ message }) => message).join('\n'));
}

async function endorsed(desk: ReviewDesk, head: Oid, wishes: Wishes = {}): Promise<Endorsed> {
  const { clock } = desk.hands('mia');
  const ready = prepared(await plan(desk, head, wishes));
  return endorse(ready, desk.request(head, wishes.base), { journal: desk.journal(), clock });
}

const failure = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => Promise.reject(new Error('it went through')),
    (error: unknown) => error as Fault,
  );

describe('an endorsement of a change by somebody who does not own the package', () => {
  test('makes the pull request verified, stands at the remote, and is an ordinary signed tag', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    expectRejected(await scenario.verifyPr(scenario.anchor, head), 'attribution.no-authority', head);
    const { tag, plan: planned, report, account } = await endorsed(desk, head);
    expectVerified(report);
    expect(account.failed).toBeUndefined();
    expect(planned.packages).toEqual([
      {
        nameVersion: 'bar.1.0',
        before: scenario.digest(opamFile('bar')),
        after: scenario.digest(opamFile('bar, with bounds')),
      },
    ]);
    expect(await desk.origin.git('rev-parse', `refs/tags/signet/endorse/${head}`)).toBe(tag);
    expectVerified(await scenario.verifyPr(scenario.anchor, head));
  });

  test('survives a merge, a squash and a rebase by a button that signs nothing', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    await endorsed(desk, head);
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)));
    const squashed = await scenario.commit(scenario.anchor, { files: bounds, message: 'bar (#1)\n' });
    expectVerified(await scenario.verifyRepo(squashed));
    const other = { [opamPath('legacy.1.0')]: opamFile('legacy, too') };
    const moved = await scenario.commit(scenario.anchor, { files: other });
    const rebased = await scenario.commit(moved, { by: 'alice', files: bounds });
    expectVerified(await scenario.verifyRepo(rebased));
  });

  test("answers for what a forge's web interface changed after the author had signed", async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const web = await makeKey({ name: 'Forge', email: 'noreply@example.org', created: scenario.now - 9 });
    const signed = await scenario.commit(scenario.anchor, {
      by: 'alice',
      files: { [opamPath('foo.1.1')]: opamFile('foo') },
    });
    const head = await scenario.commit(signed, {
      key: web,
      author: 'Alice <alice@example.org>',
      committer: 'Forge <noreply@example.org>',
      files: { [opamPath('foo.1.1')]: opamFile('foo, as suggested') },
    });
    const { plan: planned, report } = await endorsed(desk, head);
    expectVerified(report);
    expect(planned.unsigned).toEqual([opamPath('foo.1.1')]);
    expect(planned.commits.map(({ signature, contributor }) => [signature, contributor])).toEqual([
      ['unknown-key', undefined],
      ['good', 'alice'],
    ]);
    expect(planned.commits[0]?.committer).toBe('Forge <noreply@example.org>');
    expect(planned.files[0]).toMatchObject({ act: 'added', comparedWith: 'foo.1.0' });
    expect(planned.files[0]?.diff?.flat().filter(({ sign }) => sign !== ' ')).toEqual([
      { sign: '-', text: 'synopsis: "foo"' },
      { sign: '+', text: 'synopsis: "foo, as suggested"' },
    ]);
  });

  test('mends a step that somebody has merged already by a button, and one that was squashed', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const merged = await scenario.merge(scenario.anchor, head);
    expectRejected(await scenario.verifyRepo(merged), 'attribution.no-authority', head);
    await endorsed(desk, head);
    expectVerified(await scenario.verifyRepo(merged));
    const more = { [opamPath('bar.1.0')]: opamFile('bar, with more bounds') };
    const squashed = await scenario.commit(merged, { files: more, message: 'Squashed (#2)\n' });
    expectRejected(await scenario.verifyRepo(squashed), 'attribution.unsigned', opamPath('bar.1.0'));
    await endorsed(desk, squashed, { base: merged });
    expectVerified(await scenario.verifyRepo(squashed));
  });

  test('enrols a standing name for a contributor, from the merge on', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const files = { [opamPath('legacy.1.1')]: opamFile('legacy, next') };
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    await endorsed(desk, head, { owners: [{ name: 'legacy', contributor: 'alice' }] });
    const merged = await scenario.merge(scenario.anchor, head);
    const next = { [opamPath('legacy.1.2')]: opamFile('legacy, by its owner') };
    expectVerified(
      await scenario.verifyPr(merged, await scenario.commit(merged, { by: 'alice', files: next })),
    );
    const stranger = await scenario.commit(merged, { files: next });
    expectRejected(await scenario.verifyPr(merged, stranger), 'attribution.unsigned', stranger);
  });
});

describe('nothing is signed or pushed', () => {
  test('where an owner that is named would be ignored', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const before = await desk.everything();
    const owners = [{ name: 'bar', contributor: 'alice' }];
    const fault = await failure(endorsed(desk, head, { owners }));
    expect(fault).toMatchObject({ code: 'endorsement.refused' });
    expect(fault.message).toContain('bob owns it');
    expect(await desk.everything()).toBe(before);
  });

  test("with the key of somebody who is no maintainer, or whom the keyring doesn't know", async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const known = await failure(plan(desk, head, { by: 'alice' }));
    expect(known).toMatchObject({ code: 'signer.failed' });
    expect(known.message).toContain('alice');
    const unknown = await failure(plan(desk, head, { by: 'mallory' }));
    expect(unknown.message).toContain(scenario.people.mallory.fingerprint);
  });

  test('for a change that conflicts with the base, or touches the keyring file', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const files = { [opamPath('bar.1.0')]: opamFile('bar, fixed meanwhile') };
    const base = await scenario.commit(scenario.anchor, { by: 'bob', files });
    expect(await plan(desk, head, { base })).toMatchObject({ kind: 'refused' });
    const { ada } = scenario.people;
    const keyring = keyringFiles(scenario.nextKeyring({ threshold: 1 }, [ada]));
    const mixed = await scenario.commit(scenario.anchor, { by: 'alice', files: { ...bounds, ...keyring } });
    const before = await desk.everything();
    expect(await failure(endorsed(desk, mixed))).toMatchObject({ code: 'endorsement.refused' });
    expect(await desk.everything()).toBe(before);
  });

  test('in a dry run', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const before = await desk.everything();
    const { plan: planned } = prepared(await plan(desk, head, { dryRun: true }));
    expect(planned.acts.join()).toContain(desk.origin.folder);
    expect(await desk.everything()).toBe(before);
  });

  test('a second time', async () => {
    const scenario = await Scenario.create();
    const desk = await ReviewDesk.of(scenario);
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files: bounds });
    const { tag } = await endorsed(desk, head);
    const again = await failure(plan(desk, head));
    expect(again).toMatchObject({ code: 'endorsement.refused' });
    expect(again.message).toContain(tag);
  });
});
