import { describe, expect, test } from 'vitest';
import { type Person, theCast } from '../support/cast.ts';
import { collidingKeys } from '../support/colliding-keys.ts';
import { creationTime, issuerFingerprint, issuerKeyId } from '../support/openpgp-packets.ts';
import { opamFile, opamPath, Scenario, type Verb, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const [hers, his] = await collidingKeys();

type Naming = 'by key id' | 'by fingerprint';

/** The verdict on a change to foo whose signature names its key in some way; Bob made a key with Alice's key id. */
async function story(verb: Verb, by: Person, naming: Naming, people = { alice: hers, bob: his }) {
  const scenario = await Scenario.create({ people });
  const { alice, bob } = scenario.people;
  const date = scenario.pass(60 * 60);
  const issuer =
    naming === 'by key id' ? issuerKeyId(alice.primary) : issuerFingerprint(scenario.people[by].primary);
  const signing = { hashed: [creationTime(date), issuer], unhashed: [] };
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  const head = await scenario.commit(scenario.anchor, { by, date, files, signing });
  const report = await scenario.judge(verb, head);
  return { report, head, alice, bob };
}

describe('colliding-key-id: two certificates whose keys have the same 64-bit id', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(['alice', 'bob'] as const)('rejects a signature by %s that names only the id', async (by) => {
      const { report, head, alice, bob } = await story(verb, by, 'by key id');
      const found = expectRejected(report, 'signature.ambiguous-issuer', head);
      expect(found.message).toContain(alice.fingerprint);
      expect(found.message).toContain(bob.fingerprint);
    });

    test('rejects one that names the whole fingerprint of the other', async () => {
      const { report } = await story(verb, 'bob', 'by fingerprint');
      expectRejected(report, 'attribution.no-authority', 'bob');
    });

    test("verifies the owner's signature that names the whole fingerprint", async () => {
      expectVerified((await story(verb, 'alice', 'by fingerprint')).report);
    });

    test('verifies a signature that names only the id, where one key alone has it', async () => {
      const { bob } = await theCast();
      expectVerified((await story(verb, 'alice', 'by key id', { alice: hers, bob })).report);
    });
  });
});
