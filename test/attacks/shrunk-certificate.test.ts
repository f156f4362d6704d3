import { describe, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { keyringFiles, opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** Alice's certificate on the mainline says that her key was retired. */
async function story() {
  const scenario = await Scenario.create();
  const revoked = scenario.people.alice.revoked(scenario.pass(day), 'retired');
  return { scenario, revoked, base: await scenario.grow(scenario.anchor, revoked) };
}

describe('shrunk-certificate: a revocation is stripped from a certificate file', () => {
  describe.each(verbs)('%s', (verb) => {
    test('rejects it without a new version of the keyring file', async () => {
      const { scenario, base } = await story();
      const head = await scenario.grow(base, scenario.people.alice);
      expectRejected(
        await scenario.judge(verb, head, base),
        'keyring.certificate-shrunk',
        `keyring/${scenario.people.alice.fingerprint}.asc`,
      );
    });

    test('rejects it in exchange for another packet', async () => {
      const { scenario, base } = await story();
      const { alice } = scenario.people;
      const head = await scenario.grow(base, alice.withUserId(scenario.now, 'Alice', 'alice@example.com'));
      expectRejected(await scenario.judge(verb, head, base), 'keyring.certificate-shrunk', alice.fingerprint);
    });

    test("rejects it under the admins' signatures, which do not cover certificate files", async () => {
      const { scenario, base } = await story();
      const { ada, ben, alice } = scenario.people;
      const next = scenario.nextKeyring({ policy: { unsigned: 'warn' } }, [ada, ben]);
      const head = await scenario.commit(base, { files: keyringFiles(next) });
      expectRejected(await scenario.judge(verb, head, base), 'keyring.certificate-shrunk', alice.fingerprint);
    });

    test('rejects what the stripped key signs together with it', async () => {
      const { scenario, base } = await story();
      const stripped = await scenario.grow(base, scenario.people.alice);
      const files = { [opamPath('foo.1.1')]: opamFile('foo, with a retired key') };
      const head = await scenario.commit(stripped, { by: 'alice', files });
      expectRejected(await scenario.judge(verb, head, base), 'signature.revoked-key', head);
    });

    test('verifies the certificate with more packets', async () => {
      const { scenario, revoked, base } = await story();
      const grown = revoked.withUserId(scenario.now, 'Alice', 'alice@example.com');
      expectVerified(await scenario.judge(verb, await scenario.grow(base, grown), base));
    });

    test('verifies that the admins take the whole certificate out', async () => {
      const { scenario, base } = await story();
      expectVerified(await scenario.judge(verb, await scenario.removeAlice(base), base));
    });
  });
});
