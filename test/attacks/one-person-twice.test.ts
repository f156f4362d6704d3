import { describe, expect, test } from 'vitest';
import { day } from '../support/keyring.ts';
import { makeKey, type TestKey } from '../support/keys.ts';
import { type Cast, firstKeyring, start } from '../support/cast.ts';
import { keyringFiles, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

const created = start - 100 * day;
const second = await makeKey({ name: 'Ada', email: 'ada@example.org', created });

const withTwoKeys = (people: Cast) => ({
  ...firstKeyring(people).contributors,
  ada: { keys: [people.ada, second], roles: ['admin', 'maintainer'] as const },
});

async function story(signers: (people: Cast) => readonly TestKey[] | Promise<readonly TestKey[]>) {
  const scenario = await Scenario.create({
    keyring: (people) => ({ contributors: withTwoKeys(people) }),
  });
  const plan = { contributors: withTwoKeys(scenario.people), policy: { unsigned: 'warn' } } as const;
  const next = scenario.nextKeyring(plan, await signers(scenario.people));
  return { scenario, head: await scenario.commit(scenario.anchor, { by: 'ada', files: keyringFiles(next) }) };
}

describe('one-person-twice: one admin signs in the place of two', () => {
  describe.each(verbs)('%s', (verb) => {
    test.each([
      ['with two certificates', ({ ada }: Cast) => [ada, second]],
      ['twice with the same key', ({ ada }: Cast) => [ada, ada]],
    ])('rejects one admin who signs %s', async (_title, signers) => {
      const { scenario, head } = await story(signers);
      const found = expectRejected(await scenario.judge(verb, head), 'keyring.threshold', 'has 1 (ada');
      expect(found.message).toContain(scenario.people.ben.fingerprint);
    });

    test('rejects one certificate that is listed with two contributors', async () => {
      const scenario = await Scenario.create();
      const { people } = scenario;
      const double = { keys: [people.ada], roles: ['admin'] } as const;
      const contributors = { ...firstKeyring(people).contributors, double };
      const next = scenario.nextKeyring({ contributors }, [people.ada, people.ben]);
      const head = await scenario.commit(scenario.anchor, { by: 'ada', files: keyringFiles(next) });
      expectRejected(await scenario.judge(verb, head), 'keyring.unreadable', people.ada.fingerprint);
    });

    test('verifies two admins, one of them by her second certificate', async () => {
      const { scenario, head } = await story(({ ben }) => [second, ben]);
      expectVerified(await scenario.judge(verb, head));
    });
  });
});
