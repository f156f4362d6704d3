import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const foo = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
const bar = { [opamPath('bar.1.1')]: opamFile('bar, the next') };

async function story() {
  const scenario = await Scenario.create();
  const side = await scenario.commit(scenario.anchor, { by: 'alice', files: foo });
  const mainline = await scenario.commit(scenario.anchor, { by: 'bob', files: bar });
  return { scenario, side, mainline };
}

describe('swapped-parents: commit graphs that hide what was merged into what', () => {
  test('verify-repo rejects a merge that makes the mainline its second parent', async () => {
    const { scenario, side, mainline } = await story();
    const swapped = await scenario.merge(side, mainline, { by: 'mia' });
    expectRejected(await scenario.verifyRepo(swapped, { from: mainline }), 'step.shape', mainline);
  });

  test('verify-pr rejects every pull request on a base with swapped parents', async () => {
    const { scenario, side, mainline } = await story();
    const swapped = await scenario.merge(side, mainline, { by: 'mia' });
    const head = await scenario.commit(swapped, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    expectRejected(await scenario.verifyPr(swapped, head, { from: mainline }), 'step.shape', mainline);
  });

  test('verify-repo rejects an octopus merge, although each side is signed', async () => {
    const { scenario, side, mainline } = await story();
    const other = await scenario.commit(scenario.anchor, {
      by: 'mia',
      files: { repo: 'opam-version: "2.1"\n' },
    });
    const octopus = await scenario.repository.commitFiles({
      parents: [mainline, side, other],
      files: { ...foo, repo: 'opam-version: "2.1"\n' },
      date: scenario.now,
    });
    const found = expectRejected(await scenario.verifyRepo(octopus), 'step.shape', octopus);
    expect(found.message).toContain('octopus');
  });

  test.each(verbs)('%s rejects a side that shares no history with the mainline', async (verb) => {
    const { scenario, mainline } = await story();
    const { alice } = scenario.people;
    const stranger = await scenario.repository.commitFiles({
      files: foo,
      date: scenario.now,
      sign: (payload) => alice.sign(payload, scenario.now),
    });
    const tree = await scenario.repository.writeTree({ ...foo });
    const report =
      verb === 'verify-pr'
        ? await scenario.verifyPr(mainline, stranger)
        : await scenario.verifyRepo(await scenario.merge(mainline, stranger, { tree }));
    expectRejected(report, 'step.shape', stranger);
  });

  test.each(verbs)('%s rejects a side that took in a foreign root', async (verb) => {
    const { scenario, side, mainline } = await story();
    const root = await scenario.repository.commitFiles({ files: {}, date: scenario.now });
    const grafted = await scenario.merge(side, root, { by: 'alice', tree: await scenario.treeOf(side) });
    const tree = await scenario.treeOf(await scenario.merge(mainline, side));
    const report =
      verb === 'verify-pr'
        ? await scenario.verifyPr(mainline, grafted)
        : await scenario.verifyRepo(await scenario.merge(mainline, grafted, { tree }));
    expectRejected(report, 'step.shape', grafted);
  });

  test.each(verbs)('%s rejects a side with several merge bases', async (verb) => {
    const { scenario, side, mainline } = await story();
    const merged = await scenario.merge(mainline, side);
    const crossed = await scenario.merge(side, mainline);
    const further = await scenario.commit(crossed, {
      by: 'alice',
      files: { [opamPath('foo.1.2')]: opamFile('foo') },
    });
    const report = await scenario.judge(verb, further, merged);
    const found = expectRejected(report, 'step.shape', further);
    expect(found.message).toContain('2 merge bases');
  });

  test.each(verbs)('%s verifies the same sides merged one after the other', async (verb) => {
    const { scenario, side, mainline } = await story();
    const merged = await scenario.merge(mainline, side);
    const other = await scenario.commit(merged, { by: 'mia', files: { repo: 'opam-version: "2.1"\n' } });
    expectVerified(await scenario.judge(verb, other, merged));
  });
});
