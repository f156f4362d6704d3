import { describe, expect, test } from 'vitest';
import { GpgHome, installed } from '../support/gpg-home.ts';
import type { TestKey } from '../support/keys.ts';
import { armor, bytes } from '../support/openpgp-packets.ts';
import { type Cast, start } from '../support/cast.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** Everything of a certificate but its primary key. */
const withoutPrimary = ({ packets }: TestKey): Uint8Array => bytes(...packets.slice(1));

const slippedIn: readonly (readonly [string, (people: Cast) => string])[] = [
  [
    'as a second armored block',
    ({ alice, mallory }) => alice.armoredCertificate + mallory.armoredCertificate,
  ],
  ['in front of hers', ({ alice, mallory }) => mallory.armoredCertificate + alice.armoredCertificate],
  [
    'in the same armored block',
    ({ alice, mallory }) => armor('PUBLIC KEY BLOCK', bytes(alice.certificate, mallory.certificate)),
  ],
  [
    'as a user id that her key never signed',
    ({ alice, mallory }) => armor('PUBLIC KEY BLOCK', bytes(alice.certificate, withoutPrimary(mallory))),
  ],
];

async function story(text: (people: Cast) => string) {
  const scenario = await Scenario.create();
  const { people } = scenario;
  const path = `keyring/${people.alice.fingerprint}.asc`;
  const files = { [path]: text(people) };
  return { scenario, path, change: await scenario.commit(scenario.anchor, { by: 'alice', files }) };
}

describe("second-certificate: a stranger's certificate slipped into the file of a contributor", () => {
  describe.each(verbs)('%s', (verb) => {
    test.each(slippedIn)('rejects it %s', async (_title, text) => {
      const { scenario, path, change } = await story(text);
      expectRejected(await scenario.judge(verb, change), 'keyring.certificate-file', path);
    });

    test('rejects what the stranger signs afterwards', async () => {
      const { scenario, change } = await story(
        ({ alice, mallory }) => alice.armoredCertificate + mallory.armoredCertificate,
      );
      const files = { [opamPath('foo.1.1')]: opamFile('foo, by a stranger') };
      const head = await scenario.commit(change, { by: 'mallory', files });
      expectRejected(
        await scenario.judge(verb, head),
        'signature.unknown-key',
        scenario.people.mallory.fingerprint,
      );
    });

    test("verifies a contributor's own new subkey, and what it signs afterwards", async () => {
      const scenario = await Scenario.create();
      const grown = await scenario.people.alice.withSubkey({ created: start });
      const base = await scenario.grow(scenario.anchor, grown);
      expectVerified(await scenario.judge(verb, base));
      const files = { [opamPath('foo.1.1')]: opamFile('foo') };
      expectVerified(
        await scenario.judge(verb, await scenario.commit(base, { by: 'alice', key: grown, files }), base),
      );
    });
  });

  test.skipIf(!installed('gpg'))('gpg imports both certificates from such a file (needs gpg)', async () => {
    const { scenario } = await story(({ alice }) => alice.armoredCertificate);
    const { alice, mallory } = scenario.people;
    const gpg = new GpgHome();
    try {
      gpg.import(bytes(alice.certificate, mallory.certificate));
      const listing = Buffer.from(gpg.run(['--with-colons', '--list-keys']).stdout).toString('latin1');
      expect(listing).toContain(mallory.fingerprint);
    } finally {
      gpg.close();
    }
  });
});
