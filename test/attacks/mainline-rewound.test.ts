import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** The mainline was verified at `seen`; then somebody forces it to another commit. */
async function story() {
  const scenario = await Scenario.create();
  const seen = await scenario.commit(scenario.anchor, {
    by: 'alice',
    files: { [opamPath('foo.1.0')]: opamFile('foo, with a hole mended') },
  });
  const forced = await scenario.commit(scenario.anchor, {
    by: 'bob',
    files: { [opamPath('bar.1.1')]: opamFile('bar, the next') },
  });
  return { scenario, seen, forced };
}

describe('mainline-rewound: the branch no longer contains the head that was verified last', () => {
  test('verify-repo rejects a branch that was forced to another line, however well signed', async () => {
    const { scenario, seen, forced } = await story();
    const found = expectRejected(
      await scenario.verifyRepo(forced, { from: seen }),
      'history.rewound',
      forced,
    );
    expect(found.message).toContain(seen);
    expect(found.mend).toContain('maintainers');
  });

  test('verify-repo rejects a branch that was set back', async () => {
    const { scenario, seen } = await story();
    const report = await scenario.verifyRepo(scenario.anchor, { from: seen });
    expectRejected(report, 'history.rewound', scenario.anchor);
  });

  test('verify-repo rejects a branch of another repository, which has not even the anchor', async () => {
    const { forced } = await story();
    const { scenario: other } = await story();
    const stranger = await other.commit(other.anchor, {
      by: 'alice',
      files: { repo: 'opam-version: "2.0"\n# x\n' },
    });
    expectRejected(await other.verifyRepo(stranger, { from: forced }), 'history.rewound', stranger);
  });

  test('verify-pr rejects a pull request for the forced branch', async () => {
    const { scenario, seen, forced } = await story();
    const head = await scenario.commit(forced, {
      by: 'bob',
      files: { [opamPath('bar.1.2')]: opamFile('bar') },
    });
    expectRejected(await scenario.verifyPr(forced, head, { from: seen }), 'history.rewound', forced);
  });

  test('verify-repo verifies the branch that goes on from the head seen last', async () => {
    const { scenario, seen, forced } = await story();
    expectVerified(await scenario.verifyRepo(await scenario.merge(seen, forced), { from: seen }));
    expectVerified(await scenario.verifyRepo(seen, { from: seen }));
  });
});
