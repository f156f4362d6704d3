import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo, the next') };
const message = 'foo.1.1 (#1)\n';

describe("squash-without-tag: a forge squashes a signed pull request, and the contributor's signature is gone", () => {
  test.each([
    ['unsigned', {}, 'attribution.unsigned'],
    [
      "signed with the forge's own key",
      { by: 'mallory', author: 'GitHub <noreply@github.com>' },
      'signature.unknown-key',
    ],
  ] as const)(
    'verify-repo rejects the squashed commit, %s, and says how to mend it',
    async (_what, signer, code) => {
      const scenario = await Scenario.create();
      await scenario.commit(scenario.anchor, { by: 'alice', files });
      const squashed = await scenario.commit(scenario.anchor, { ...signer, files, message });
      const found = expectRejected(await scenario.verifyRepo(squashed), code, opamPath('foo.1.1'));
      expect(found.at.object).toBe(squashed);
    },
  );

  test('verify-repo tells of the endorsement that mends an unsigned one', async () => {
    const scenario = await Scenario.create();
    const squashed = await scenario.commit(scenario.anchor, { files, message });
    const found = expectRejected(await scenario.verifyRepo(squashed), 'attribution.unsigned', squashed);
    expect(found.mend).toContain('opam-signet endorse');
  });

  test('the endorsement of a maintainer that names the content mends it', async () => {
    const scenario = await Scenario.create();
    const squashed = await scenario.commit(scenario.anchor, { files, message });
    const packages = [`foo.1.1 none ${scenario.digest(opamFile('foo, the next'))}`];
    await scenario.endorsementTag(squashed, { by: 'mia', packages });
    expectVerified(await scenario.verifyRepo(squashed));
  });

  test('a package that nobody enrolled may be squashed: the floor decides', async () => {
    const scenario = await Scenario.create();
    const legacy = { [opamPath('legacy.1.1')]: opamFile('legacy, the next') };
    expectVerified(
      await scenario.verifyRepo(await scenario.commit(scenario.anchor, { files: legacy, message })),
    );
  });

  test('the same pull request merged with a merge commit is verified', async () => {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    expectVerified(await scenario.verifyRepo(await scenario.merge(scenario.anchor, head)));
  });
});
