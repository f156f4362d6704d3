import { describe, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const path = opamPath('foo.1.0');
const theirs = { [path]: opamFile('foo, as Alice had it on her old branch') };
const merged = { [path]: opamFile('foo, with both changes') };

/** A maintainer mends foo.1.0 on the mainline; a branch from before that has another change of it. */
async function story() {
  const scenario = await Scenario.create();
  const side = await scenario.commit(scenario.anchor, { by: 'alice', files: theirs });
  const mainline = await scenario.commit(scenario.anchor, {
    by: 'mia',
    files: { [path]: opamFile('foo, with the fix of a maintainer') },
  });
  return { scenario, side, mainline };
}

describe("old-side-over-new-mainline: a side from before a maintainer's fix changes the same file", () => {
  test.each([
    ['takes the file of the side', theirs],
    ['writes the file anew', merged],
  ])('verify-repo rejects a merge that %s', async (_what, files) => {
    const { scenario, side, mainline } = await story();
    const merge = await scenario.merge(mainline, side, { by: 'mia', files });
    expectRejected(await scenario.verifyRepo(merge), 'attribution.conflict', path);
  });

  test('verify-pr rejects it before there is a merge', async () => {
    const { scenario, side, mainline } = await story();
    expectRejected(await scenario.verifyPr(mainline, side), 'attribution.conflict', path);
  });

  test.each([
    ['nobody', {}],
    ['a stranger', { by: 'mallory' }],
  ] as const)(
    'both verbs reject a side that %s caught up with the mainline, keeping its file',
    async (_who, signer) => {
      const { scenario, side, mainline } = await story();
      const caughtUp = await scenario.merge(side, mainline, { ...signer, files: theirs });
      expectRejected(await scenario.verifyPr(mainline, caughtUp), 'attribution.conflict', path);
      const merge = await scenario.merge(mainline, caughtUp);
      expectRejected(await scenario.verifyRepo(merge), 'attribution.conflict', path);
    },
  );

  test('the same side is verified where its owner signed that merge: she has seen the fix', async () => {
    const { scenario, side, mainline } = await story();
    const caughtUp = await scenario.merge(side, mainline, { by: 'alice', files: merged });
    expectVerified(await scenario.verifyPr(mainline, caughtUp));
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, caughtUp)));
  });

  test('the merged content is verified where a maintainer endorses it', async () => {
    const { scenario, side, mainline } = await story();
    const message = 'Take both changes\n\nSignet-Kind: endorsement\n';
    const merge = await scenario.merge(mainline, side, { by: 'mia', files: merged, message });
    expectVerified(await scenario.verifyRepo(merge));
  });

  test('the merged content is verified where its owner states its digest', async () => {
    const { scenario, side, mainline } = await story();
    await scenario.submissionTag(side, {
      by: 'alice',
      nameVersion: 'foo.1.0',
      before: scenario.digest(opamFile('foo, with the fix of a maintainer')),
      after: scenario.digest(opamFile('foo, with both changes')),
    });
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, side, { files: merged })));
  });

  test('the same change on top of the fix is verified by both verbs', async () => {
    const { scenario, mainline } = await story();
    const rebased = await scenario.commit(mainline, { by: 'alice', files: theirs });
    expectVerified(await scenario.verifyPr(mainline, rebased));
    expectVerified(await scenario.verifyRepo(await scenario.merge(mainline, rebased)));
  });

  test('a mainline that made the very same change is no conflict', async () => {
    const { scenario, side } = await story();
    const same = await scenario.commit(scenario.anchor, { by: 'mia', files: theirs });
    const merge = await scenario.merge(same, side, { tree: await scenario.treeOf(same) });
    expectVerified(await scenario.verifyRepo(merge));
  });
});
