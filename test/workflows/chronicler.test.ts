import { beforeAll, describe, expect, test } from 'vitest';
import type { StepEvent } from '../../src/core/chain/history.ts';
import type { Oid } from '../../src/core/git/oid.ts';
import {
  acts,
  attributionKinds,
  type Chronicle,
  evidenceKinds,
  type GrowingChronicle,
} from '../../src/core/report/chronicle.ts';
import { type ChronicleBounds, Chronicler } from '../../src/workflows/chronicler.ts';
import { verifyRepo } from '../../src/workflows/verify-repo.ts';
import { judging } from '../support/judging.ts';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';

let scenario: Scenario;
let own: Oid, side: Oid, merge: Oid, foreign: Oid;
let events: readonly StepEvent[];

/** Alice's own release, a merge of two of Bob's commits, and a release of Alice's package by Bob. */
beforeAll(async () => {
  scenario = await Scenario.create();
  own = await scenario.commit(scenario.anchor, {
    by: 'alice',
    files: { [opamPath('foo.1.1')]: opamFile('foo') },
  });
  const first = await scenario.commit(own, { by: 'bob', files: { [opamPath('bar.1.1')]: opamFile('bar') } });
  const files = { [opamPath('bar.1.0')]: opamFile('better'), [opamPath('legacy.1.0')]: null };
  side = await scenario.commit(first, { by: 'bob', files });
  merge = await scenario.merge(own, side, {
    message: 'Merge pull request #12 from bob/bar\n\nRelease bar\n',
    author: 'Mia <mia@example.org>',
  });
  foreign = await scenario.commit(merge, {
    by: 'bob',
    files: { [opamPath('foo.1.2')]: opamFile('foo'), LICENSE: 'ISC\n' },
  });
  events = await judged(foreign);
}, 120_000);

async function judged(head: Oid): Promise<readonly StepEvent[]> {
  const { people, repository, anchor, now } = scenario;
  const seen: StepEvent[] = [];
  await judging({ people, folder: repository.folder, from: anchor, now: now + 60 }, {}, (common) =>
    verifyRepo({ ...common, head, onStep: (event) => seen.push(event) }),
  );
  return seen;
}

function chronicleOf(chronicler: Chronicler): Chronicle {
  for (const event of events) chronicler.add(event);
  return chronicler.chronicle;
}

/** The rows of changes, as people would say them. */
function rows({ steps, changes, subjects, evidence, names, fingerprints }: Chronicle) {
  return changes.step.map((step, row) => {
    const subject = changes.subject[row] ?? -1;
    const place = changes.evidence[row] ?? -1;
    return {
      step: steps.oid[step],
      what: [subjects.package[subject], subjects.label[subject]].join(' '),
      act: acts[changes.act[row] ?? -1],
      kind: attributionKinds[changes.kind[row] ?? -1],
      by: names[evidence.contributor[place] ?? -1],
      with: fingerprints[evidence.key[place] ?? -1],
      evidence: [evidenceKinds[evidence.kind[place] ?? -1], evidence.object[place]].join(' '),
    };
  });
}

describe('the chronicle of a history', () => {
  test('has a row for each step, with its pull request, its names and its signatures', () => {
    const { steps, names } = chronicleOf(new Chronicler());
    expect(steps.oid).toEqual([own, merge, foreign]);
    expect(steps.conclusion).toEqual([0, 0, 1]);
    expect(steps.pull).toEqual([0, 12, 0]);
    expect(steps.title[1]).toBe('Release bar');
    expect(steps.author.map((place) => names[place])).toEqual(['Alice', 'Bob', 'Bob']);
    expect(steps.merger.map((place) => names[place])).toEqual(['Alice', 'Mia', 'Bob']);
    expect(steps.signatures).toEqual(['a', 'naa', 'g']);
    expect(steps.side).toEqual([0, 2, 0]);
  });

  test('says of each package version who signed for what was done to it, and by which evidence', () => {
    const { alice, bob } = scenario.people;
    const byBob = { kind: 'side', by: 'bob', with: bob.fingerprint };
    const nobody = { by: undefined, with: undefined, evidence: ' ' };
    expect(rows(chronicleOf(new Chronicler()))).toEqual([
      {
        step: own,
        what: 'foo 1.1',
        act: 'added',
        kind: 'own',
        by: 'alice',
        with: alice.fingerprint,
        evidence: `commit ${own}`,
      },
      { ...byBob, step: merge, what: 'bar 1.0', act: 'changed', evidence: `commit ${side}` },
      {
        ...byBob,
        step: merge,
        what: 'bar 1.1',
        act: 'added',
        evidence: expect.stringMatching(/^commit [0-9a-f]{40}$/) as string,
      },
      { ...nobody, step: merge, what: 'legacy 1.0', act: 'removed', kind: 'unsigned' },
      { ...nobody, step: foreign, what: ' LICENSE', act: 'added', kind: 'none' },
      { ...nobody, step: foreign, what: 'foo 1.2', act: 'added', kind: 'none' },
    ]);
  });

  test('counts paths and signatures by month', () => {
    const { months } = chronicleOf(new Chronicler());
    expect(months).toEqual([
      { month: (2026 - 1970) * 12, signed: 3, unsigned: 1, none: 2, good: 4, other: 0, absent: 1 },
    ]);
  });

  test('forgets the oldest steps beyond its bound with all that only they had, but for their months', () => {
    const whole = chronicleOf(new Chronicler());
    const bounded = chronicleOf(new Chronicler({ steps: 1, changes: 100 }));
    expect(bounded).toMatchObject({ forgotten: 2, steps: { oid: [foreign] }, months: whole.months });
    expect(rows(bounded)).toEqual(rows(whole).slice(-2));
    expect(bounded.names).toEqual(['Bob']);
    expect(bounded.subjects.label).toEqual(['LICENSE', '1.2']);
    const byChanges = chronicleOf(new Chronicler({ steps: 100, changes: 4 }));
    expect(rows(byChanges), 'whole steps only').toEqual(rows(whole).slice(-5));
  });

  test.each<{ readonly what: string; readonly bounds: ChronicleBounds | undefined }>([
    { what: 'all of it', bounds: undefined },
    { what: 'some of it, the oldest being forgotten', bounds: { steps: 1, changes: 100 } },
    { what: 'what few changes leave of it', bounds: { steps: 100, changes: 4 } },
  ])('is the same, to the byte, when it goes on as plain data from any step: $what', ({ bounds }) => {
    const whole = JSON.stringify(chronicleOf(new Chronicler(bounds)));
    for (let at = 0; at <= events.length; at += 1) {
      const before = new Chronicler(bounds);
      for (const event of events.slice(0, at)) before.add(event);
      const after = new Chronicler(bounds);
      after.goOnFrom(JSON.parse(JSON.stringify(before.chronicle)) as GrowingChronicle);
      for (const event of events.slice(at)) after.add(event);
      expect(JSON.stringify(after.chronicle)).toBe(whole);
    }
  });
});
