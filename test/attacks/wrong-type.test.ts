import { describe, expect, test } from 'vitest';
import { askGit, askSqv } from '../support/git-oracle.ts';
import { installed } from '../support/gpg-home.ts';
import { signatureType } from '../support/openpgp-packets.ts';
import { opamFile, opamPath, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

/** Signatures over text cover it with CRLF at the line ends (RFC 9580, section 5.2.1.2). */
const asText = (payload: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(payload).toString().replaceAll('\n', '\r\n'));

async function story(type: number) {
  const scenario = await Scenario.create();
  const files = { [opamPath('foo.1.1')]: opamFile('foo') };
  const date = scenario.pass(60 * 60);
  const sign = (payload: Uint8Array) =>
    scenario.people.alice.sign(type === signatureType.text ? asText(payload) : payload, date, { type });
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'alice', files, date, sign }) };
}

describe('wrong-type: the owner made this signature, but not over a binary document', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each([
      ['text', signatureType.text],
      ['standalone', signatureType.standalone],
      ['certification', signatureType.certification],
      ['direct-key', signatureType.direct],
      ['subkey-binding', signatureType.subkeyBinding],
      ['timestamp', 0x40],
    ])('rejects the type %s', async (_title, type) => {
      const { scenario, head } = await story(type);
      const found = expectRejected(await scenario.judge(verb, head), 'signature.malformed', head);
      expect(found.message).toContain(`0x${type.toString(16).padStart(2, '0')}`);
    });

    test('verifies the type binary', async () => {
      const { scenario, head } = await story(signatureType.binary);
      expectVerified(await scenario.judge(verb, head));
    });
  });

  test.skipIf(!installed('gpg'))(
    'git verify-commit accepts a text signature and refuses the others (needs gpg)',
    async () => {
      const accepted = [];
      for (const type of [signatureType.text, signatureType.standalone, signatureType.certification]) {
        const { scenario, head } = await story(type);
        accepted.push(
          (await askGit(scenario.repository, head, [scenario.people.alice], scenario.now)).accepted,
        );
      }
      expect(accepted).toEqual([true, false, false]);
    },
  );

  test.skipIf(!installed('sqv'))('sqv accepts a text signature too (needs sqv)', async () => {
    const { scenario, head } = await story(signatureType.text);
    expect(await askSqv(scenario.repository, head, [scenario.people.alice])).toBe(true);
  });
});
