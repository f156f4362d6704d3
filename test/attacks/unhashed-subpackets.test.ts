import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { day } from '../support/keyring.ts';
import { makeKey, type SignOptions } from '../support/keys.ts';
import {
  creationTime,
  issuerFingerprint,
  issuerKeyId,
  signatureExpiry,
  subpacket,
} from '../support/openpgp-packets.ts';
import { type Cast, type Person, start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const files = { [opamPath('foo.1.1')]: opamFile('foo') };

type Signing = (people: Cast, at: number) => SignOptions;

async function story(by: Person, signing: Signing, people: Partial<Cast> = {}) {
  const scenario = await Scenario.create({ people });
  const date = scenario.pass(10 * day);
  const plan = { by, files, date, signing: signing(scenario.people, date) };
  return { scenario, head: await scenario.commit(scenario.anchor, plan) };
}

const issuedBy = ({ primary }: Cast['alice']) => [issuerFingerprint(primary), issuerKeyId(primary)];
const unhashed =
  (other: Uint8Array): Signing =>
  ({ alice }) => ({ unhashed: [other, issuerKeyId(alice.primary)] });

/** Flag "human readable", name `a@b`, value `no` (RFC 9580, section 5.2.3.24). */
const notation = subpacket(20, Buffer.from('\x80\0\0\0\0\x03\0\x02a@bno', 'latin1'));
const unknownCritical = subpacket(99, Buffer.from('?'), true);

const alice = { name: 'Alice', email: 'alice@example.org', created: start - day };
const expired = await makeKey({ ...alice, expires: start + 9 * day });

describe('unhashed-subpackets: the part of a signature that anybody can write says something else', () => {
  describe.each(verbs)('%s', (verb) => {
    test("rejects a stranger's signature that names the owner there", async () => {
      const { scenario, head } = await story('mallory', (people) => ({ unhashed: issuedBy(people.alice) }));
      const { fingerprint } = scenario.people.mallory;
      expectRejected(await scenario.judge(verb, head), 'signature.unknown-key', fingerprint);
    });

    test("rejects a stranger's signature that names the owner there and nobody in its signed part", async () => {
      const { scenario, head } = await story('mallory', (people, at) => ({
        hashed: [creationTime(at)],
        unhashed: issuedBy(people.alice),
      }));
      expectRejected(await scenario.judge(verb, head), 'signature.bad', scenario.people.alice.fingerprint);
    });

    test('rejects a signature by an expired key that is dated back there', async () => {
      const { scenario, head } = await story('alice', unhashed(creationTime(start + day)), {
        alice: expired,
      });
      expectRejected(await scenario.judge(verb, head), 'signature.expired-key', head);
    });

    test('rejects a signature whose only date stands there', async () => {
      const { scenario, head } = await story('alice', (people, at) => ({
        hashed: [issuerFingerprint(people.alice.primary)],
        unhashed: [creationTime(at)],
      }));
      expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
    });

    test.each<[string, Signing]>([
      ['another issuer', ({ mallory }) => ({ unhashed: issuedBy(mallory) })],
      ['an expiry that has passed', unhashed(signatureExpiry(60))],
      ['another date', unhashed(creationTime(start - 50 * day))],
      ['a notation', unhashed(notation)],
      ['something unknown and critical', unhashed(unknownCritical)],
    ])("verifies the owner's signature with %s there", async (_title, signing) => {
      const { scenario, head } = await story('alice', signing);
      expectVerified(await scenario.judge(verb, head));
    });
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit refuses something unknown and critical there (needs gpg)',
    async () => {
      const { scenario, head } = await story('alice', unhashed(unknownCritical));
      const git = await askGit(scenario.repository, head, [scenario.people.alice], scenario.now);
      expect(git.keywords).toContain('BADSIG');
    },
  );

  test.skipIf(!installed('sqv'))('sqv accepts it (needs sqv)', async () => {
    const { scenario, head } = await story('alice', unhashed(unknownCritical));
    expect(await askSqv(scenario.repository, head, [scenario.people.alice])).toBe(true);
  });
});
