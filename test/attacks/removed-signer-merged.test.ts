import { describe, expect, test } from 'vitest';
import { opamFile, opamPath, Scenario } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('removed-signer-merged: a maintainer merges plainly what a removed signer signed on an old branch', () => {
  const files = { [opamPath('foo.1.1')]: opamFile('foo, by somebody who left') };

  async function story() {
    const scenario = await Scenario.create();
    const head = await scenario.commit(scenario.anchor, { by: 'alice', files });
    return { scenario, head, base: await scenario.removeAlice(scenario.anchor) };
  }

  test('verify-repo rejects it, shows the key, and asks for an endorsement', async () => {
    const { scenario, head, base } = await story();
    const report = await scenario.verifyRepo(await scenario.merge(base, head, { by: 'mia' }));
    const found = expectRejected(report, 'signature.unknown-key', head);
    expect(found.message).toContain(scenario.people.alice.fingerprint);
    expect(found.mend).toContain('opam-signet endorse');
  });

  test("verify-repo verifies it where the maintainer's merge says that it endorses", async () => {
    const { scenario, head, base } = await story();
    const message = 'Endorse foo.1.1\n\nSignet-Kind: endorsement\n';
    expectVerified(await scenario.verifyRepo(await scenario.merge(base, head, { by: 'mia', message })));
  });

  test('verify-repo verifies it under an endorsement tag on the head', async () => {
    const { scenario, head, base } = await story();
    await scenario.endorsementTag(head, { by: 'mia' });
    expectVerified(await scenario.verifyRepo(await scenario.merge(base, head)));
  });

  test('verify-repo rejects it where the merge that endorses is her own', async () => {
    const { scenario, head, base } = await story();
    const message = 'Endorse foo.1.1\n\nSignet-Kind: endorsement\n';
    const merge = await scenario.merge(base, head, { by: 'alice', message });
    expectRejected(await scenario.verifyRepo(merge), 'signature.unknown-key', merge);
  });
});
