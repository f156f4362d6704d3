import { describe, expect, test } from 'vitest';
import { keyringFiles, Scenario, verbs } from '../support/scenario.ts';
import { expectRejected, expectVerified } from '../support/verdicts.ts';

describe('threshold-lowered: a version that asks for fewer admins, signed by as many as it asks for itself', () => {
  test.each(verbs)('%s rejects it and names the admin of the version before who is missing', async (verb) => {
    const scenario = await Scenario.create();
    const { ada, ben } = scenario.people;
    const next = scenario.nextKeyring({ threshold: 1 }, [ada]);
    const head = await scenario.commit(scenario.anchor, { by: 'ada', files: keyringFiles(next) });
    const found = expectRejected(await scenario.judge(verb, head), 'keyring.threshold', ben.fingerprint);
    expect(found.message).toContain('2 of the admins of version 1');
  });

  test.each(verbs)('%s rejects a version that removes the admin who would not sign', async (verb) => {
    const scenario = await Scenario.create();
    const { ada, mallory } = scenario.people;
    const contributors = {
      ada: { keys: [ada], roles: ['admin', 'maintainer'] },
      mallory: { keys: [mallory], roles: ['admin'] },
    } as const;
    const next = scenario.nextKeyring({ contributors }, [ada, mallory]);
    const others = ['ben', 'mia', 'alice', 'bob'] as const;
    const gone = others.map((who) => [`keyring/${scenario.people[who].fingerprint}.asc`, null] as const);
    const files = { ...keyringFiles(next), ...Object.fromEntries(gone) };
    const head = await scenario.commit(scenario.anchor, { by: 'ada', files });
    expectRejected(await scenario.judge(verb, head), 'keyring.threshold', scenario.people.ben.fingerprint);
  });

  test.each(verbs)('%s verifies it signed by both admins, and a later change by one', async (verb) => {
    const scenario = await Scenario.create();
    const { ada, ben } = scenario.people;
    const lowered = scenario.nextKeyring({ threshold: 1 }, [ada, ben]);
    const head = await scenario.commit(scenario.anchor, { files: keyringFiles(lowered) });
    expectVerified(await scenario.judge(verb, head));
    const next = scenario.nextKeyring({ threshold: 1, policy: { unsigned: 'warn' } }, [ben], lowered);
    expectVerified(
      await scenario.judge(verb, await scenario.commit(head, { files: keyringFiles(next) }), head),
    );
  });
});
